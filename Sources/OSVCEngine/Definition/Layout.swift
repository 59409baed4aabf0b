/// Where osvc keeps what changes: `etc log tmp var` under one root (classic-actions.md section 1).
public struct Layout: Sendable, Equatable {
    public let root: String

    public init(root: String) {
        self.root = root.hasSuffix("/") && root.count > 1 ? String(root.dropLast()) : root
    }

    public var etc: String { "\(root)/etc" }
    public var siteHooks: String { "\(root)/etc/site.d" }
    public var library: String { "\(root)/etc/lib" }
    public func log(of service: String) -> String { "\(root)/log/\(service).log" }
    public var launcherLogs: String { "\(root)/tmp" }
    /// The output of one launcher's last run.
    public func launcherLog(of service: String, _ launcher: String) -> String {
        "\(launcherLogs)/svc_\(service)_\(launcher).log"
    }
    public func state(of service: String) -> String { "\(root)/var/\(service)" }
    public func journal(of service: String) -> String { "\(state(of: service))/journal" }
    /// The node on which the service was last started with success, as far as this node knows: while it
    /// names this one, the others are those who need files (decisions.md 3).
    public func lastNode(of service: String) -> String { "\(state(of: service))/last_node" }
    /// Where osvc keeps the pid of a daemon that has no pid file of its own.
    public func pidFile(of service: String, _ launcher: String) -> String {
        "\(state(of: service))/\(launcher).pid"
    }
    public func pushStamp(of service: String) -> String { "\(root)/var/\(service).push" }
    public func lock(of service: String) -> String { "\(root)/var/lock/\(service)" }
    public func frozenFlag(of service: String) -> String { "\(root)/var/FROZEN.\(service)" }
    /// When files of a resource were last sent to a node: `2014-02-17 17:20:41.123456`.
    public func syncStamp(of service: String, _ resource: String, to node: String) -> String {
        "\(root)/var/sync/\(node)/\(service)!\(resource)"
    }
    public var frozenNodeFlag: String { "\(root)/var/FROZEN" }
}
