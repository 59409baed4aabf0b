import OSVCEngine

/// Carries out the actions that edit `<root>/etc/<svc>.env`. They accept a file that does not load, because
/// they are the way to correct it.
@EngineActor
struct ServiceConfiguration {
    let layout: Layout
    let host: any Host
    /// Decides which warnings an edit gives: whether a file loads depends on the node.
    let node: EnvNode
    let output: ConfigurationOutput
    var dialog: any Dialog = TerminalDialog()
    var registry = DriverRegistry.builtIn

    /// Carries out the request and reports the result. Returns the exit code.
    func perform(_ request: ConfigurationRequest) async -> Int32 {
        do throws(ConfigurationFailure) {
            try await carryOut(request)
            return Exit.success
        } catch {
            error.lines.forEach(output.complain)
            return Exit.failure
        }
    }

    private func carryOut(_ request: ConfigurationRequest) async throws(ConfigurationFailure) {
        guard !request.provisions else {
            throw ConfigurationFailure("option --provision is not supported by this release")
        }
        let place = ServicePlace(request.service, in: layout)
        switch request.action {
        case .get: try get(try parameter(of: request), try read(place))
        case .create, .install:
            try ServicePlace.judge(name: request.service)
            let creation = ServiceCreation(self, place)
            if request.action == .create {
                try await creation.create(request)
            } else {
                try await creation.install(request)
            }
        case .set, .unset, .enable, .disable, .delete, .update:
            guard let edit = try edit(of: request) else { return }
            try await locked(request) { () throws(ConfigurationFailure) in
                try apply(edit, to: place)
            }
        }
    }

    // MARK: Questions

    func parameter(of request: ConfigurationRequest) throws(ConfigurationFailure)
        -> EnvParameter
    {
        guard let text = request.parameter else {
            throw ConfigurationFailure("no parameter. set --param")
        }
        if request.action == .set, request.value == nil {
            throw ConfigurationFailure("no value. set --value")
        }
        guard let parameter = EnvParameter(text) else {
            throw ConfigurationFailure("malformed parameter. format as 'section.key'")
        }
        return parameter
    }

    private func get(_ parameter: EnvParameter, _ file: EditedFile) throws(ConfigurationFailure) {
        let editor = EnvEditor(file.bytes)
        guard editor.hasSection(parameter.section) else {
            throw ConfigurationFailure(EnvEditError.noSection(parameter.section))
        }
        guard let value = editor.value(of: parameter.key, in: parameter.section) else {
            throw ConfigurationFailure(
                EnvEditError.noKey(parameter.key, section: parameter.section)
            )
        }
        output.answer(value + [UInt8(ascii: "\n")])
    }

    func read(_ place: ServicePlace) throws(ConfigurationFailure) -> EditedFile {
        let file: EditedFile?
        do throws(HostError) {
            file = try EditedFile.read(place.file)
        } catch {
            throw ConfigurationFailure(error)
        }
        if let file { return file }
        throw ConfigurationFailure(
            place.isLua
                ? "service \(place.name) is described by \(place.luaFile), which is edited by hand"
                : layout.absence(of: place.name)
        )
    }

    // MARK: Writing

    private func apply(_ edit: Edit, to place: ServicePlace) throws(ConfigurationFailure) {
        let file = try read(place)
        var editor = EnvEditor(file.bytes)
        let notes = try edit(&editor)
        if editor.bytes != file.bytes {
            do throws(HostError) {
                try file.replace(with: editor.bytes)
            } catch {
                throw ConfigurationFailure(error)
            }
        }
        notes.forEach(output.complain)
        warn(of: editor.bytes, place)
    }

    /// Reports why a written file will be refused by its next load. As in the classic release it is written
    /// nevertheless: a correction in several steps passes through files that do not load.
    func warn(of bytes: [UInt8], _ place: ServicePlace) {
        guard let refusal = refusal(of: bytes, place, node) else { return }
        for message in refusal.messages where message.level == .error {
            output.complain("WARNING: service \(place.name) will not load: \(message)")
        }
    }

    func refusal(of bytes: [UInt8], _ place: ServicePlace, _ node: EnvNode?) -> EnvRefusal? {
        do throws(EnvRefusal) {
            _ = try EnvService(bytes, path: place.file, registry: registry, node: node)
            return nil
        } catch {
            return error
        }
    }

    /// Locks the service while it is edited, so that two edits, or an edit and an action, do not collide.
    func locked(
        _ request: ConfigurationRequest,
        _ work: () throws(ConfigurationFailure) -> Void
    ) async throws(ConfigurationFailure) {
        // A reader that does not read must not keep the service locked.
        Streams.standard.hold()
        defer { Streams.standard.release() }
        let lock: ServiceLock
        do throws(StateError) {
            lock = try await ServiceLock.take(
                request.service,
                for: request.action.rawValue,
                in: layout,
                within: request.lockLimit,
                host: host,
                waiting: { _ in }
            )
        } catch {
            ConsoleLog(
                service: request.service,
                file: nil,
                showsDebug: false,
                host: host,
                console: output.console
            ).write(.error, error.description, about: nil)
            throw ConfigurationFailure(lines: [])
        }
        defer { lock.release() }
        try work()
    }
}
