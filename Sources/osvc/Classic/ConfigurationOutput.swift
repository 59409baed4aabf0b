import Glibc
import OSVCEngine

/// The outputs of the actions that edit files: plain text, no log lines.
@EngineActor
struct ConfigurationOutput {
    let console: Console

    /// What was asked for; bytes, for a value may be no text.
    func answer(_ bytes: [UInt8]) { console.write(bytes, .output) }

    /// One line of what went wrong.
    func complain(_ line: String) { console.complain(line + "\n") }

    func say(_ line: String) { answer(Array("\(line)\n".utf8)) }
}

/// Why an action that edits a file has failed: lines for standard error.
struct ConfigurationFailure: Error, Equatable {
    var lines: [String]

    init(_ lines: String...) {
        self.lines = lines
    }

    init(lines: [String]) {
        self.lines = lines
    }

    init(_ error: HostError) { self.init(error.description) }
    init(_ error: StateError) { self.init(error.description) }
    init(_ error: EnvEditError) { self.init(error.description) }
}
