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

    func perform(_ context: ProcessContext) async -> Int32 {
        let manual = Manual()
        if let reference {
            context.console.show(reference.text(context))
            return Exit.success
        }
        guard let word else {
            context.console.show(manual.index)
            return Exit.success
        }
        guard let text = manual.page(on: word) else {
            let hint = nearest(to: word, in: manual.words).map { " (did you mean '\($0)'?)" } ?? ""
            context.console.complain("osvc doc: no entry for '\(word)'\(hint)\n")
            return Exit.failure
        }
        context.console.show(text)
        return Exit.success
    }
}

/// The pages that `make docs` makes, each as it is printed on standard output.
enum Reference: String, ExpressibleByArgument {
    case keywords
    case lua
    case status
    case man
    case svcmgr
    case classicMan = "classic-man"
    case classic

    @EngineActor
    func text(_ context: ProcessContext) -> String {
        switch self {
        case .keywords: KeywordReference().text
        case .lua: LuaReferenceText().text
        case .status: StatusReference(classicTables: context.input()).text
        case .man: ManualPage(root: OSVC.self).text
        case .svcmgr: ServiceManagerPage().text
        case .classicMan: ClassicManualPage().text
        case .classic: ClassicDeviationTable().text
        }
    }
}
