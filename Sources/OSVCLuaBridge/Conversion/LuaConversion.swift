public import OSVCEngine

/// The text of a Lua service that is the same as a classic file, on every node.
///
/// - Values are written as the sections see them: what a resource inherits from DEFAULT is written in it.
/// - Values for some nodes keep their spelling: `["ipdev@sles2"] = "eth1"`.
/// - `classic = true` keeps the rules of classic files; `on_error` is written out.
/// - `disable = false`, `optional = false` and `monitor = false` are left out where they have no effect.
/// - Comments are kept, before or after what they are about.
/// - What a load ignores (unknown words, values for nodes that the service does not have) stays as a
///   comment that says so.
///
/// What Lua cannot express is refused, with its line.
public struct LuaConversion {
    /// The text of the file, its last newline included.
    public let text: String
    /// The messages of the load of the classic file.
    public let messages: [EnvMessage]

    /// Converts a classic file. `path` is the file as messages name it; its name is that of the service. Throws
    /// what is wrong with the file and what Lua cannot express.
    public init(
        _ bytes: [UInt8],
        path: String,
        registry: DriverRegistry
    ) throws(EnvRefusal) {
        let service = try EnvService(bytes, path: path, registry: registry, node: nil)
        let problems = Sayable(service.definition, path: path, registry: registry).problems
        guard problems.isEmpty else { throw EnvRefusal(problems) }
        messages = service.messages
        var writer = ServiceText(
            definition: service.definition,
            file: EnvFile(bytes),
            comments: EnvComments(bytes),
            registry: registry
        )
        text = writer.text()
    }
}

/// Finds the parts of a classic service that Lua cannot express.
private struct Sayable {
    private let definition: ServiceDefinition
    private let path: String
    private let registry: DriverRegistry

    init(_ definition: ServiceDefinition, path: String, registry: DriverRegistry) {
        self.definition = definition
        self.path = path
        self.registry = registry
    }

    var problems: [EnvMessage] {
        noNodes + name + definition.resources.flatMap { id(of: $0) + lacked(by: $0) }
    }

    private var nodes: [String] { definition.groups.nodes + definition.groups.drpnodes }

    private var noNodes: [EnvMessage] {
        guard nodes.isEmpty else { return [] }
        let text = "'nodes' is not set: no node loads this file, while in Lua every node would"
        return [EnvMessage(.error, text, at: definition.position)]
    }

    private var name: [EnvMessage] {
        guard let problem = Loading.problem(withID: definition.name) else { return [] }
        let start = SourcePosition(file: path, line: 1)
        return [EnvMessage(.error, "the name of the service: \(problem)", at: start)]
    }

    /// In Lua the id of a resource is its section word, in lower case, and what follows `#`.
    private func id(of resource: ResourceDefinition) -> [EnvMessage] {
        let text = resource.id.text
        func refuse(_ problem: String) -> [EnvMessage] {
            [EnvMessage(.error, "[\(text)]: \(problem)", at: resource.position)]
        }
        guard text != "app" else { return [] }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return refuse("Lua has no resource without a number: call it [\(text)#0] first")
        }
        guard registry.sections.contains(String(parts[0])) else {
            let small = "\(parts[0].lowercased())#\(parts[1])"
            return refuse("Lua writes it in small letters: call it [\(small)] first")
        }
        guard let problem = Loading.problem(withID: String(parts[1])) else { return [] }
        return refuse(problem)
    }

    /// A classic node drops a resource that lacks a keyword there; a Lua service must be complete on every node.
    private func lacked(by resource: ResourceDefinition) -> [EnvMessage] {
        var words: [String: [String]] = [:]
        for node in nodes {
            guard
                let keyword = resource.lackedKeyword(
                    on: node,
                    of: definition.groups,
                    registry
                )
            else { continue }
            words[keyword, default: []].append(node)
        }
        return words.sorted { $0.key < $1.key }.map { keyword, nodes in
            let text =
                "\(resource.id): has no '\(keyword)' on \(nodes.joined(separator: ", ")) and is left"
                + " out there, which cannot be said in Lua"
            return EnvMessage(.error, text, at: resource.position)
        }
    }
}
