/// A service with what work on it needs: the machine, the service's log, what calls the functions of its scripts,
/// and the paths of osvc's own files.
@EngineActor
public struct Site {
    /// The service as this node sees it.
    public let service: Service
    /// The machine.
    public let host: any Host
    /// The log that gets the lines about the service.
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

/// Work on a site, with the parts of the site as properties of its own.
@EngineActor
public protocol SiteWork {
    /// The service, machine, log and paths that the work uses.
    var site: Site { get }
}

extension SiteWork {
    /// The service of the site.
    public var service: Service { site.service }
    /// The machine of the site.
    public var host: any Host { site.host }
    /// The log of the site.
    public var log: any Log { site.log }
    public var scripts: any ScriptRunner { site.scripts }
    public var layout: Layout { site.layout }
}
