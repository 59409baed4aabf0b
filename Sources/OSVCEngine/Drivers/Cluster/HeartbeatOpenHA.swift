/// The service as the OpenHA cluster software sees it: a status, nothing to start or stop (classic-resources.md
/// section 7).
///
/// OpenHA that is not installed, not configured or not running gives one status: warn, with the note `open-ha
/// daemons are not running` (decisions.md 5).
public struct HeartbeatOpenHA: Driver {
    public static let id = DriverID("hb.openha")
    public static let section = "hb"
    public static let startOrder = StartPlace.heartbeat
    public static let summary = "The state of the service in the OpenHA cluster software."
    public static let keywords = [
        Keyword(
            "type",
            .string,
            required: true,
            scopable: false,
            summary: "The cluster software: OpenHA.",
            example: "OpenHA"
        ),
        Keyword(
            "name",
            .string,
            scopable: false,
            summary: "The name of the service there; else its name here.",
            example: "p26.opensvc.com"
        ),
    ]

    /// Types of the classic release that this release refuses by name.
    private static let others: Set<String> = ["linuxha", "ovm", "rhcs", "sg", "vcs"]
    private static let base = "/usr/local/cluster"

    /// The name of the service in OpenHA: the keyword `name`, else the name of the service.
    public let name: String
    private let node: String

    public init(_ settings: Settings) throws(ConfigurationError) {
        let type = try settings.requiredString("type")
        let position = settings.position(of: "type")
        if Self.others.contains(type.lowercased()) {
            throw .notYet(owner: settings.owner, what: "type '\(type)'", at: position)
        }
        guard type.lowercased() == "openha" else {
            throw .unknownDriver(
                owner: settings.owner,
                word: type,
                known: ["OpenHA"],
                at: position
            )
        }
        name = settings.string("name") ?? settings.service.name
        node = settings.service.node
    }

    public var label: String { "hb.openha" }

    /// What OpenHA reports about the service on this node.
    public enum Seen: Sendable, Equatable {
        /// OpenHA is not installed, not configured, or one of its daemons does not run.
        case notRunning
        /// The first byte of the state file; nil: the file does not exist, is empty or cannot be read.
        case state(Character?)
    }

    /// Compares the running processes with those that OpenHA's monitor file requires, and reads the state file.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        // OpenHA counts as not running when its files cannot be read.
        guard host.findProgram("\(Self.base)/bin/service") != nil,
            let monitor = try? text(host, "\(Self.base)/conf/monitor"),
            let processes = try? host.processes(),
            daemons(monitor).isRunning(among: processes.filter { host.trusts($0, []) })
        else { return .notRunning }
        let state = try? text(host, "\(Self.base)/services/\(name)/STATE.\(node)")
        return .state(state?.first)
    }

    @EngineActor
    private func text(_ host: any Host, _ path: String) throws(HostError) -> String? {
        try host.readFile(path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The command lines that must run according to the monitor file: a sender for each line of this node, a
    /// listener for each line of another, and nmond.
    func daemons(_ monitor: String) -> [String] {
        let lines = monitor.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        let heartbeats = lines.filter { $0.count >= 4 && !$0[0].contains("#") }.map { words in
            let suffix = words[1] == "net" ? "" : "_\(words[1])"
            let isOwn = words[0] == node
            let program = "\(Self.base)/bin/\(isOwn ? "heartd" : "heartc")\(suffix)"
            let arguments = words.dropFirst(2).dropLast(isOwn ? 1 : 0)
            return ([program] + arguments.map(String.init)).joined(separator: " ")
        }
        return heartbeats + ["\(Self.base)/bin/nmond"]
    }

    /// Up for state 2, down for 0, warn for every other and when OpenHA does not run.
    public func status(_ seen: Seen) -> StatusReport {
        switch seen {
        case .notRunning: StatusReport(.warn, notes: ["open-ha daemons are not running"])
        case .state("2"): StatusReport(.up)
        case .state("0"): StatusReport(.down)
        case .state(let digit): StatusReport(.warn, notes: [note(digit)])
        }
    }

    /// The words for the states between up and down.
    private static let words: [Character: String] = [
        "1": "stopping", "3": "starting", "4": "start_failed", "5": "stop_failed",
        "6": "frozen_stop", "7": "start_ready", "9": "force_stop",
    ]

    private func note(_ digit: Character?) -> String {
        guard let word = digit.flatMap({ Self.words[$0] }) else {
            return "unable to determine cluster service state"
        }
        return "cluster service status is \(word)"
    }

    /// Whether the state of the service on a node is unknown: that node may be dead.
    @EngineActor
    func isStateUnknown(on node: String, _ host: any Host) -> Bool {
        // A state that cannot be read is unknown.
        let state = try? text(host, "\(Self.base)/services/\(name)/STATE.\(node)")
        guard let digit = state?.first else { return true }
        return digit != "0" && digit != "2" && Self.words[digit] == nil
    }

    /// The command that makes the cluster stop the service and keep it down.
    var freezeStop: Command { Command(["\(Self.base)/bin/service", "-A", name, "freeze-stop"]) }

    /// The directories of OpenHA, as its own scripts get them: `EZ`, `EZ_BIN` and so on.
    public func exports(_ host: any Host, index: Int) async -> [String: String] {
        [
            "EZ": Self.base,
            "EZ_BIN": "\(Self.base)/bin",
            "EZ_SERVICES": "\(Self.base)/services",
            "EZ_NODES": "\(Self.base)/conf/nodes",
            "EZ_MONITOR": "\(Self.base)/conf/monitor",
            "EZ_LOG": "\(Self.base)/log",
        ]
    }

    /// None: only the cluster software starts the service.
    public func startSteps(_ seen: Seen) -> [Step] { [] }
    /// None: only the cluster software stops the service.
    public func stopSteps(_ seen: Seen) -> [Step] { [] }
}

extension [String] {
    /// Whether each of these command lines is part of that of a process.
    fileprivate func isRunning(among processes: [ProcessEntry]) -> Bool {
        let lines = processes.map { $0.arguments.joined(separator: " ") }
        return allSatisfy { wanted in lines.contains { $0.contains(wanted) } }
    }
}
