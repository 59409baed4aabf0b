import OSVCEngine

/// `nodemgr get`, `set` and `unset`: keys of `<root>/etc/node.conf` (classic-actions.md section 12).
@EngineActor
struct NodeConfiguration {
    enum Action: String, CaseIterable {
        case get, set, unset
    }

    let layout: Layout
    let host: any Host
    let output: ConfigurationOutput

    private var path: String { layout.nodeConfiguration }

    /// Does what is asked and tells it; returns the exit code.
    func perform(
        _ action: Action,
        parameter: String?,
        value: String?,
        lockLimit: Duration = .seconds(60)
    ) async -> Int32 {
        do throws(ConfigurationFailure) {
            let parameter = try judge(action, parameter, value)
            switch action {
            case .get: try get(parameter)
            case .set, .unset: try await edit(parameter, value, action, lockLimit)
            }
            return Exit.success
        } catch {
            error.lines.forEach(output.complain)
            return Exit.failure
        }
    }

    private func judge(_ action: Action, _ text: String?, _ value: String?)
        throws(ConfigurationFailure) -> EnvParameter
    {
        guard let text else { throw ConfigurationFailure("no parameter. set --param") }
        if action == .set, value == nil { throw ConfigurationFailure("no value. set --value") }
        guard let parameter = EnvParameter(text) else {
            throw ConfigurationFailure("malformed parameter. format as 'section.key'")
        }
        guard value?.unicodeScalars.contains("\u{FFFD}") != true else {
            throw ConfigurationFailure("the value cannot be written: it is not valid UTF-8")
        }
        // Nothing is accepted and ignored; what is there already can be taken away.
        if action == .set,
            let refusal = NodeKeywords.refusal(
                of: parameter.key,
                in: parameter.section,
                value: value ?? ""
            )
        {
            throw ConfigurationFailure(refusal)
        }
        return parameter
    }

    private func get(_ parameter: EnvParameter) throws(ConfigurationFailure) {
        let bytes = try read()?.bytes ?? []
        let editor = EnvEditor(bytes)
        // Peers ask this before they sync, and a node that does not say is TST (decisions.md 7).
        if parameter.section == "node", parameter.key.lowercased() == "host_mode" {
            output.say(NodeSettings(bytes, path: path).hostMode)
            return
        }
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

    private func read() throws(ConfigurationFailure) -> EditedFile? {
        do throws(HostError) {
            return try EditedFile.read(path)
        } catch {
            throw ConfigurationFailure(error)
        }
    }

    private func edit(
        _ parameter: EnvParameter,
        _ value: String?,
        _ action: Action,
        _ limit: Duration
    ) async throws(ConfigurationFailure) {
        Streams.standard.hold()
        defer { Streams.standard.release() }
        let lock: ServiceLock
        do throws(StateError) {
            lock = try await ServiceLock.take(
                .configuration,
                for: "nodemgr \(action.rawValue)",
                in: layout,
                within: limit,
                host: host,
                waiting: { _ in }
            )
        } catch {
            throw ConfigurationFailure(error)
        }
        defer { lock.release() }
        let file = try read()
        var editor = EnvEditor(file?.bytes ?? [])
        do throws(EnvEditError) {
            switch action {
            case .unset: try editor.unset(parameter.key, in: parameter.section)
            case .get, .set: try editor.set(parameter.key, in: parameter.section, to: value ?? "")
            }
        } catch {
            throw ConfigurationFailure(error)
        }
        try write(editor.bytes, file)
    }

    private func write(_ bytes: [UInt8], _ file: EditedFile?) throws(ConfigurationFailure) {
        do throws(HostError) {
            if let file {
                if bytes != file.bytes { try file.replace(with: bytes) }
            } else {
                try host.makeDirectory(layout.etc)
                try EditedFile.create(path, bytes)
            }
        } catch {
            throw ConfigurationFailure(error)
        }
    }
}
