extension ServiceStatus {
    /// The status by which services are chosen (`--status up`, `allupservices`): sets of one type added up
    /// in the order of display, heartbeats included (classic-status.md section 3.2).
    public var selectionStatus: Status {
        var total = Status.undefined
        for (type, sum) in sumsByType {
            total = total.merged(with: type.group == "sync" ? Self.syncWeight(sum) : sum)
        }
        switch total {
        case .standbyUpWithUp: return .up
        case .standbyUpWithDown: return .standbyUp
        default: return total
        }
    }
}
