public import OSVCEngine

/// A swap device or swap file that is in use while the service is up.
public struct Swap: Driver {
    public static let id = DriverID("disk.swap")
    public static let section = "swap"
    public static let startOrder = 35
    public static let summary = "A swap device that is used while the service is up."
    public static let keywords = [
        Keyword(
            "dev",
            .path,
            required: true,
            summary: "The device or file, already prepared by mkswap.",
            example: "/dev/vgsvc1/lvswap"
        ),
        Keyword(
            "priority",
            .integer(0...32767),
            summary: "Which swap is used first; the kernel chooses when it is absent.",
            example: "10"
        ),
    ]

    let device: String
    let priority: Int?

    public init(_ settings: Settings) throws(ConfigurationError) {
        device = try settings.requiredString("dev")
        priority = settings.integer("priority")
    }

    public var label: String { device }
    public var claims: [Claim] { [.device(device)] }

    public enum Seen: Sendable, Equatable {
        case used
        case unused
        case unknown(String)
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        do throws(HostError) {
            let table = try host.readFile("/proc/swaps", limit: 1 << 20) ?? []
            let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
            let used = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
            return used.contains(host.realPath(device) ?? device) ? .used : .unused
        } catch {
            return .unknown(error.description)
        }
    }

    public func status(_ seen: Seen) -> StatusReport {
        switch seen {
        case .used: StatusReport(.up)
        case .unused: StatusReport(.down)
        case .unknown(let error): StatusReport(.warn, notes: [error])
        }
    }

    public func startSteps(_ seen: Seen) -> [Step] {
        if seen == .used { return [.note(.info, "\(device) is already up")] }
        let options = priority.map { ["--priority", String($0)] } ?? []
        return [
            .require(.pathExists(device), orFail: "device does not exist \(device)"),
            .run(Command(["swapon"] + options + [device])),
        ]
    }

    public func stopSteps(_ seen: Seen) -> [Step] {
        if seen == .unused { return [.note(.info, "\(device) is already down")] }
        return [.run(Command(["swapoff", device]))]
    }
}

extension Swap: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        guard try host.fileInfo(device)?.kind == .blockDevice else { return [] }
        return [host.realPath(device) ?? device]
    }
}
