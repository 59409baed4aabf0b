/// A service read from a classic file, with the messages of the load.
public struct EnvService: Sendable, Equatable {
    /// The service, without the resources that this node drops.
    public var definition: ServiceDefinition
    /// Warnings, and errors that drop a resource but not the service.
    public var messages: [EnvMessage]
    /// Warnings about keys and sections that are written more than once; a load does not log them.
    public var repetitions: [EnvMessage]

    /// Reads the text of a classic file: its form, the checks of a load, the translation, in this order.
    ///
    /// `path` is the file as messages name it; its name without `.env` is the name of the service. With `node` the
    /// service is what this node loads: resources that lack a keyword here are dropped and reported. Without `node` it
    /// is what the file writes, for a look at all its nodes. Throws when the service cannot be used.
    public init(
        _ bytes: [UInt8],
        path: String,
        registry: DriverRegistry,
        node: EnvNode?
    ) throws(EnvRefusal) {
        try self.init(bytes, path: path, schema: EnvSchema(registry), node: node)
    }

    /// The same with a schema that the caller made once for many files.
    public init(
        _ bytes: [UInt8],
        path: String,
        schema: EnvSchema,
        node: EnvNode?
    ) throws(EnvRefusal) {
        let start = SourcePosition(file: path, line: 1)
        guard !bytes.contains(0) else {
            throw EnvRefusal([EnvMessage(.error, "the file is not text", at: start)])
        }
        let file = EnvFile(bytes)
        guard file.problems.isEmpty else {
            throw EnvRefusal(
                file.problems.map {
                    EnvMessage(.error, $0.text, at: SourcePosition(file: path, line: $0.line))
                }
            )
        }
        let name = Self.name(of: path)
        // The name becomes part of file names. A name with a dot at its beginning is osvc's own, or leads out
        // of a directory.
        guard !name.isEmpty, !name.hasPrefix(".") else {
            throw EnvRefusal([
                EnvMessage(.error, "'\(name)' is not a name for a service", at: start)
            ])
        }
        let refusal = EnvValidation(file: file, path: path, name: name, node: node).refusal
        var translator = EnvTranslator(file: file, name: name, path: path, schema: schema)
        definition = translator.translate()
        repetitions = file.repetitions.map { repetition in
            let text = "\(repetition.name) is written twice, first on line \(repetition.first)"
            return EnvMessage(.warning, text, at: SourcePosition(file: path, line: repetition.line))
        }
        if let refusal {
            let others = translator.messages.filter {
                $0.level == .error && $0.place != refusal.place
            }
            throw EnvRefusal([refusal] + others)
        }
        if let node, !translator.isRefused { translator.drop(from: &definition, on: node.name) }
        messages = translator.messages
        guard !translator.isRefused else { throw EnvRefusal(messages) }
    }

    /// The name of the service in a file: `p26` of `/opt/opensvc/etc/p26.env`.
    public static func name(of path: String) -> String {
        let file = path.fileName
        return file.ends(EnvFile.suffix) ? file.withoutLast(bytes: EnvFile.suffix.utf8.count) : file
    }
}
