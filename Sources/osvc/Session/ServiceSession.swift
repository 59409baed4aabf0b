import OSVCEngine
import OSVCLuaBridge

/// What a session is for.
enum SessionUse: Equatable {
    /// Looks and actions on this node.
    case work
    /// Plans and questions about the file: nothing is written, not even the log. Nil: this node.
    case plan(on: String?)

    /// Why `--node` is refused.
    static let nodeRefusal = "--node is for plans (--dry-run) and printsvc"

    /// The node that the session is about when it is not this one.
    func node(besides own: String) -> String? {
        guard case .plan(let node?) = self, node.lowercased() != own else { return nil }
        return node.lowercased()
    }
}

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
        let elsewhere = use.node(besides: host.nodeName)
        let described = try loaded.service(on: elsewhere ?? host.nodeName, root: context.root)
        let service = elsewhere == nil ? described.withFormers(on: host) : described
        let console = context.console
        let isReadOnly = context.isReadOnly
        let file =
            use == .work && !isReadOnly
            ? ServiceLogFile(service: service.name, in: context.layout, showsDebug: debug) {
                console.complain("osvc: \($0)\n")
            } : nil
        let log = context.log(of: service.name, file: file, showsDebug: debug, host: host)
        requests = RequestRunner(
            site: Site(
                service,
                host: elsewhere.map { OtherNode.machine(of: $0, names: host) } ?? host,
                log: log,
                scripts: loaded.scripts
            ),
            source: ServiceSource(
                path: service.definition.files.first,
                modified: isReadOnly ? nil : loaded.modified,
                needsCorrection: loaded.needsCorrection && !isReadOnly
            ),
            environment: try loaded.callerEnvironment(on: host, context),
            interruptions: context.interruptions,
            console: console,
            isReadOnly: isReadOnly,
            isElsewhere: elsewhere != nil
        )
        messages = loaded.messages
    }

    /// Writes the messages of the load, warnings and dropped resources, to the log.
    func tellMessages() {
        for message in messages { log.write(message.level, message.description, about: nil) }
    }
}
