public import OSVCEngine

/// A conversion that was loaded and compared: only a text that makes the same service is returned.
public enum VerifiedConversion {
    /// Converts a classic file; `path` and `root` as for `ClassicLoader`.
    ///
    /// Throws what is wrong with the file, what Lua cannot express, and differences between both services.
    /// `warnings` are the messages of the load of the classic file.
    @EngineActor
    public static func convert(
        path: String,
        root: String,
        registry: DriverRegistry,
        trust: TrustPolicy
    ) async throws(LoadError) -> (text: String, warnings: [EnvMessage]) {
        let loaded = try ClassicLoader.load(
            path: path,
            root: root,
            registry: registry,
            node: nil,
            trust: trust
        )
        let conversion: LuaConversion
        do throws(EnvRefusal) {
            conversion = try LuaConversion(loaded.bytes, path: path, registry: registry)
        } catch {
            let found = error.messages.map { message in
                let position = message.position ?? SourcePosition(file: path, line: 0)
                return Diagnostic(message.text, at: position, in: loaded.files)
            }
            throw LoadError(found, classic: error.messages)
        }
        let twin = try ServiceLoader.load(
            path: String(path.dropLast(EnvFile.suffix.count)) + ".lua",
            root: root,
            registry: registry,
            trust: trust,
            limits: LuaLimits(),
            source: Array(conversion.text.utf8)
        )
        let equivalence = Equivalence(
            Equivalence.Side(loaded),
            Equivalence.Side(twin),
            registry: registry
        )
        let differences: [Equivalence.Difference]
        do throws(ConfigurationError) {
            differences = try await equivalence.differences()
        } catch {
            throw LoadError([loaded.diagnostic(for: error)])
        }
        guard differences.isEmpty else {
            let start = SourcePosition(file: path, line: 0)
            throw LoadError(
                differences.map {
                    Diagnostic(position: start, message: "the Lua service would differ: \($0)")
                }
            )
        }
        return (conversion.text, conversion.messages)
    }
}

extension Equivalence.Side {
    /// A classic service as its nodes load it.
    @EngineActor
    public init(_ loaded: ClassicService) {
        self.init(loaded.definition, dropsIncomplete: true)
    }

    /// A Lua service; its fields are looked up in its file.
    @EngineActor
    public init(_ loaded: LoadedService) {
        let session = loaded.session
        self.init(loaded.definition) { keyword, position in
            session.position(of: keyword, near: position)
        }
    }
}
