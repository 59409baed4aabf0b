import OSVCEngine

/// The requests for one service.
enum Request: Equatable {
    case act(Action)
    case statusCode
    case printStatus
    case jsonStatus
    case freeze
    case thaw
    case frozen
    case push
    case printModified
    case printService
    case sync(SyncAction)
    case stonith
    case monitorResources
    case list(DeviceList, asJSON: Bool)
    /// A stop here and a start on another node.
    case switchOver

    /// The lists of `disklist` and `devlist`.
    enum DeviceList: Equatable {
        case disks, devices
    }

    /// A request with its name, and its summary for the help.
    struct Entry {
        let name: String
        let request: Request
        let summary: String

        init(_ name: String, _ request: Request, _ summary: String) {
            self.name = name
            self.request = request
            self.summary = summary
        }

        /// Whether the words, joined by underscores, are its name.
        func isCalled(_ joined: String) -> Bool {
            let blank = UInt8(ascii: " ")
            return name.utf8.lazy.map { $0 == blank ? UInt8(ascii: "_") : $0 }
                .elementsEqual(joined.utf8)
        }
    }

    /// In the order of the help.
    static let entries: [Entry] = [
        Entry("start", .act(.start), "bring up, in order, what is not up"),
        Entry("stop", .act(.stop), "bring down, in reverse order, what is not down"),
        Entry("restart", .act(.restart), "stop, then start"),
        Entry("startstandby", .act(.startstandby), "bring up what stays up on this node"),
        Entry(
            "boot",
            .act(.boot),
            "start on a node of autostart_node, else only what is standby"
        ),
        Entry("shutdown", .act(.shutdown), "stop, standby resources too, without triggers"),
        Entry("print status", .printStatus, "show the tree of resources and what each is"),
        Entry("json status", .jsonStatus, "the same for programs"),
        Entry("status", .statusCode, "print nothing; the exit code is the status"),
        Entry("startip", .act(.startip), "bring up the addresses only"),
        Entry("stopip", .act(.stopip), "bring them down"),
        Entry("startdisk", .act(.startdisk), "bring up the disks only"),
        Entry("stopdisk", .act(.stopdisk), "bring them down"),
        Entry("startfs", .act(.startfs), "bring up disks and file systems only"),
        Entry("stopfs", .act(.stopfs), "bring them down"),
        Entry("startvg", .act(.startvg), "bring up the volume groups only"),
        Entry("stopvg", .act(.stopvg), "bring them down"),
        Entry("startloop", .act(.startloop), "bind the loop devices only"),
        Entry("stoploop", .act(.stoploop), "free them"),
        Entry("startapp", .act(.startapp), "start the launchers only"),
        Entry("stopapp", .act(.stopapp), "stop them"),
        Entry("freeze", .freeze, "from now on refuse start and stop"),
        Entry("thaw", .thaw, "allow them again"),
        Entry("frozen", .frozen, "exit 1 when the service or its node is frozen"),
        Entry("push", .push, "refresh the stamp of the service file"),
        Entry("print env mtime", .printModified, "when the service file was changed"),
        Entry("printsvc", .printService, "show the service as this node read it"),
        Entry("print devlist", .list(.devices, asJSON: false), "show the devices that it uses"),
        Entry("json devlist", .list(.devices, asJSON: true), "the same for programs"),
        Entry("print disklist", .list(.disks, asJSON: false), "show the disks below them"),
        Entry("json disklist", .list(.disks, asJSON: true), "the same for programs"),
        Entry("syncnodes", .sync(.syncnodes), "tell which nodes are due for the service's files"),
        Entry("syncdrp", .sync(.syncdrp), "the same for drpnodes"),
        Entry("syncall", .sync(.syncall), "the same for both"),
        Entry("resource_monitor", .monitorResources, "start again what is monitored and lost"),
        Entry("stonith", .stonith, "end the other node when a heartbeat asks for it"),
    ]

    /// The names for a help or an error.
    static var allNames: [String] { entries.map(\.name) }

    /// Two words, or one with an underscore: `print status` and `print_status` are the same.
    init?(words: [String]) {
        let name = Self.joined(words)
        if name == "switch" {
            self = .switchOver
            return
        }
        guard let found = Self.entries.first(where: { $0.isCalled(name) }) else { return nil }
        self = found.request
    }

    /// The name of an action as the classic release writes it: words joined by underscores.
    static func joined(_ words: [String]) -> String {
        var name = words.first ?? ""
        for word in words.dropFirst() {
            name += "_"
            name += word
        }
        guard name.utf8.contains(UInt8(ascii: " ")) else { return name }
        return name.split(separator: " ").joined(separator: "_")
    }

    /// Why the words are not an action: this release does not support it, or it does not exist.
    static func refusal(
        of words: [String],
        among known: [String] = allNames,
        as kind: String = "unknown action"
    ) -> String {
        let word = words.joined(separator: " ")
        if ClassicAction.isLater(joined(words)) {
            return "action '\(word)' is not supported by this release"
        }
        if ConfigurationAction(rawValue: joined(words)) != nil {
            return "action '\(word)' edits the file of a classic service: osvc svc NAME \(word)"
        }
        if let near = nearest(to: word, in: known) {
            return "\(kind) '\(word)' (did you mean '\(near)'?)"
        }
        return "\(kind) '\(word)': there are \(known.joined(separator: ", "))"
    }

    /// Whether it drives resources or other nodes, so that a frozen service or the cluster software may prevent
    /// it; `act` is checked by its runner.
    var isGuarded: Bool {
        switch self {
        case .switchOver, .sync, .stonith, .monitorResources: true
        default: false
        }
    }

    /// Whether it changes something, and does more than print.
    var acts: Bool {
        switch self {
        case .act, .freeze, .thaw, .push, .sync, .stonith, .monitorResources, .switchOver: true
        case .statusCode, .printStatus, .jsonStatus, .frozen, .printModified, .printService, .list:
            false
        }
    }

    /// Whether an ordinary user may not ask it of a service that is not his. He does not see every process and record,
    /// and programs act on the code of `status`.
    var needsRoot: Bool { acts || self == .statusCode }

    /// The exit code when it cannot be carried out: a status is 0 to 9, and nothing else is (decisions.md 45).
    var failureCode: Int32 { self == .statusCode ? Exit.unknown : Exit.failure }

    /// Whether cluster software does not prevent it: its own requests, and those that send files
    /// (classic-actions.md section 4, decisions.md 4).
    var isClusterAllowed: Bool {
        switch self {
        case .sync, .monitorResources: true
        default: false
        }
    }

    /// Whether programs read its output, which lines about the collector would disturb.
    var isForPrograms: Bool {
        switch self {
        case .jsonStatus, .list: true
        default: false
        }
    }
}
