import OSVCEngine
import OSVCLuaBridge

/// Makes the parts of a session from a loaded file.
extension ServiceFile {
    /// The host that the service's scripts act on: `other`, where it `isShared` and the service may share one, else
    /// its own beside that. It knows what was read of `node.conf`.
    func host(beside other: (any Host)?, isShared: Bool, _ context: ProcessContext)
        throws(SessionError) -> any Host
    {
        let host: any Host
        if let other, isShared, sharesHost {
            host = other
        } else {
            do {
                host = try context.makeHost(other)
            } catch {
                throw .host(error)
            }
        }
        attach(host)
        if let nodeSettings { host.keep(nodeSettings, in: context.layout) }
        return host
    }

    /// The service as the node sees it. Throws errors with their place in the file.
    func service(on node: String, root: String) throws(SessionError) -> Service {
        let facts = ServiceFacts(
            name: definition.name,
            node: node,
            groups: definition.groups,
            root: root,
            workingDirectory: Environment.directory
        )
        do {
            return try Service(definition, facts: facts, registry: .builtIn)
        } catch {
            let message = EnvMessage(.error, error.message, at: error.position)
            let classic = modified == nil ? [] : messages + [message]
            throw .load(LoadError([diagnostic(error)], classic: classic))
        }
    }

    /// The service with its machine and its log. That of another node is about a machine of which nothing is known.
    func site(
        for use: SessionUse,
        on host: any Host,
        _ context: ProcessContext,
        debug: Bool
    ) throws(SessionError) -> Site {
        let other = use.node(besides: host.nodeName)
        let described = try service(on: other ?? host.nodeName, root: context.root)
        let console = context.console
        let isLogged = use == .work && !context.isReadOnly
        let file =
            isLogged
            ? ServiceLogFile(service: described.name, in: context.layout, showsDebug: debug) {
                console.complain("osvc: \($0)\n")
            } : nil
        return Site(
            other == nil ? described.withFormers(on: host) : described,
            host: other.map { OtherNode.machine(of: $0, names: host) } ?? host,
            log: context.log(of: described.name, file: file, showsDebug: debug, host: host),
            scripts: scripts
        )
    }

    /// Where the service comes from. Somebody who only looks corrects and stamps nothing.
    func source(isReadOnly: Bool) -> ServiceSource {
        ServiceSource(
            path: definition.files.first,
            modified: isReadOnly ? nil : modified,
            needsCorrection: needsCorrection && !isReadOnly
        )
    }

    /// What programs of a classic service see of the environment that osvc was called with.
    func callerEnvironment(on host: any Host, _ context: ProcessContext) throws(SessionError)
        -> [String: String]
    {
        guard definition.isClassic else { return [:] }
        do {
            return try context.environment.variables(host)
        } catch {
            throw .host(error)
        }
    }
}
