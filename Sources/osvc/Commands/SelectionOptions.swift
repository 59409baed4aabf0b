import ArgumentParser
import OSVCEngine

/// Which resources an action concerns.
struct SelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only these resources: --rid fs#0,fs#1", valueName: "ids"))
    var rid: [String] = []

    @Option(help: ArgumentHelp("Only resources with such a tag.", valueName: "tags"))
    var tags: [String] = []

    var rids: [ResourceID] { words(rid).map(ResourceID.init) }
    var tagList: [String] { words(tags) }

    /// Throws for an option without a word in it, which would select everything.
    func judge() throws {
        for (name, values) in [("rid", rid), ("tags", tags)] {
            guard !values.contains(where: { words([$0]).isEmpty }) else {
                throw ValidationError("--\(name) takes at least one word")
            }
        }
    }

    private func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) }
    }
}
