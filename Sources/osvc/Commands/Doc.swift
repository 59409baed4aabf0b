import ArgumentParser
import OSVCEngine

/// `osvc doc KEYWORD`
struct Doc: EngineCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explains resource types, keywords and words of Lua.",
        usage: "osvc doc [WORD]",
        discussion: """
            Examples:
              osvc doc          all that can be asked
              osvc doc fs       a resource type and its keywords
              osvc doc fs.mnt   one keyword of it
              osvc doc nodes    a keyword of the service
              osvc doc hook     a word of the Lua interface
            """
    )

    @Argument(help: "A resource type, a keyword, or a word of Lua.")
    var word: String?

    @Option(help: .hidden)
    var reference: Reference?

    func perform() async -> Int32 {
        let manual = Manual()
        if let reference {
            put(reference.text)
            return Exit.success
        }
        guard let word else {
            put(manual.index)
            return Exit.success
        }
        guard let text = manual.page(on: word) else {
            let hint = nearest(to: word, in: manual.words).map { " (did you mean '\($0)'?)" } ?? ""
            put("osvc doc: no entry for '\(word)'\(hint)\n", to: 2)
            return Exit.failure
        }
        put(text)
        return Exit.success
    }
}

/// What `make docs` makes, each as it is on standard output.
enum Reference: String, ExpressibleByArgument {
    case keywords
    case lua
    case status
    case man
    case svcmgr
    case classicMan = "classic-man"
    case classic

    var text: String {
        switch self {
        case .keywords: KeywordReference().text
        case .lua: LuaReferenceText().text
        case .status: StatusReference(classicTables: allInput()).text
        case .man: ManualPage().text
        case .svcmgr: ServiceManagerPage().text
        case .classicMan: ClassicManualPage().text
        case .classic: ClassicDeviationTable().text
        }
    }
}
