import ArgumentParser

/// The form in which a command prints its result: `-o text`, `-o json`.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
