internal import OrderedCollections

/// Reads and checks the keys and values of a section with the keywords of the registry.
extension EnvTranslator {
    mutating func service() -> OrderedDictionary<String, ScopedSetting> {
        checkDefaults()
        var settings: OrderedDictionary<String, ScopedSetting> = [:]
        for place in schema.service.written(in: defaults) {
            let keyword = schema.service.keywords[place]
            var setting = setting(keyword, of: "DEFAULT", defaults, EnvKeys())
            if EnvWords.nodeLists.contains(keyword.name) { setting?.makeLowercased() }
            settings[keyword.name] = setting
        }
        return settings
    }

    /// The values of a keyword by scope: for each scope the section's own value, else that of DEFAULT; nil:
    /// there is none.
    mutating func setting(
        _ keyword: Keyword,
        of owner: String,
        _ own: EnvKeys,
        _ inherited: EnvKeys
    ) -> ScopedSetting? {
        let isShared = !own.has(keyword.name) && inherited.has(keyword.name)
        if isShared, let known = self.inherited[keyword.name], known.keyword == keyword {
            return known.setting
        }
        var setting = ScopedSetting([:])
        let above = inherited.keys(of: keyword.name).filter { !own.has($0.word, $0.scope) }
        let keys = own.keys(of: keyword.name)
        if let key = (above + keys).dropFirst(Self.mostScopes).first {
            refuse("\(owner): \(Keyword.tooManyScopes(keyword.name))", key.line)
        } else {
            for key in above { read(key, as: keyword, of: EnvFile.defaultName, into: &setting) }
            for key in keys { read(key, as: keyword, of: owner, into: &setting) }
        }
        let found = setting.entries.isEmpty ? nil : setting
        if isShared { self.inherited[keyword.name] = (keyword, found) }
        return found
    }

    /// Values for single nodes, and those for `nodes`, `drpnodes`, `encapnodes` and everywhere.
    private static let mostScopes = Keyword.mostNodes + 4

    private mutating func read(
        _ key: EnvKeys.Key,
        as keyword: Keyword,
        of owner: String,
        into setting: inout ScopedSetting
    ) {
        guard key.scope == .everywhere || keyword.isScopable else { return }
        if key.value.isEmpty, keyword.kind == .path, !keyword.isRequired { return }
        do throws(EnvValue.Problem) {
            let value = try EnvValue.read(key.entry, as: keyword.kind)
            if let problem = keyword.problem(with: value) { throw EnvValue.Problem(problem) }
            setting.entries[key.scope] = .init(value, at: position(key.line))
            if !key.entry.isText { warnOfBytes(keyword.name, owner, key.line) }
        } catch {
            refuse("\(owner): keyword '\(keyword.name)': \(error.text)", key.line)
        }
    }

    mutating func triggers(_ keys: EnvKeys) -> [Trigger] {
        guard keys.hasTriggers || defaults.hasTriggers else { return [] }
        return EnvWords.triggers.flatMap { word -> [Trigger] in
            let inherited = defaults.keys(of: word).filter { !keys.has($0.word, $0.scope) }
            let written = inherited + keys.keys(of: word)
            if let key = written.dropFirst(Self.mostScopes).first {
                refuse(Keyword.tooManyScopes(word), key.line)
                return []
            }
            let isBlocking = word.hasPrefix(Trigger.blockingPrefix)
            let rest = isBlocking ? String(word.dropFirst(Trigger.blockingPrefix.count)) : word
            guard let moment = Trigger.Moment(rawValue: rest) else { return [] }
            return written.compactMap { key in
                let words = EnvValue.words(key.value)
                if !key.entry.isText { warnOfBytes(word, "trigger", key.line) }
                // A line without a program, written for a node, hides the one for all nodes.
                guard !words.isEmpty || key.scope != .everywhere else { return nil }
                return Trigger(
                    moment: moment,
                    scope: key.scope,
                    work: .program(words),
                    isBlocking: isBlocking,
                    position: position(key.line)
                )
            }
        }
    }

    /// A value of DEFAULT is reported once, though each section that inherits it reads it.
    private mutating func warnOfBytes(_ keyword: String, _ owner: String, _ line: Int) {
        guard notText.insert(line).inserted else { return }
        let text =
            "\(owner): keyword '\(keyword)': the value is not valid UTF-8; other bytes are read as U+FFFD"
        warn(text, line)
    }

    // MARK: Words

    mutating func check(
        _ keys: EnvKeys,
        of owner: String,
        _ type: any Driver.Type
    ) {
        let words = schema.section(of: type).words
        for key in keys.all { judge(key, words.verdict(on: key), owner, words) }
    }

    /// Checks DEFAULT: it may have the keywords of the service, and any that its resources inherit.
    private mutating func checkDefaults() {
        tellMinDelay(defaults)
        let words = schema.defaults
        for key in defaults.all { judge(key, words.verdict(on: key), "DEFAULT", words) }
    }

    private mutating func judge(
        _ key: EnvKeys.Key,
        _ verdict: EnvWords.Verdict,
        _ owner: String,
        _ words: EnvWords
    ) {
        switch verdict {
        case .good: return
        case .later:
            refuse("\(owner): keyword '\(key.text)' is not supported by this release", key.line)
        case .neverHadEffect:
            warn("\(owner): keyword '\(key.text)' has no effect, and never had one", key.line)
        case .notScopable:
            warn("\(owner): keyword '\(key.text)' cannot differ between nodes", key.line)
        case .unknown:
            let hint = nearest(to: key.word, in: words.known).map { " (did you mean '\($0)'?)" }
            warn("\(owner): unknown keyword '\(key.text)'\(hint ?? "")", key.line)
        }
    }
}

extension ScopedSetting {
    /// Node names are compared in lower case (classic-env.md section 4).
    fileprivate mutating func makeLowercased() {
        entries = entries.mapValues { entry in
            guard case .list(let words) = entry.value else { return entry }
            return Entry(.list(words.map { $0.lowercased() }), at: entry.position)
        }
    }
}
