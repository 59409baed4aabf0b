import OSVCEngine

/// The actions that edit the file of a classic service (classic-actions.md section 9).
enum ConfigurationAction: String, CaseIterable {
    case get, set, unset, enable, disable, delete, update, create, install

    /// For a help.
    var summary: String {
        switch self {
        case .get: "print a value of the service file"
        case .set: "write one: --param S.K --value V"
        case .unset: "remove one"
        case .enable: "let the resources of --rid, or all, take part"
        case .disable: "leave them out of actions and status"
        case .delete: "remove the resources of --rid from the file"
        case .update: "add or change resources: --resource JSON"
        case .create: "make a service: --resource JSON, or -i"
        case .install: "take a service file over: --envfile FILE"
        }
    }

    /// How one is refused that is asked of several services at once; nil: it may be.
    func refusal(ofServices count: Int) -> String? {
        guard self == .create || self == .install, count != 1 else { return nil }
        return "you must specify a single service name with the '\(rawValue)' action"
    }
}

/// One such action on one service, in plain values.
struct ConfigurationRequest {
    var action: ConfigurationAction
    var service: String
    /// `--rid`: enable, disable, delete.
    var rids: [String] = []
    /// `--param` and `--value`: get, set, unset.
    var parameter: String?
    var value: String?
    /// `--resource`, each as JSON: create, update.
    var resources: [String] = []
    /// `-i`: create.
    var isInteractive = false
    /// `--provision`: refused by name.
    var provisions = false
    /// `--envfile`: install.
    var envFile: String?
    var lockLimit: Duration = .seconds(60)
}

/// Does the actions that edit `<root>/etc/<svc>.env`. They work on a file that does not load, for that is
/// how it gets mended.
@EngineActor
struct ServiceConfiguration {
    let layout: Layout
    let host: any Host
    /// What is told of a file that would be refused when it is loaded depends on the node.
    let node: EnvNode
    var output = ConfigurationOutput.standard
    var dialog: any Dialog = TerminalDialog()
    var registry = DriverRegistry.builtIn

    /// Does what is asked and tells it; returns the exit code.
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

    private func parameter(of request: ConfigurationRequest) throws(ConfigurationFailure)
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
                : "there is no service '\(place.name)': \(place.file) is missing"
        )
    }

    // MARK: Edits

    /// What is done to the text of a file. Returns what is to be told to who asked.
    private typealias Edit = (inout EnvEditor) throws(ConfigurationFailure) -> [String]

    /// Nil: there is nothing to do, and that was told.
    private func edit(of request: ConfigurationRequest) throws(ConfigurationFailure) -> Edit? {
        switch request.action {
        case .set: return try set(request)
        case .unset:
            let parameter = try parameter(of: request)
            return edit { (editor) throws(EnvEditError) in
                try editor.unset(parameter.key, in: parameter.section)
            }
        case .enable, .disable: return switching(request)
        case .delete: return deletion(request)
        case .update: return update(request)
        case .get, .create, .install: return nil
        }
    }

    private func edit(_ work: @escaping (inout EnvEditor) throws(EnvEditError) -> Void) -> Edit {
        { (editor) throws(ConfigurationFailure) in
            do throws(EnvEditError) {
                try work(&editor)
                return []
            } catch {
                throw ConfigurationFailure(error)
            }
        }
    }

    private func set(_ request: ConfigurationRequest) throws(ConfigurationFailure) -> Edit {
        let parameter = try parameter(of: request)
        let value = request.value ?? ""
        // What the command line holds is no longer known where it was not text.
        guard !value.unicodeScalars.contains("\u{FFFD}") else {
            throw ConfigurationFailure("value '\(value)' cannot be written: it is not valid UTF-8")
        }
        return edit { (editor) throws(EnvEditError) in
            try editor.set(parameter.key, in: parameter.section, to: value)
        }
    }

    private func switching(_ request: ConfigurationRequest) -> Edit {
        { (editor) throws(ConfigurationFailure) in
            try Self.judge(request.rids, among: editor.resources, of: request.service)
            let isDisabled = request.action == .disable
            do throws(EnvEditError) {
                try editor.setDisabled(isDisabled, request.rids)
            } catch {
                throw ConfigurationFailure(error)
            }
            return overruled(request, isDisabled, editor.bytes)
        }
    }

    /// A line for this node, `disable@n1`, goes before the one that was written.
    private func overruled(
        _ request: ConfigurationRequest,
        _ isDisabled: Bool,
        _ bytes: [UInt8]
    ) -> [String] {
        let path = ServicePlace(request.service, in: layout).file
        guard
            let service = try? EnvService(bytes, path: path, registry: registry, node: node)
        else { return [] }
        let definition = service.definition
        return definition.resources.compactMap { resource in
            guard request.rids.contains(resource.id.text),
                let entry = resource.entry("disable", on: node.name, of: definition.groups),
                entry.value != .boolean(isDisabled)
            else { return nil }
            let state = isDisabled ? "enabled" : "disabled"
            return "WARNING: \(resource.id) stays \(state) on \(node.name):"
                + " \(entry.position) says so"
        }
    }

    private func deletion(_ request: ConfigurationRequest) -> Edit? {
        guard !request.rids.isEmpty else {
            output.say("no resource flagged for deletion")
            return nil
        }
        return { (editor) throws(ConfigurationFailure) in
            try Self.judge(request.rids, among: editor.removableResources, of: request.service)
            do throws(EnvEditError) {
                for rid in Set(request.rids) { try editor.removeSection(rid) }
            } catch {
                throw ConfigurationFailure(error)
            }
            return []
        }
    }

    private func update(_ request: ConfigurationRequest) -> Edit {
        { (editor) throws(ConfigurationFailure) in
            var draft = EnvDraft(updating: editor.bytes, registry: registry)
            do throws(EnvDraft.Refusal) {
                try draft.add(request.resources)
            } catch {
                throw ConfigurationFailure(lines: error.lines)
            }
            editor = draft.editor
            return draft.removals
        }
    }

    /// Resources that are not there are named, with those that are (decisions.md 31).
    private static func judge(_ rids: [String], among known: [String], of service: String)
        throws(ConfigurationFailure)
    {
        let absent = rids.filter { !known.contains($0) }
        guard !absent.isEmpty else { return }
        let there = known.isEmpty ? "it has none" : known.joined(separator: ", ")
        throw ConfigurationFailure(
            lines: absent.map { "service \(service) has not resource \($0) (\(there))" }
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

    /// Tells why a file that was written will be refused when it is loaded. It is written all the same, as
    /// by the classic release: repairs go by way of files that do not load.
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

    /// Holds the service while it is edited, so that two edits, or an edit and an action, do not meet.
    func locked(
        _ request: ConfigurationRequest,
        _ work: () throws(ConfigurationFailure) -> Void
    ) async throws(ConfigurationFailure) {
        // A reader that does not read must not keep the service locked.
        Streams.hold()
        defer { Streams.release() }
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
            ConsoleLog(service: request.service, file: nil, showsDebug: false, host: host)
                .write(.error, error.description, about: nil)
            throw ConfigurationFailure(lines: [])
        }
        defer { lock.release() }
        try work()
    }
}
