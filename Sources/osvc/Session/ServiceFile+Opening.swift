import OSVCEngine
import OSVCLuaBridge

/// What a session makes of a loaded file.
extension ServiceFile {
    /// The host that the service's scripts act on: the one of all services, where it `isShared` and the service
    /// has no scripts. It knows what was read of `node.conf`.
    func host(beside all: SharedHost?, isShared: Bool, root: String) throws(SessionError)
        -> LinuxHost
    {
        let host = try host(beside: all, isShared: isShared)
        if let nodeSettings { host.keep(nodeSettings, in: Layout(root: root)) }
        return host
    }

    private func host(beside all: SharedHost?, isShared: Bool) throws(SessionError) -> LinuxHost {
        if let shareable, let all, isShared {
            all.scripts.add(shareable, on: all.host)
            return all.host
        }
        do {
            let host = try LinuxHost(scripts: scripts, beside: all?.host)
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
