import OSVCEngine
import OSVCLuaBridge

/// What a session makes of a loaded file.
extension ServiceFile {
    /// The host that the service's scripts act on.
    func host(sharing shared: SharedHost?) throws(SessionError) -> LinuxHost {
        if let shareable, let shared {
            shared.scripts.add(shareable, on: shared.host)
            return shared.host
        }
        do {
            let host = try LinuxHost(scripts: scripts)
            attach(host)
            return host
        } catch {
            throw .host(error)
        }
    }

    /// The service as the node sees it. Throws with the place of the fault in the file.
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
    func callerEnvironment(on host: LinuxHost) throws(SessionError) -> [String: String] {
        guard definition.isClassic else { return [:] }
        do {
            return try CallerEnvironment.variables(host)
        } catch {
            throw .host(error)
        }
    }
}
