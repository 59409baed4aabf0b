/// Where osvc keeps what changes: `etc log tmp var` under one root (classic-actions.md section 1).
public struct Layout: Sendable, Equatable {
    public let root: String

    public init(root: String) {
        self.root = root.withoutFinalSlash
    }

    public var etc: String { "\(root)/etc" }
    public var nodeConfiguration: String { "\(etc)/\(NodeKeywords.file)" }
    public var siteHooks: String { "\(root)/etc/site.d" }
    public var library: String { "\(root)/etc/lib" }
    public func log(of service: String) -> String { "\(root)/log/\(service).log" }
    public var launcherLogs: String { "\(root)/tmp" }
    /// The output of one launcher's last run.
    public func launcherLog(of service: String, _ launcher: String) -> String {
        "\(launcherLogs)/svc_\(service)_\(launcher).log"
    }
    public func state(of service: String) -> String {
        isTaken(service) ? "\(root)/var/\(Self.apart)/\(service)" : "\(root)/var/\(service)"
    }
    public func journal(of service: String) -> String { "\(state(of: service))/journal" }
    /// The node on which the service was last started with success, as far as this node knows: while it
    /// names this one, the others are those who need files (decisions.md 3).
    public func lastNode(of service: String) -> String { "\(state(of: service))/last_node" }
    /// Where osvc keeps the pid of a daemon that has no pid file of its own.
    public func pidFile(of service: String, _ launcher: String) -> String {
        "\(state(of: service))/\(launcher).pid"
    }
    public func pushStamp(of service: String) -> String {
        // As `FROZEN.push` it would freeze a service named `push`.
        Self.isLikeFlag(service)
            ? "\(root)/var/\(Self.apart)/.push/\(service)" : "\(root)/var/\(service).push"
    }
    public func lock(of service: String) -> String {
        NodeLock(rawValue: service) == nil
            ? "\(root)/var/lock/\(service)" : "\(root)/var/lock/\(Self.apart)/\(service)"
    }
    public func lock(_ lock: NodeLock) -> String { "\(root)/var/lock/\(lock.rawValue)" }
    public func frozenFlag(of service: String) -> String { "\(root)/var/FROZEN.\(service)" }
    /// When files of a resource were last sent to a node: `2014-02-17 17:20:41.123456`.
    public func syncStamp(of service: String, _ resource: String, to node: String) -> String {
        "\(root)/var/sync/\(node)/\(service)!\(resource)"
    }
    public var frozenNodeFlag: String { "\(root)/var/FROZEN" }

    // MARK: Names that osvc has for itself

    /// The directory for services whose name means something else in the usual place. The name of a
    /// service does not begin with a dot.
    static let apart = ".services"

    /// Whether osvc may have something else at `var/<service>`: a directory, a flag or a stamp.
    private func isTaken(_ service: String) -> Bool {
        service == "lock" || service == "sync" || service.hasSuffix(".push")
            || Self.isLikeFlag(service)
    }

    private static func isLikeFlag(_ service: String) -> Bool {
        service == "FROZEN" || service.hasPrefix("FROZEN.")
    }
}

/// What is locked for the whole node. A service may have the same name: its own lock lies elsewhere.
public enum NodeLock: String, Sendable, CaseIterable {
    /// Addresses, one at a time.
    case startip
    /// The stamps of all services, which `svcmon --updatedb` refreshes.
    case stamps = "svcmon.lock"
    case configuration = "node.conf"
}
