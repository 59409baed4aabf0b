import OSVCEngine
import OSVCLuaBridge

/// What `osvc doc` says and what the reference pages hold: all from the registries, nothing by hand.
struct Manual {
    private let registry = DriverRegistry.builtIn

    /// Everything that can be asked.
    var words: [String] {
        registry.sections + CommonKeywords.service.map(\.name) + CommonKeywords.resource.map(\.name)
            + registry.drivers.flatMap { type in
                type.keywords.flatMap { ["\(type.section).\($0.name)", $0.name] }
            } + LuaReferenceTable.all.flatMap { [$0.name] + $0.options.map(\.name) }
            + [NodeKeywords.file, ExitCodeText.word] + NodeKeywords.all.map(\.name)
    }

    var index: String {
        var lines = ["resource types:"]
        lines += registry.drivers.flatMap { item($0.section, $0.summary) }
        lines += ["", "keywords of a service:"]
        lines += CommonKeywords.service.flatMap { item($0.name, $0.summary) }
        lines += ["", "keywords of every resource:"]
        lines += CommonKeywords.resource.flatMap { item($0.name, $0.summary) }
        lines += ["", "keywords of \(NodeKeywords.file), section [\(NodeKeywords.section)]:"]
        lines += NodeKeywords.all.flatMap { item($0.name, $0.summary) }
        lines += ["", "Lua, to describe a service (osvc.…):"]
        lines += LuaReferenceTable.module.flatMap { item($0.name, $0.summary) }
        lines += ["", "Lua, while an action runs (ctx:… in launchers, ev:… in hooks):"]
        let context = LuaReferenceTable.fields + LuaReferenceTable.context
        lines += context.flatMap { item($0.name, $0.summary) }
        lines += ["", "programs:"] + item(ExitCodeText.word, "The exit codes.")
        return lines.map { $0 + "\n" }.joined()
    }

    /// The text on one word; nil: no entry.
    func page(on word: String) -> String? {
        var pages: [String] = []
        for type in registry.drivers where type.section == word || type.id.text == word {
            pages.append(page(on: type))
        }
        let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2, let type = registry.driver(section: parts[0]) {
            let keywords = type.keywords + CommonKeywords.resource
            pages += keywords.filter { $0.name == parts[1] }.map { page(on: $0, of: parts[0]) }
        }
        pages += CommonKeywords.service.filter { $0.name == word }.map {
            page(on: $0, of: "service")
        }
        pages += CommonKeywords.resource.filter { $0.name == word }.map {
            page(on: $0, of: "every resource")
        }
        for type in registry.drivers {
            pages += type.keywords.filter { $0.name == word }.map { page(on: $0, of: type.section) }
        }
        if word == NodeKeywords.file { pages.append(nodePage) }
        if word == ExitCodeText.word { pages.append(exitPage) }
        pages += NodeKeywords.all.filter { $0.name == word }.map {
            page(on: $0, of: "\(NodeKeywords.file), section [\(NodeKeywords.section)]")
        }
        if let entry = LuaReferenceTable.entry(word) { pages.append(page(on: entry)) }
        for entry in LuaReferenceTable.all {
            pages += entry.options.filter { $0.name == word || entry.place(of: $0) == word }
                .map { page(on: $0, of: entry) }
        }
        return pages.isEmpty ? nil : pages.joined(separator: "\n")
    }

    /// All exit codes.
    private var exitPage: String {
        let lines = ["exit codes"] + ExitCodeText.all.flatMap { item($0.code, $0.meaning) }
        return lines.map { $0 + "\n" }.joined()
    }

    /// All of `node.conf`.
    private var nodePage: String {
        var lines = ["\(NodeKeywords.file)"]
        lines += indented(
            "The node's own configuration, ROOT/etc/\(NodeKeywords.file): osvc node set --param"
                + " \(NodeKeywords.section).KEYWORD --value VALUE. Section [\(NodeKeywords.section)], or DEFAULT:"
        )
        lines += NodeKeywords.all.flatMap { item($0.name, $0.summary) }
        let unread = NodeKeywords.withoutEffect.sorted() + ["\(NodeKeywords.prefixWithoutEffect)*"]
        lines += indented(
            "Of the classic release, kept and without effect: \(unread.joined(separator: ", "));"
                + " sections \(NodeKeywords.schedules.sorted().joined(separator: ", ")), cloud#N."
        )
        return lines.map { $0 + "\n" }.joined()
    }

    /// A field of a table that a word of Lua takes.
    private func page(on option: LuaReferenceEntry.Option, of entry: LuaReferenceEntry) -> String {
        let lines =
            ["\(option.name) (Lua, field of \(entry.name))"]
            + indented(option.summary + (option.isRequired ? " Required." : ""))
        return lines.map { $0 + "\n" }.joined()
    }

    private func page(on type: any Driver.Type) -> String {
        var lines = ["\(type.section) (\(type.id))"] + indented(type.summary) + [""]
        for keyword in type.keywords {
            let need = keyword.isRequired ? ", required" : ""
            lines += item(keyword.name, "\(keyword.typeText)\(need)")
            lines += item("", keyword.summary)
        }
        lines.append("  and the keywords of every resource: see osvc doc")
        return lines.map { $0 + "\n" }.joined()
    }

    private func page(on keyword: Keyword, of owner: String) -> String {
        var lines = ["\(keyword.name) (\(owner))"] + indented(keyword.summary)
        lines += indented("type: \(keyword.typeText)\(keyword.isRequired ? ", required" : "")")
        if let value = keyword.defaultValue { lines += indented("default: \(value.text)") }
        lines.append("  may differ between nodes: \(keyword.isScopable ? "yes" : "no")")
        if !keyword.example.isEmpty {
            lines += indented("example: \(keyword.name) = \(keyword.example)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func page(on entry: LuaReferenceEntry) -> String {
        var lines = ["\(entry.name) (Lua)"]
        if !entry.arguments.isEmpty {
            lines += indented("\(entry.name)\(entry.spacedArguments)")
        }
        lines += indented(entry.summary)
        lines += entry.options.flatMap { option in
            item(entry.place(of: option), option.summary + (option.isRequired ? " Required." : ""))
        }
        lines += indented("allowed: \(entry.allowed)")
        if entry.waits { lines.append("  other functions run while it waits") }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: Lines

    private static let width = 80
    private static let nameWidth = 18

    /// A name, and beside it its text in as many lines as it takes.
    private func item(_ name: String, _ text: String) -> [String] {
        let room = String(repeating: " ", count: Self.nameWidth + 3)
        let head = "  \(name)" + room.dropFirst(min(name.count + 2, room.count - 1))
        let parts = wrapped(text, width: Self.width - room.count)
        return parts.enumerated().map { ($0.offset == 0 ? head : room) + $0.element }
    }

    private func indented(_ text: String) -> [String] {
        wrapped(text, width: Self.width - 2).map { "  \($0)" }
    }
}
