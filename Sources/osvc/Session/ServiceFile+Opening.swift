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
