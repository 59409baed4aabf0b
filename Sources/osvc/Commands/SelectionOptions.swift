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

    private func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) }
    }
}
