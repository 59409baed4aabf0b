import OSVCEngine

/// The actions that edit files do not load the services: a file that does not load is mended by them.
extension ClassicCommand {
    func configure(_ action: ConfigurationAction, _ services: NodeServices)
        async
        throws(SessionError) -> Int32
    {
        // Without --rid they are about the whole service, which nobody means who names tags.
        if [.enable, .disable, .delete].contains(action), !options.tags.isEmpty {
            console.complain("'\(action.rawValue)' takes resources by --rid, not by --tags\n")
            return Exit.failure
        }
        // A service that is made is not there yet, so that nothing is left out of the names given.
        let isNew = action == .create || action == .install
        var names = try isNew && name == .svcmgr ? options.services : names(services)
        // Only a service that loads has a state, or a place where it starts.
        if !filter.isOpen { names = await chosen(names, services).sessions.map(\.service.name) }
        if let refusal = action.refusal(ofServices: names.count) {
            console.complain(refusal + "\n")
            return Exit.failure
        }
        guard !names.isEmpty else {
            if name == .svcmgr { console.complain(Self.noService) }
            return name == .svcmgr ? Exit.failure : Exit.success
        }
        let configuration = try configuration(services.layout)
        var codes: [Int32] = []
        for name in names { codes.append(await configuration.perform(request(action, name))) }
        return Exit.sum(codes)
    }

    private func configuration(_ layout: Layout) throws(SessionError) -> ServiceConfiguration {
        do throws(HostError) {
            let path = layout.nodeConfiguration
            let settings = NodeSettings(try EditedFile.read(path)?.bytes ?? [], path: path)
            return ServiceConfiguration(
                layout: layout,
                host: try context.host(),
                node: EnvNode(name: context.nodeName, hostMode: settings.hostMode),
                output: ConfigurationOutput(console: console)
            )
        } catch {
            throw .host(error)
        }
    }

    private func request(_ action: ConfigurationAction, _ service: String) -> ConfigurationRequest {
        ConfigurationRequest(
            action: action,
            service: service,
            rids: options.rids,
            parameter: options.parameter,
            value: options.value,
            resources: options.resources,
            isInteractive: options.interactive,
            envFile: options.envFile,
            lockLimit: .limited(seconds: options.waitlock)
        )
    }
}
