import OSVCEngine
import OSVCLuaBridge

/// A service that is loaded, with its host and its log, ready for requests.
@EngineActor
struct ServiceSession {
    let requests: RequestRunner
    /// The messages of the load, which the log repeats.
    private let messages: [EnvMessage]

    var service: Service { requests.service }
    var log: any Log { requests.log }

    /// Loads the service of a file, as this node sees it, and logs what the load reports.
    ///
    /// For `.work` a classic service of other nodes is refused, as the classic loader did.
    static func open(
        _ file: String,
        _ context: ProcessContext,
        debug: Bool = false,
        trust: TrustPolicy? = nil,
        for use: SessionUse = .work
    ) throws(SessionError) -> ServiceSession {
        let loaded = try ServiceFile.load(
            file,
            root: context.root,
            trust: trust ?? context.trust,
            node: use == .work ? context.nodeName : nil
        )
        let session = try ServiceSession(loaded, context, debug: debug, beside: nil, for: use)
        context.leaveDirectory()
        for line in loaded.printed { context.console.complain(line + "\n") }
        session.tellMessages()
        return session
    }

    /// The session of a service that is loaded. Services without scripts may share a host, which then reads the
    /// machine once for all of them.
    init(
        _ loaded: ServiceFile,
        _ context: ProcessContext,
        debug: Bool,
        beside other: (any Host)?,
        sharesHost: Bool = true,
        for use: SessionUse = .work
    ) throws(SessionError) {
        let host = try loaded.host(beside: other, isShared: sharesHost, context)
        let isReadOnly = context.isReadOnly
        requests = RequestRunner(
            site: try loaded.site(for: use, on: host, context, debug: debug),
            source: loaded.source(isReadOnly: isReadOnly),
            environment: try loaded.callerEnvironment(on: host, context),
            interruptions: context.interruptions,
            console: context.console,
            isReadOnly: isReadOnly,
            isElsewhere: use.node(besides: host.nodeName) != nil
        )
        messages = loaded.messages
    }

    /// Writes the messages of the load, warnings and dropped resources, to the log.
    func tellMessages() {
        for message in messages { log.write(message.level, message.description, about: nil) }
    }
}
