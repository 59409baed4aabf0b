import OSVCEngine

/// `docs/status.md`: which parts of the classic release work, from its keywords and actions and osvc's registries.
///
/// Keywords come as lines `section, type, keyword, other system`, parted by tabs, actions as lines
/// `action, other system, what it does`; the first line of each names the columns.
struct StatusReference {
    enum State: String {
        case works
        case refused
        /// As in the classic release.
        case withoutEffect = "no effect"
        case otherSystem = "other system"
        /// Neither known nor refused by name: an error in the registry, which a test finds.
        case unknown
    }

    struct KeywordRow {
        var section: String
        var type: String
        var keyword: String
        var system: String
    }

    struct ActionRow {
        var action: String
        var system: String
        var summary: String
    }

    let keywords: [KeywordRow]
    let actions: [ActionRow]
    private let registry = DriverRegistry.builtIn

    init(keywords: String, actions: String) {
        self.keywords = Self.cells(keywords, count: 4).map {
            KeywordRow(section: $0[0], type: $0[1], keyword: $0[2], system: $0[3])
        }
        self.actions = Self.cells(actions, count: 3).map {
            ActionRow(action: $0[0], system: $0[1], summary: $0[2])
        }
    }

    /// Both tables, one after the other.
    init(classicTables text: String) {
        let lines = text.split(separator: "\n")
        let end = lines.firstIndex { $0.hasPrefix("action\t") } ?? lines.endIndex
        self.init(
            keywords: lines[..<end].joined(separator: "\n"),
            actions: lines[end...].joined(separator: "\n")
        )
    }

    private static func cells(_ text: String, count: Int) -> [[String]] {
        text.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            return (0..<count).map { cells.indices.contains($0) ? String(cells[$0]) : "" }
        }
    }

    // MARK: States

    func state(of row: KeywordRow) -> State {
        if !row.system.isEmpty { return .otherSystem }
        if isWithoutEffect(row) { return .withoutEffect }
        if keyword(row) != nil || isTrigger(row) { return .works }
        return isRefused(row) ? .refused : .unknown
    }

    func state(of row: ActionRow) -> State {
        if !row.system.isEmpty { return .otherSystem }
        if ClassicAction.isLater(row.action) { return .refused }
        if ConfigurationAction(rawValue: row.action) != nil { return .works }
        return Request(words: [row.action]) == nil ? .unknown : .works
    }

    private func keyword(_ row: KeywordRow) -> Keyword? {
        known(row).first { $0.name == row.keyword }
    }

    /// The keywords of osvc for a row; a keyword of a variant (`raw`, `gandi`) does not exist when the variant
    /// does not.
    private func known(_ row: KeywordRow) -> [Keyword] {
        switch row.section {
        // Resources inherit the keywords of DEFAULT.
        case "DEFAULT": return CommonKeywords.service + CommonKeywords.resource
        case "*": return CommonKeywords.resource
        default:
            guard let type = registry.driver(section: row.section) else { return [] }
            return isVariant(row) ? [] : type.keywords + CommonKeywords.resource
        }
    }

    /// Whether the keyword belongs to a type that does not exist.
    private func isVariant(_ row: KeywordRow) -> Bool {
        !["", "*", "OpenHA", "callout", "rsync"].contains(row.type)
    }

    /// Whether the type itself is refused, whatever other keywords are written.
    func isRefusedByType(_ row: KeywordRow) -> Bool {
        row.section == GeneratedSyncs.section && isVariant(row)
    }

    private func isTrigger(_ row: KeywordRow) -> Bool {
        row.section == "*" && Trigger.Moment.allCases.contains { $0.rawValue == row.keyword }
    }

    private func isWithoutEffect(_ row: KeywordRow) -> Bool {
        CommonKeywords.withoutEffect[row.section]?.contains(row.keyword) == true
    }

    private func isRefused(_ row: KeywordRow) -> Bool {
        switch row.section {
        case _ where isRefusedByType(row): true
        case "DEFAULT": CommonKeywords.serviceLater.contains(row.keyword)
        case let section where CommonKeywords.sectionsLater.contains(section): true
        case let section: CommonKeywords.later(in: section).contains(row.keyword)
        }
    }

    // MARK: Text

    var text: String {
        """
        # What of the classic release works

        Made by `make docs` from the classic keyword and action tables (`docs/classic`) and from the
        registries of osvc; a test tries every row with the real loader.

        - **works**: a service may say it, and it has its effect. Where only some values are supported, the
          text names them; any other value is an error.
        - **refused**: known, and not there yet: the load fails with `… is not supported by this release`.
          Nothing is accepted and ignored.
        - **no effect**: the classic release took it and never acted on it; neither does osvc, which warns of
          it in a classic file and refuses it in Lua.
        - **other system**: of use only on another operating system than Linux; refused in the same way.

        | | works | refused | no effect | other system |
        |---|---|---|---|---|
        \(totals("keywords", keywords.map(state)))
        \(totals("actions", actions.map(state)))

        Of `nodemgr` there are get, set and unset, of `svcmon` all but the sending; every other action of
        `nodemgr` is refused by name. [classic.md](classic.md) says what is the same and what differs.

        ## Actions

        | action | state | what it does |
        |---|---|---|

        """ + actions.map(row).joined() + """

            ## Keywords

            | section | keyword | state | |
            |---|---|---|---|

            """ + keywords.map(row).joined()
    }

    private func totals(_ what: String, _ states: [State]) -> String {
        let counts = [State.works, .refused, .withoutEffect, .otherSystem].map { state in
            String(states.count { $0 == state })
        }
        return "| \(states.count) \(what) | \(counts.joined(separator: " | ")) |"
    }

    private func row(_ action: ActionRow) -> String {
        Markdown.row([
            "`\(action.action)`", text(state(of: action), action.system),
            Markdown.cell(action.summary + note(action)),
        ])
    }

    private func note(_ action: ActionRow) -> String {
        guard SyncAction(rawValue: action.action) != nil else { return "" }
        return " (Here: which nodes are due; the sending itself is refused by name.)"
    }

    private func row(_ row: KeywordRow) -> String {
        let section =
            row.type.isEmpty || row.type == "*" ? row.section : "\(row.section) \(row.type)"
        let what = state(of: row) == .works ? keyword(row)?.summary ?? "" : ""
        return Markdown.row([
            "\(Markdown.cell(section))", "`\(row.keyword)`", text(state(of: row), row.system),
            Markdown.cell(what + values(row)),
        ])
    }

    private func values(_ row: KeywordRow) -> String {
        guard state(of: row) == .works, case .choice(let words)? = keyword(row)?.kind else {
            return ""
        }
        return " Values: \(words.joined(separator: ", "))."
    }

    private func text(_ state: State, _ system: String) -> String {
        state == .otherSystem ? "other system: \(system)" : state.rawValue
    }
}
