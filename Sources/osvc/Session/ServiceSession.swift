import OSVCEngine
import OSVCLuaBridge

/// A service that is loaded, with its host and its log, ready for requests.
@EngineActor
struct ServiceSession {
    let requests: RequestRunner
    /// What the load reported, and the log repeats.
    private let messages: [EnvMessage]

    var service: Service { requests.service }
    var log: any Log { requests.log }

    /// Loads the service of a file, as this node sees it, and logs what the load reports.
    ///
    /// With `asManaged` a classic service that is of other nodes is refused, as the classic loader did.
    static func open(
        _ file: String,
        debug: Bool = false,
        trust: TrustPolicy = .strict,
        asManaged: Bool = true
    ) throws(SessionError) -> ServiceSession {
        let root = Environment.root
        let node = asManaged ? Environment.nodeName : nil
        let loaded = try ServiceFile.load(file, root: root, trust: trust, node: node)
        let session = try ServiceSession(loaded, root: root, debug: debug, beside: nil)
        Environment.leaveDirectory()
        for line in loaded.printed { put(line + "\n", to: 2) }
        session.tellMessages()
        return session
    }

    /// The session of a service that is loaded. Services without scripts may share a host, which then reads the
    /// machine once for all of them.
    init(
        _ loaded: ServiceFile,
        root: String,
        debug: Bool,
        beside other: LinuxHost?,
        sharesHost: Bool = true
    ) throws(SessionError) {
        let host = try loaded.host(beside: other, isShared: sharesHost, root: root)
        let service = try loaded.service(on: host.nodeName, root: root)
        let file = ServiceLogFile(service: service.name, in: Layout(root: root), showsDebug: debug)
        {
            put("osvc: \($0)\n", to: 2)
        }
        let log = ConsoleLog(service: service.name, file: file, showsDebug: debug, host: host)
        requests = RequestRunner(
            site: Site(service, host: host, log: log, scripts: loaded.scripts),
            source: ServiceSource(
                path: service.definition.files.first,
                modified: loaded.modified,
                needsCorrection: loaded.needsCorrection
            ),
            environment: try loaded.callerEnvironment(on: host),
            interruptions: Interruptions.shared
        )
        messages = loaded.messages
    }

    /// Writes what the load reported, warnings and lost resources, to the log.
    func tellMessages() {
        for message in messages { log.write(message.level, message.description, about: nil) }
    }
}
