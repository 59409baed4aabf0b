/// A service read from a classic file, with what is to be told of it.
public struct EnvService: Sendable, Equatable {
    public var definition: ServiceDefinition
    /// Warnings, and errors that cost a resource but not the service.
    public var messages: [EnvMessage]

    /// Reads the text of a classic file: form, checks of a load, translation, in this order.
    ///
    /// `path` is the file as messages name it; the service has its name, without `.env`. With `node` the
    /// service is as this node loads it: resources that lack a keyword here are dropped and told; without,
    /// it is as it was written, for a look at all its nodes. Throws when the service cannot be used.
    public init(
        _ bytes: [UInt8],
        path: String,
        registry: DriverRegistry,
        node: EnvNode?
    ) throws(EnvRefusal) {
        try self.init(bytes, path: path, schema: EnvSchema(registry), node: node)
    }

    /// The same, for callers that read many files.
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
        // Names of files are made of it, and those with a dot are osvc's own, or lead out of a directory.
        guard !name.isEmpty, !name.hasPrefix(".") else {
            throw EnvRefusal([
                EnvMessage(.error, "'\(name)' is not a name for a service", at: start)
            ])
        }
        if let message = EnvValidation(file: file, name: name, node: node).refusal {
            throw EnvRefusal([message])
        }
        var translator = EnvTranslator(file: file, name: name, path: path, schema: schema)
        definition = translator.translate()
        if let node, !translator.isRefused { translator.drop(from: &definition, on: node.name) }
        messages = translator.messages
        guard !translator.isRefused else { throw EnvRefusal(messages) }
    }

    /// `p26` of `/opt/opensvc/etc/p26.env`.
    public static func name(of path: String) -> String {
        let file = path.fileName
        return file.ends(EnvFile.suffix) ? file.withoutLast(bytes: EnvFile.suffix.utf8.count) : file
    }
}
