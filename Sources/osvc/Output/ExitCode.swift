import OSVCEngine

/// The meaning of osvc's exit codes (decisions.md 15, 16 and 45).
enum Exit {
    static let success: Int32 = 0
    /// The action failed, the file has an error, or the service is locked or unknown.
    static let failure: Int32 = 1
    /// The command line was not understood.
    static let usage: Int32 = 2
    /// The status that was asked for cannot be told; 0 to 9 are statuses.
    static let unknown: Int32 = 64
    /// A second signal ended osvc at once.
    static let killed: Int32 = 130

    /// The code for several services: the sum of their codes, at most 255, because the kernel keeps only the
    /// last eight bits: 256 failures would be 0.
    static func sum(_ codes: [Int32]) -> Int32 { min(codes.reduce(0, +), 255) }

    /// The statuses that an exit code tells, from the best to the worst. `n/a` says nothing about the others.
    private static let statuses: [Status] = [
        .notApplicable, .up, .standbyUp, .warn, .undefined, .standbyDown, .down,
    ]

    /// The code of `status` for several services: the worst status, and `unknown` when one cannot be told.
    static func worst(_ codes: [Int32]) -> Int32 {
        let places = codes.map { code in statuses.firstIndex { $0.rawValue == Int(code) } }
        if places.contains(nil) { return unknown }
        return Int32(
            (places.compactMap(\.self).max().map { statuses[$0] } ?? .notApplicable).rawValue
        )
    }
}
