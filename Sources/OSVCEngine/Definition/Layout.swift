/// The paths of osvc's own files: `bin`, `etc`, `log`, `tmp` and `var` under one root (classic-actions.md section 1).
public struct Layout: Sendable, Equatable {
    /// The directory that contains all of them, without a final slash: `/opt/opensvc`.
    public let root: String

    public init(root: String) {
        self.root = root.withoutFinalSlash
    }

    /// The directory of service files and `node.conf`.
    public var etc: String { "\(root)/etc" }
    public var nodeConfiguration: String { "\(etc)/\(NodeKeywords.file)" }
    /// The name in `etc` of the directory of hooks for all services of the node.
    public static let siteHooksName = "site.d"
    /// The directory of hooks for all services of the node.
    public var siteHooks: String { "\(etc)/\(Self.siteHooksName)" }
    /// The directory of Lua modules that service files of the site share.
    public var library: String { "\(etc)/lib" }
    /// The classic file of a service.
    public func serviceFile(of service: String) -> String { "\(etc)/\(service)\(EnvFile.suffix)" }
    /// The Lua file of a service.
    public func luaFile(of service: String) -> String { "\(etc)/\(service).lua" }
    /// The link with the name of a classic service, which is its command.
    public func command(of service: String) -> String { "\(etc)/\(service)" }
    /// The link to the directory of a service's launchers, or the directory itself.
    public func launcherLink(of service: String) -> String { "\(etc)/\(service).d" }
    /// The directory of launchers that a new service gets beside its file.
    public func launcherFolder(of service: String) -> String { "\(etc)/\(service).dir" }
    /// The links of a service for cluster software.
    public func heartbeatLinks(of service: String) -> [String] {
        ["cluster", "stonith"].map { "\(etc)/\(service).\($0)" }
    }

    /// The directory of the programs by their classic names.
    public var bin: String { "\(root)/bin" }
    /// The program that the links of services lead to.
    public var program: String { "\(bin)/svcmgr" }
    /// The directory of services' logs.
    public var logs: String { "\(root)/log" }
    /// The log of a service (`ServiceLogFile`).
    public func log(of service: String) -> String { "\(logs)/\(service).log" }
    /// The directory of the output that launchers print.
    public var launcherLogs: String { "\(root)/tmp" }
    /// The output of a launcher's last action and of the rollback after it; that of a daemon is appended.
    public func launcherLog(of service: String, _ launcher: String) -> String {
        "\(launcherLogs)/svc_\(service)_\(launcher).log"
    }

    /// The directory of state: flags, stamps, and a directory for each service.
    public var stateRoot: String { "\(root)/var" }
    /// The directory of the files that are locked.
    public var locks: String { "\(stateRoot)/lock" }
    /// The directory of a service's state: journal, pid records, what scripts keep.
    public func state(of service: String) -> String {
        isTaken(service) ? "\(stateRoot)/\(Self.apart)/\(service)" : "\(stateRoot)/\(service)"
    }

    /// The journal of a service's last action (`Journal`).
    public func journal(of service: String) -> String { "\(state(of: service))/journal" }
    /// What the service holds on this node (`HoldingRecord`).
    public func holdings(of service: String) -> String { "\(state(of: service))/holds" }
    /// The file with the name of the node on which the service was last started with success, as far as this
    /// node knows. While it names this node, the other nodes are those that need files (decisions.md 3).
    public func lastNode(of service: String) -> String { "\(state(of: service))/last_node" }
    /// The file in which osvc records the process of a launcher's daemon (`DaemonRecord`).
    public func pidFile(of service: String, _ launcher: String) -> String {
        "\(state(of: service))/\(launcher).pid"
    }

    /// The file with the time of a service's last `push`, in seconds since 1970 (`PushStamp`).
    public func pushStamp(of service: String) -> String {
        // As `FROZEN.push` it would freeze a service named `push`.
        Self.isLikeFlag(service)
            ? "\(stateRoot)/\(Self.apart)/.push/\(service)" : "\(stateRoot)/\(service).push"
    }

    /// The file that is locked while something acts on a service (`ServiceLock`).
    public func lock(of service: String) -> String {
        NodeLock(rawValue: service) == nil
            ? "\(locks)/\(service)" : "\(locks)/\(Self.apart)/\(service)"
    }

    /// The file of a lock of the whole node.
    public func lock(_ lock: NodeLock) -> String { "\(locks)/\(lock.rawValue)" }
    /// The file whose existence freezes a service.
    public func frozenFlag(of service: String) -> String { "\(stateRoot)/FROZEN.\(service)" }
    /// The file with the time when files of a resource were last sent to a node: `2014-02-17 17:20:41.123456`.
    public func syncStamp(of service: String, _ resource: String, to node: String) -> String {
        "\(stateRoot)/sync/\(node)/\(service)!\(resource)"
    }

    /// The file whose existence freezes the node, and every service on it.
    public var frozenNodeFlag: String { "\(stateRoot)/FROZEN" }

    // MARK: Names that osvc uses itself

    /// The directory for services whose name osvc uses for something else in the usual place. No service's name
    /// begins with a dot.
    static let apart = ".services"

    /// Whether osvc may use `var/<service>` for something else: a directory, a flag or a stamp.
    private func isTaken(_ service: String) -> Bool {
        service == "lock" || service == "sync" || service.hasSuffix(".push")
            || Self.isLikeFlag(service)
    }

    private static func isLikeFlag(_ service: String) -> Bool {
        service == "FROZEN" || service.hasPrefix("FROZEN.")
    }
}

/// The locks of the whole node; the raw value is the file name. A service may have the same name: its own lock
/// then has another path.
public enum NodeLock: String, Sendable, CaseIterable {
    /// Held while an address is brought up, so that two services do not take the same one.
    case startip
    /// Held by `svcmon --updatedb`, which refreshes the stamps of all services.
    case stamps = "svcmon.lock"
    /// Held while `node.conf` is edited.
    case configuration = "node.conf"
}
