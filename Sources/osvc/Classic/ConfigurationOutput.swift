import Glibc
import OSVCEngine

/// Where the actions that edit files say something: plain text, no log lines.
@EngineActor
struct ConfigurationOutput {
    /// What was asked for; bytes, for a value may be no text.
    var answer: @EngineActor ([UInt8]) -> Void
    /// What went wrong, a line at a time.
    var complain: @EngineActor (String) -> Void

    static let standard = ConfigurationOutput(
        answer: { put(bytes: $0) },
        complain: { put($0 + "\n", to: 2) }
    )

    func say(_ line: String) { answer(Array("\(line)\n".utf8)) }
}

/// Why an action that edits a file ends without having done so: lines for standard error.
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
