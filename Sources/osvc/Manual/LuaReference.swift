import OSVCEngine
import OSVCLuaBridge

/// The second part of `docs/lua.md`: every name that scripts know, from the lists that register it.
struct LuaReferenceText {
    var text: String {
        """

        # Reference

        Where *allowed* says `load`, the name is of use while the file is read; the others are members of
        the `ctx` that launchers and triggers get, and of the `ev` that hooks get. A ⏳ marks what waits:
        other functions of the service run meanwhile, and a time limit or a signal may end it there.

        ## The module `osvc.v1`

        \(resources)

        """ + LuaReferenceTable.module.map { section($0, prefix: "osvc.") }.joined()
            + "\n## Fields of `ctx` and `ev`\n\n| name | meaning |\n|---|---|\n"
            + LuaReferenceTable.fields.map { entry in
                Markdown.row(["`\(entry.name)`", Markdown.cell(entry.summary)])
            }.joined()
            + "\n## Methods of `ctx` and `ev`\n"
            + LuaReferenceTable.context.map { section($0, prefix: "ctx:") }.joined()
    }

    private var resources: String {
        let sections = DriverRegistry.builtIn.sections.map { "`\($0)`" }.joined(separator: " ")
        return
            "The constructors of resources, \(sections), take the keywords of [keywords.md](keywords.md): "
            + "`osvc.fs \"0\" { dev = …, mnt = … }`, or without an id `osvc.fs { … }`."
    }

    private func section(_ entry: LuaReferenceEntry, prefix: String) -> String {
        let owner = entry.name.hasPrefix("state.") ? "ctx." : prefix
        var text = "\n### \(entry.name)\n\n"
        text += "`\(owner)\(entry.name)\(entry.spacedArguments)`\n\n"
        text += "\(entry.summary)\n"
        if entry.allowed != "load" {
            text += "\n*Allowed:* \(entry.allowed)\(entry.waits ? " ⏳" : "")\n"
        }
        guard !entry.options.isEmpty else { return text }
        text += "\n| field | meaning |\n|---|---|\n"
        for option in entry.options {
            let need = option.isRequired ? " Required." : ""
            text += Markdown.row([
                "`\(entry.place(of: option))`", Markdown.cell(option.summary) + need,
            ])
        }
        return text
    }
}

extension LuaReferenceEntry {
    /// The name of a field. A service's own fields are keywords; the options of its entry are the fields of its
    /// `limits`.
    func place(of option: Option) -> String {
        name == "service" ? "limits.\(option.name)" : option.name
    }

    /// The arguments as they follow the name: a list in brackets at once, a table or text after a blank.
    var spacedArguments: String {
        arguments.isEmpty || arguments.hasPrefix("(") ? arguments : " \(arguments)"
    }
}

extension LuaReferenceTable {
    static var all: [LuaReferenceEntry] { module + context + fields }
}
