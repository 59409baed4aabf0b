import ArgumentParser
import OSVCEngine

/// `osvc doc KEYWORD`
struct Doc: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explains a resource type, a keyword or a word of the Lua interface.",
        discussion: """
              osvc doc               the list of what can be asked
              osvc doc fs            a resource type and its keywords
              osvc doc fs.mnt        one keyword of it
              osvc doc nodes         a keyword of the service
              osvc doc exec          a word of the Lua interface
            """
    )

    @Argument(help: "A resource type, a keyword, or a word of the Lua interface.")
    var word: String?

    @Flag(help: .hidden)
    var markdown = false

    func run() throws {
        let manual = Manual()
        if markdown {
            put(manual.keywordReference)
            return
        }
        guard let word else {
            put(manual.index)
            return
        }
        guard let text = manual.page(on: word) else {
            let hint = nearest(to: word, in: manual.words).map { " (did you mean '\($0)'?)" } ?? ""
            put("osvc doc: there is nothing about '\(word)'\(hint)\n", to: 2)
            throw Ended(code: Exit.failure)
        }
        put(text)
    }
}
