/// A service with what work on it needs: the machine, the service's log, what calls the functions of its scripts,
/// and the paths of osvc's own files.
@EngineActor
public struct Site {
    public let service: Service
    public let host: any Host
    public let log: any Log
    public let scripts: any ScriptRunner
    public let layout: Layout

    /// The paths are those below the root of `service`.
    public init(_ service: Service, host: any Host, log: any Log, scripts: any ScriptRunner) {
        self.service = service
        self.host = host
        self.log = log
        self.scripts = scripts
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
    public var scripts: any ScriptRunner { site.scripts }
    public var layout: Layout { site.layout }
}
