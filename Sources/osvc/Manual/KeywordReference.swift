import OSVCEngine

/// `docs/keywords.md`: every keyword, from the registry that checks service files.
struct KeywordReference {
    private let registry = DriverRegistry.builtIn

    var text: String {
        var text = """
            # Keywords

            Made by `make docs` from the registry that checks service files.

            A keyword that may differ between nodes is written `per_node { "eth0", sles2 = "eth1" }`, or as
            in classic files `["ipdev@sles2"] = "eth1"`.

            ## Of a service

            """
        text += table(CommonKeywords.service)
        text += "\n## Of every resource\n\n" + table(CommonKeywords.resource)
        text +=
            "\nThe triggers of services and resources, each a command line, a list of arguments or\n"
        text +=
            "`function(ctx)`: \(words(triggers)).\nWith `blocking_` in front, one that fails ends the "
        text += "action; else its result is only logged.\n"
        text +=
            "`[\"pre_start@sles2\"]` is for one node, and an empty line there hides that of all.\n"
        text +=
            "\n## Of `\(NodeKeywords.file)`\n\nIn its section `[\(NodeKeywords.section)]`, or in DEFAULT;"
        text +=
            " `osvc doc \(NodeKeywords.file)` has what the\nclassic release reads there and osvc does not.\n\n"
        text += table(NodeKeywords.all)
        for type in registry.drivers {
            text += "\n## \(type.section) (`\(type.id)`)\n\n\(type.summary)\n\n"
            text += table(type.keywords)
        }
        text += "\n## Refused by name\n\nKnown to the classic release, not to this one yet:\n\n"
        text += "- of a service: \(words(laterOfService.everywhere))\n"
        text +=
            "- of a service in Lua: \(words(laterOfService.inLua)). In DEFAULT of a classic file"
        text +=
            "\n  resources inherit some of these, and the others have no effect: see [status.md](status.md)\n"
        text += "- of every resource: \(words(CommonKeywords.resourceLater))\n"
        for (section, names) in CommonKeywords.sectionKeywordsLater.sorted(by: { $0.key < $1.key })
        {
            let unread = CommonKeywords.withoutEffect[section] ?? []
            let inLua = names.intersection(unread)
            text += "- of \(section): \(words(names.subtracting(unread)))"
            text +=
                inLua.isEmpty ? "\n" : "; in Lua \(words(inLua)), without effect in classic files\n"
        }
        text += "- sections: \(words(CommonKeywords.sectionsLater))\n"
        return text
    }

    /// What no service may say, and what only one in Lua may not.
    private var laterOfService: (everywhere: Set<String>, inLua: Set<String>) {
        let inherited = (CommonKeywords.resource + registry.drivers.flatMap { $0.keywords }).map(
            \.name
        )
        let later = CommonKeywords.serviceLater
        let inLua = later.intersection(inherited).union(
            later.intersection(CommonKeywords.withoutEffect["DEFAULT"] ?? [])
        )
        return (later.subtracting(inLua), inLua)
    }

    private var triggers: Set<String> { Set(Trigger.Moment.allCases.map(\.rawValue)) }

    private func table(_ keywords: [Keyword]) -> String {
        var text = "| keyword | type | required | default | per node | what | example |\n"
        text += "|---|---|---|---|---|---|---|\n"
        for keyword in keywords {
            let cells = [
                "`\(keyword.name)`", Markdown.cell(keyword.typeText),
                keyword.isRequired ? "yes" : "",
                keyword.defaultValue?.text ?? "", keyword.isScopable ? "yes" : "no",
                Markdown.cell(keyword.summary),
                keyword.example.isEmpty ? "" : "`\(Markdown.cell(keyword.example))`",
            ]
            text += Markdown.row(cells)
        }
        return text
    }

    private func words(_ names: Set<String>) -> String {
        names.sorted().map { "`\($0)`" }.joined(separator: " ")
    }
}

/// The little of Markdown that the references need.
enum Markdown {
    /// Text that cannot end its cell of a table.
    static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
}
