import OSVCEngine

/// `create -i`: asks for the keywords of a new service, with help, candidates and default. Each answer is
/// judged at once, as the loader will judge it, and asked for again if it is invalid.
///
/// Nothing is written here. The result is the text of the file, or nil when the user gave up.
@EngineActor
struct CreateWizard {
    /// Where the text will be written; shown to the user.
    let file: String
    let node: EnvNode
    let registry: DriverRegistry
    let dialog: any Dialog

    /// Thrown where the input ends: no service is created.
    private struct GaveUp: Error {}

    func run() -> [UInt8]? {
        var draft = EnvDraft(creatingOn: node, registry: registry)
        do throws(GaveUp) {
            dialog.say(Self.greeting)
            try askKeywords("DEFAULT", &draft, defaults: node.serviceDefaults)
            while let section = try askType(draft) {
                try askKeywords(section, &draft, defaults: [])
            }
            return try confirm(draft)
        } catch {
            return nil
        }
    }

    private static let greeting = """
        A new service, keyword by keyword. An empty answer takes the default, or leaves
        the keyword out where there is none. Ctrl-C or Ctrl-D: nothing is written.
        A value that differs between nodes is set afterwards: set --param 'ip#0.ipdev@n2'.

        """

    // MARK: Sections

    /// The section of one more resource; nil: the user wants no more.
    private func askType(_ draft: EnvDraft) throws(GaveUp) -> String? {
        // Without the types that only osvc itself makes.
        let types = registry.sections.filter {
            EnvWording(section: draft.free($0), type: nil, registry: registry) != nil
        }
        dialog.say("\nResource types: \(types.joined(separator: ", "))\n")
        while true {
            let type = try answer("One more resource, its type (nothing: no more): ")
            guard !type.isEmpty else { return nil }
            guard types.contains(type) else {
                let hint = nearest(to: type, in: types).map { " (did you mean '\($0)'?)" } ?? ""
                dialog.say("There is no resource type '\(type)'\(hint).\n")
                continue
            }
            let section = draft.free(type)
            guard !draft.editor.sections.contains(section) else {
                dialog.say("There is one [\(section)] in a service, and it is there.\n")
                continue
            }
            return section
        }
    }

    private func askKeywords(
        _ section: String,
        _ draft: inout EnvDraft,
        defaults: [(keyword: String, value: String)]
    ) throws(GaveUp) {
        guard var wording = EnvWording(section: section, type: nil, registry: registry) else {
            return
        }
        dialog.say("\n[\(section)]\n")
        begin(section, &draft)
        // The type determines the keywords.
        if let type = wording.keywords.first(where: { $0.name == "type" }) {
            let value = try ask(type, wording, &draft, default: nil)
            wording = EnvWording(section: section, type: value, registry: registry) ?? wording
        }
        for keyword in wording.keywords where !Self.unasked.contains(keyword.name) {
            let value = defaults.first { $0.keyword == keyword.name }?.value
            _ = try ask(keyword, wording, &draft, default: value)
        }
        guard section != "DEFAULT", try wantsMore(wording.commonKeywords) else { return }
        for keyword in wording.commonKeywords {
            _ = try ask(keyword, wording, &draft, default: nil)
        }
    }

    /// Keywords that are not asked for: the type, which was asked first, and the former name of another keyword.
    private static let unasked: Set<String> = ["type", "sync_min_delay"]

    /// Begins the section before its keywords, because some sections need none.
    private func begin(_ section: String, _ draft: inout EnvDraft) {
        do throws(EnvEditError) {
            try draft.addSection(section)
        } catch {
            // Its name is DEFAULT, or a driver's group with the first free number: letters, `#` and digits.
            preconditionFailure("a section of the registry can be written: \(error)")
        }
    }

    private func wantsMore(_ keywords: [Keyword]) throws(GaveUp) -> Bool {
        let names = keywords.map(\.name).joined(separator: ", ")
        dialog.say("\nIt also has, as other resources: \(names)\n")
        return try agrees("Ask for these, too? (y/n) [n]: ")
    }

    // MARK: Keywords

    /// Asks until the answer is valid, and writes it into the draft. Returns the value; nil: it was left out.
    private func ask(
        _ keyword: Keyword,
        _ wording: EnvWording,
        _ draft: inout EnvDraft,
        default value: String?
    ) throws(GaveUp) -> String? {
        dialog.say(Self.help(for: keyword, offering: value))
        while true {
            let given = try answer(Self.prompt(for: keyword, default: value))
            guard let text = given.isEmpty ? value : given else {
                guard keyword.isRequired else { return nil }
                dialog.say("It must have a value.\n")
                continue
            }
            if let fault = wording.fault(of: keyword.name, value: text) {
                dialog.say("\(fault).\(Self.candidates(of: keyword).map { " \($0)" } ?? "")\n")
                continue
            }
            do throws(EnvEditError) {
                try draft.set(keyword.name, in: wording.section, to: text)
                return text
            } catch {
                dialog.say("\(error).\n")
            }
        }
    }

    private static func prompt(for keyword: Keyword, default value: String?) -> String {
        if let value { return "\(keyword.name) [\(value)]: " }
        return keyword.isRequired ? "\(keyword.name) (required): " : "\(keyword.name): "
    }

    /// The help for a keyword. `value` is what an empty answer means, so that the keyword is not left out.
    static func help(for keyword: Keyword, offering value: String? = nil) -> String {
        var lines = ["", "\(keyword.name): \(keyword.summary)"]
        if let candidates = candidates(of: keyword) { lines.append("    \(candidates)") }
        if !keyword.example.isEmpty { lines.append("    For example: \(keyword.example)") }
        // In a classic file the default is the opposite.
        let isClassic = keyword.name == CommonKeywords.classicName
        if value == nil, let value = isClassic ? .boolean(true) : keyword.defaultValue {
            lines.append("    Left out it is \(value.envText).")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func candidates(of keyword: Keyword) -> String? {
        switch keyword.kind {
        case .string: nil
        case .path: "An absolute path."
        case .integer(let range):
            "A number from \(range.lowerBound) to \(range.upperBound)."
        case .boolean: "One of: true, false."
        case .duration: "A time: 30, 10s, 5m, 2h."
        case .size: "A size: 65536, 64M, 2G."
        case .list: "Words, with blanks between them."
        case .periods: "Pairs of times of day in JSON: [\"03:59\", \"05:59\"]."
        case .weekdays: "Days of the week in JSON: [\"monday\", \"sunday\"]."
        case .choice(let words): "One of: \(words.joined(separator: ", "))."
        }
    }

    // MARK: The end

    private func confirm(_ draft: EnvDraft) throws(GaveUp) -> [UInt8]? {
        let bytes = draft.editor.bytes
        dialog.say("\n\(String(decoding: bytes, as: UTF8.self))\n")
        return try agrees("Write this to \(file)? (y/n) [y]: ", unlessSaid: true) ? bytes : nil
    }

    private func agrees(_ prompt: String, unlessSaid otherwise: Bool = false) throws(GaveUp) -> Bool
    {
        while true {
            switch try answer(prompt).lowercased() {
            case "": return otherwise
            case "y", "yes": return true
            case "n", "no": return false
            default: dialog.say("y or n.\n")
            }
        }
    }

    /// The answer without the blanks around it.
    private func answer(_ prompt: String) throws(GaveUp) -> String {
        guard let text = dialog.ask(prompt) else { throw GaveUp() }
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}

extension SettingValue {
    /// The value as a classic file writes it.
    fileprivate var envText: String {
        switch self {
        case .string(let text): text.isEmpty ? "empty" : text
        case .integer(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .duration(let time): time.text
        case .list(let words): words.isEmpty ? "empty" : words.joined(separator: " ")
        }
    }
}
