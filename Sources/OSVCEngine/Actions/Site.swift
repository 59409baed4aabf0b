/// A service with what work on it needs: the machine, the service's log, and the paths of osvc's own files.
@EngineActor
public struct Site {
    public let service: Service
    public let host: any Host
    public let log: any Log
    public let layout: Layout

    /// The paths are those below the root of `service`.
    public init(_ service: Service, host: any Host, log: any Log) {
        self.service = service
        self.host = host
        self.log = log
        layout = Layout(root: service.facts.root)
    }
}

/// Work on a site. It reads the site's parts as its own.
@EngineActor
public protocol SiteWork {
    var site: Site { get }
}

extension SiteWork {
    public var service: Service { site.service }
    public var host: any Host { site.host }
    public var log: any Log { site.log }
    public var layout: Layout { site.layout }
}
