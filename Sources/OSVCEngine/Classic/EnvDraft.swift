internal import OrderedCollections

/// A classic file that grows by definitions of resources, each a JSON object of keywords, as `create` and
/// `update` take them (classic-actions.md section 9). Pure.
///
/// A definition with a `rid` changes that section. One with an `rtype` adds a section with the next free
/// number. One with neither changes DEFAULT.
public struct EnvDraft: Sendable {
    /// Why a definition is refused and nothing is written.
    public struct Refusal: Error, Sendable, Equatable {
        /// One line for each fault, as `create` prints it.
        public var lines: [String]
    }

    /// The file as it is so far.
    public private(set) var editor: EnvEditor
    /// The defaults that were added to DEFAULT, one line for people each.
    public private(set) var additions: [String] = []
    /// The unknown keywords that were left out, one line for people each.
    public private(set) var removals: [String] = []
    private let registry: DriverRegistry
    /// The node whose defaults a new service gets; nil for an update, which adds no defaults.
    private let node: EnvNode?

    /// An empty file, for a new service of a node.
    public init(creatingOn node: EnvNode, registry: DriverRegistry) {
        editor = EnvEditor([])
        self.registry = registry
        self.node = node
    }

    /// The file of a service that is updated.
    public init(updating bytes: [UInt8], registry: DriverRegistry) {
        editor = EnvEditor(bytes)
        self.registry = registry
        node = nil
    }

    private struct Definition {
        /// The keywords in the order of the text, without `rid` and `rtype`.
        var settings: [(key: String, value: String)] = []
        var rid: String?
        var type: String?
    }

    private struct Part {
        var section: String
        var isNew: Bool
        var settings: [(key: String, value: String)]
    }

    /// Adds the definitions. Throws a refusal with all faults, and then leaves the draft as it was.
    public mutating func add(_ texts: [String]) throws(Refusal) {
        var draft = self
        var parts: [Part] = []
        var taken = Set(editor.sections)
        for text in texts {
            let definition = try Self.parse(text)
            let section = try draft.section(of: definition, taken: taken)
            if let place = parts.firstIndex(where: { $0.section == section }) {
                parts[place].settings += definition.settings
            } else {
                let isNew = !editor.hasSection(section)
                parts.append(
                    Part(section: section, isNew: isNew, settings: definition.settings)
                )
            }
            taken.insert(section)
        }
        // DEFAULT first, because the others inherit from it.
        let defaults = parts.filter { $0.section == EnvFile.defaultName }
        if defaults.isEmpty, node != nil {
            parts.append(Part(section: EnvFile.defaultName, isNew: false, settings: []))
        }
        var faults: [String] = []
        for part in parts.filter({ $0.section == EnvFile.defaultName }) {
            draft.write(part, &faults)
        }
        for part in parts.filter({ $0.section != EnvFile.defaultName }) {
            draft.write(part, &faults)
        }
        guard faults.isEmpty else { throw Refusal(lines: faults) }
        self = draft
    }

    // MARK: Definitions

    private static func parse(_ text: String) throws(Refusal) -> Definition {
        let unparsed = Refusal(lines: ["can not parse resource: \(text)"])
        guard case .object(let members)? = try? JSONValue(parsing: text) else { throw unparsed }
        var definition = Definition()
        for (key, value) in members {
            guard let value = self.text(of: value) else {
                throw Refusal(lines: [
                    "can not parse resource: \(text): '\(key)' is not a plain value"
                ]
                )
            }
            switch key {
            case "rid": definition.rid = value
            case "rtype": definition.type = value
            default: definition.settings.append((key, value))
            }
        }
        return definition
    }

    /// A value as a classic file writes it; nil for null, fractions, objects and lists of anything but strings.
    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text
        case .integer(let number): return "\(number)"
        case .boolean(let flag): return flag ? "True" : "False"
        case .array(let values):
            var words: [String] = []
            for value in values {
                guard case .string(let word) = value else { return nil }
                words.append(word)
            }
            return words.joined(separator: " ")
        case .null, .number, .object: return nil
        }
    }

    private func section(of definition: Definition, taken: Set<String>) throws(Refusal) -> String {
        let name = definition.rid ?? definition.type.map { free($0, taken) } ?? EnvFile.defaultName
        guard name != EnvFile.defaultName else { return name }
        let parsed = EnvSectionName(name, registry: registry)
        switch parsed.kind {
        case .known, .schedule, .generated: return name
        case .later:
            throw Refusal(lines: ["section '\(name)' is not supported by this release"])
        case .unknown:
            let words = registry.sections + ["DEFAULT"]
            guard !words.contains(parsed.word) else {
                throw Refusal(lines: [
                    "'\(name)' is not a name of a resource such as '\(free(parsed.word))'"
                ])
            }
            let hint = nearest(to: parsed.word, in: words).map { " (did you mean '\($0)'?)" } ?? ""
            throw Refusal(lines: ["there is no resource type '\(parsed.word)'\(hint)"])
        }
    }

    /// The name of a new section of this type: for `fs` `fs#0` in a new service, the first free number from
    /// `fs#1` in an existing one.
    public func free(_ type: String) -> String { free(type, Set(editor.sections)) }

    private func free(_ type: String, _ taken: Set<String>) -> String {
        guard type != EnvFile.defaultName, type != Application.section else { return type }
        var number = node == nil ? 1 : 0
        while taken.contains("\(type)#\(number)") { number += 1 }
        return "\(type)#\(number)"
    }

    // MARK: Sections

    private mutating func write(_ part: Part, _ faults: inout [String]) {
        let type = part.settings.last { $0.key.lowercased() == "type" }?.value
        let written = editor.value(of: "type", in: part.section)
        guard
            let wording = EnvWording(
                section: part.section,
                type: type ?? written.map { String(decoding: $0, as: UTF8.self) },
                registry: registry
            )
        else { return }
        do throws(EnvEditError) {
            if part.isNew { try editor.addSection(part.section) }
            if part.section == EnvFile.defaultName { try addDefaults(part) }
            for (key, value) in part.settings {
                switch wording.fault(of: key, value: value) {
                case nil: try editor.set(key, in: part.section, to: value)
                case .unknownKeyword?:
                    removals.append(
                        "Remove unknown keyword '\(key)' from section '\(part.section)'"
                    )
                case let fault?: faults.append(fault.description)
                }
            }
        } catch {
            faults.append(error.description)
        }
        guard part.isNew else { return }
        let keys = part.settings.map { EnvKeys.word(of: $0.key) }
        for keyword in wording.missing({
            keys.contains($0) || editor.value(of: $0, in: EnvFile.defaultName) != nil
        }) {
            let fault = EnvWording.Fault.noValue(keyword: keyword.name, section: part.section)
            faults.append(fault.description)
        }
    }

    /// Adds the keywords that the classic release requires in DEFAULT and the definition leaves out.
    private mutating func addDefaults(_ part: Part) throws(EnvEditError) {
        guard let node else { return }
        let keys = Set(part.settings.map { $0.key.lowercased() })
        let section = EnvFile.defaultName
        for (keyword, value) in node.serviceDefaults where !keys.contains(keyword) {
            guard editor.value(of: keyword, in: section) == nil else { continue }
            try editor.set(keyword, in: section, to: value)
            additions.append("Implicitely add [\(section)] \(keyword) = \(value)")
        }
    }

    /// Sets one key of one section to an answer of the wizard. Throws as `EnvEditor.set` does.
    public mutating func set(_ key: String, in section: String, to value: String)
        throws(EnvEditError)
    {
        try editor.set(key, in: section, to: value)
    }

    /// Adds a section before the wizard asks for its keywords. Throws as `EnvEditor.addSection` does.
    public mutating func addSection(_ name: String) throws(EnvEditError) {
        try editor.addSection(name)
    }
}
