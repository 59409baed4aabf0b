import Glibc
import OSVCEngine

/// `create` and `install`: a new service, complete or not at all.
@EngineActor
struct ServiceCreation {
    private let configuration: ServiceConfiguration
    private let place: ServicePlace

    init(_ configuration: ServiceConfiguration, _ place: ServicePlace) {
        self.configuration = configuration
        self.place = place
    }

    private var output: ConfigurationOutput { configuration.output }

    // MARK: Create

    func create(_ request: ConfigurationRequest) async throws(ConfigurationFailure) {
        try judgeFree()
        let bytes = try request.isInteractive ? ask(request) : define(request)
        try await configuration.locked(request) { () throws(ConfigurationFailure) in
            try judgeFree()
            try write(bytes)
        }
        configuration.warn(of: bytes, place)
    }

    private func judgeFree() throws(ConfigurationFailure) {
        guard access(place.file, F_OK) != 0, !place.isLua else {
            throw ConfigurationFailure("service \(place.name) already exists")
        }
    }

    private func define(_ request: ConfigurationRequest) throws(ConfigurationFailure) -> [UInt8] {
        var draft = EnvDraft(creatingOn: configuration.node, registry: configuration.registry)
        do throws(EnvDraft.Refusal) {
            try draft.add(request.resources)
        } catch {
            throw ConfigurationFailure(lines: error.lines)
        }
        try judge(draft.editor.bytes)
        draft.additions.forEach(output.say)
        draft.removals.forEach(output.complain)
        return draft.editor.bytes
    }

    private func ask(_ request: ConfigurationRequest) throws(ConfigurationFailure) -> [UInt8] {
        guard request.resources.isEmpty else {
            throw ConfigurationFailure("options --interactive and --resource do not go together")
        }
        let wizard = CreateWizard(
            file: place.file,
            node: configuration.node,
            registry: configuration.registry,
            dialog: configuration.dialog
        )
        guard let bytes = wizard.run() else {
            throw ConfigurationFailure("nothing is written")
        }
        try judge(bytes)
        return bytes
    }

    /// Refuses a file that no node would load. One that only this node refuses is created, with a warning.
    private func judge(_ bytes: [UInt8]) throws(ConfigurationFailure) {
        guard let refusal = configuration.refusal(of: bytes, place, nil) else { return }
        throw ConfigurationFailure(
            lines: refusal.messages.filter { $0.level == .error }.map(\.text)
        )
    }

    private func write(_ bytes: [UInt8]) throws(ConfigurationFailure) {
        var made = ServicePlace.Made()
        do throws(ConfigurationFailure) {
            try place.makeLinks(&made)
            // The file last: it makes the service.
            do throws(HostError) {
                try EditedFile.create(place.file, bytes)
            } catch {
                throw ConfigurationFailure(error)
            }
        } catch {
            made.takeBack()
            throw error
        }
    }

    // MARK: Install

    /// Copies a file as the service's own (decisions.md 34).
    func install(_ request: ConfigurationRequest) async throws(ConfigurationFailure) {
        guard let path = request.envFile else {
            throw ConfigurationFailure("no service file. set --envfile")
        }
        guard !place.isLua else {
            throw ConfigurationFailure("service \(place.name) is described by \(place.luaFile)")
        }
        let bytes = try source(Environment.absolute(path))
        try await configuration.locked(request) { () throws(ConfigurationFailure) in
            try take(bytes)
        }
        configuration.warn(of: bytes, place)
    }

    private func source(_ path: String) throws(ConfigurationFailure) -> [UInt8] {
        let file: EditedFile?
        do throws(HostError) {
            file = try EditedFile.read(path)
        } catch {
            throw ConfigurationFailure(error)
        }
        guard let file else { throw ConfigurationFailure("\(path): \(errorText(ENOENT))") }
        guard !file.bytes.contains(0) else { throw ConfigurationFailure("\(path) is not text") }
        return file.bytes
    }

    private func take(_ bytes: [UInt8]) throws(ConfigurationFailure) {
        var made = ServicePlace.Made()
        do throws(ConfigurationFailure) {
            let mended = try place.mendLinks(below: mountPoints(of: bytes), &made)
            do throws(HostError) {
                if let old = try EditedFile.read(place.file) {
                    if old.bytes != bytes { try old.replace(with: bytes) }
                } else {
                    try EditedFile.create(place.file, bytes)
                }
            } catch {
                throw ConfigurationFailure(error)
            }
            mended.forEach(tell)
        } catch {
            made.takeBack()
            throw error
        }
    }

    private func tell(_ mended: ServicePlace.Mended) {
        if mended.wasDangling { output.complain(mended.text) }
        ServiceLogFile(service: place.name, in: configuration.layout, failed: output.complain)
            .write(.info, mended.text, about: nil)
    }

    /// The mount points of a file, on any node, even if the file does not load.
    private func mountPoints(of bytes: [UInt8]) -> [String] {
        let file = EnvFile(bytes)
        return ([file.defaults] + file.sections).flatMap { section in
            section.entries.filter { $0.key.split(separator: "@").first == "mnt" }
                .map(\.value.value)
        }
    }
}
