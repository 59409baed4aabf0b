import OSVCEngine
import OSVCLuaBridge

/// The services of this node: those with a file in `etc`, `<svc>.env` or `<svc>.lua`. The link beside it
/// is a shortcut and does not make the service (decisions.md 6).
///
/// It holds `etc` open, and is released before anything is acted on.
@EngineActor
final class NodeServices {
    let context: ProcessContext
    var layout: Layout { context.layout }
    let host: any Host
    private let debug: Bool
    /// Made by the first load, and again after `letGo`.
    private var site: ClassicSite?
    /// The service files of `etc` by service, once they were listed.
    private var listed: [PathKey: [String]]?

    private static let suffixes = [EnvFile.suffix, ".lua"]

    init(_ context: ProcessContext, debug: Bool = false) throws(SessionError) {
        self.context = context
        self.debug = debug
        do {
            host = try context.host()
        } catch {
            throw .host(error)
        }
    }

    /// The names of all services, sorted.
    func names() throws(SessionError) -> [String] {
        do throws(HostError) {
            var found: [PathKey: [String]] = [:]
            for file in try host.directory(layout.etc) ?? [] where !file.begins(".") {
                guard let suffix = Self.suffixes.first(where: { file.ends($0) }) else { continue }
                let path = "\(layout.etc)/\(file)"
                found[PathKey(file.withoutLast(bytes: suffix.utf8.count)), default: []].append(path)
            }
            listed = found
            return found.keys.map(\.text).sortedByBytes()
        } catch {
            throw .host(error)
        }
    }

    /// The file that a word means: a path, or else the name of a service. Throws when two files have that name.
    static func file(_ word: String, _ context: ProcessContext) throws(SessionError) -> String {
        guard !word.hasSlash, !suffixes.contains(where: { word.ends($0) }) else { return word }
        let services = try NodeServices(context)
        return try services.file(of: word)
    }

    private func file(of name: String) throws(SessionError) -> String {
        let files = files(of: name)
        let problem =
            files.isEmpty
            ? "there is no such service in \(layout.etc)"
            : "\(files.joined(separator: " and ")) both describe it: remove one"
        guard files.count == 1 else { throw .host(.malformed(subject: name, problem: problem)) }
        return files[0]
    }

    /// The files of each service, by name. Of one with two files neither is used.
    static func allFiles(_ context: ProcessContext) throws(SessionError) -> [[String]] {
        let services = try NodeServices(context)
        return try services.names().map(services.files)
    }

    /// Whether there is a file for the service.
    func exists(_ name: String) -> Bool { !files(of: name).isEmpty }

    /// The files of a service. A name with a slash would lead out of `etc`. A link without a target counts,
    /// because its load reports why.
    func files(of name: String) -> [String] {
        if let listed { return listed[PathKey(name)] ?? [] }
        guard !name.hasSlash, !name.begins(".") else { return [] }
        return [layout.serviceFile(of: name), layout.luaFile(of: name)].filter { path in
            let isThere = (try? host.fileInfo(path)) ?? nil != nil
            return isThere || (try? host.readLink(path)) ?? nil != nil
        }
    }

    private var loadingSite: ClassicSite {
        if let site { return site }
        let new = ClassicSite(
            root: layout.root,
            registry: .builtIn,
            node: host.nodeName,
            trust: context.trust
        )
        site = new
        return new
    }

    /// Whether the node is frozen, and with it every service. Looked up once.
    lazy var isNodeFrozen: Bool = {
        // A flag that cannot be looked at does not freeze, as for an action.
        (try? NodeFreezing(layout, host: host).isFrozen) ?? false
    }()

    /// Releases `etc` before something is acted on.
    func letGo() { site = nil }

    /// What became of a service that was to be opened.
    enum Opening {
        /// It is open, and the messages of its load were reported.
        case opened(ServiceSession)
        /// It cannot be loaded, and that was reported.
        case refused
        /// It is correct, but this node does not accept it, and that was reported.
        case notForNode

        var session: ServiceSession? {
            guard case .opened(let session) = self else { return nil }
            return session
        }
    }

    /// Opens a service by its name.
    ///
    /// Services that are acted on at the same time must not share a host.
    func open(_ name: String, sharesHost: Bool = true, for use: SessionUse = .work) -> Opening {
        let files = files(of: name)
        guard files.count < 2 else {
            tell("\(files.joined(separator: " and ")) both describe the service: remove one", name)
            return .refused
        }
        guard let file = files.first else {
            tell(layout.absence(of: name), name)
            return .refused
        }
        do throws(SessionError) {
            let session = try load(file, sharesHost, use)
            guard session.service.name.isSame(name) else {
                tell("\(file) describes the service '\(session.service.name)'", name)
                return .refused
            }
            session.tellMessages()
            return .opened(session)
        } catch {
            error.tell(of: file, context)
            return error.isNotForNode ? .notForNode : .refused
        }
    }

    private func load(_ file: String, _ sharesHost: Bool, _ use: SessionUse) throws(SessionError)
        -> ServiceSession
    {
        let loaded = try ServiceFile.load(
            file,
            root: layout.root,
            trust: context.trust,
            node: use == .work ? host.nodeName : nil,
            site: use == .work ? loadingSite : nil
        )
        for line in loaded.printed { context.console.complain(line + "\n") }
        return try ServiceSession(
            loaded,
            context,
            debug: debug,
            beside: host,
            sharesHost: sharesHost,
            for: use
        )
    }

    /// Drops what was read from the machine, for the next question.
    func forget() { host.forget() }

    /// Tells which of the names are no services; true: one is none.
    func tellStrangers(among names: [String]) -> Bool {
        let strangers = names.filter { !exists($0) }
        for name in strangers { tell(layout.absence(of: name), name) }
        return !strangers.isEmpty
    }

    private func tell(_ text: String, _ name: String) {
        context.log(of: name, showsDebug: debug, host: host)
            .write(.error, text, about: nil)
    }
}

extension Layout {
    /// The message for a name that is no service, with the files that were looked for.
    func absence(of name: String) -> String {
        "there is no service '\(name)': neither \(serviceFile(of: name)) nor \(luaFile(of: name)) exists"
    }
}
