/// What the log shows of a command that ran (classic-actions.md section 7).
public struct CommandReport {
    private let command: Command
    private let result: CommandResult
    private let tellsExit: Bool

    /// With `tellsExit` the exit code is logged when a program fails and prints nothing.
    public init(_ command: Command, _ result: CommandResult, tellsExit: Bool = true) {
        self.command = command
        self.result = result
        self.tellsExit = tellsExit
    }

    /// Writes the output of the command to the log. It keeps its final newline: the empty line after each block
    /// is part of the classic form.
    @EngineActor
    public func write(to log: any Log, about resource: ResourceID?) {
        let isExact = command.logging == .exactly || command.logging == .exactlyWarn
        let succeeded = (isExact ? [0] : command.accepting).contains(result.code)
        let bad = failureLevel
        if result.timedOut, let limit = command.limit {
            log.write(bad, "\(command.line): no end within \(limit.text), killed", about: resource)
        } else if let signal = result.signal {
            log.write(bad, "\(command.line): ended by signal \(signal)", about: resource)
        }
        let error = result.errorText
        if !error.isBlank {
            let text = succeeded ? "command succesful but stderr:\n\(error)" : "stderr:\n\(error)"
            log.write(succeeded ? goodLevel(.warning) : bad, text, about: resource)
        }
        let output = result.outputText
        if !output.isBlank {
            let text = succeeded ? "output:\n\(output)" : "command failed with stdout:\n\(output)"
            log.write(succeeded ? goodLevel(.info) : bad, text, about: resource)
        }
        let isSilent = error.isBlank && output.isBlank && !result.timedOut && result.signal == nil
        if !succeeded, isSilent, tellsExit {
            log.write(bad, "\(command.line): exited \(result.code)", about: resource)
        }
    }

    private var failureLevel: LogLevel {
        switch command.logging {
        case .normal, .exactly: .error
        case .failuresWarn, .exactlyWarn: .warning
        case .failuresInform: .info
        case .quiet: .debug
        }
    }

    private func goodLevel(_ level: LogLevel) -> LogLevel {
        command.logging == .quiet ? .debug : level
    }
}

extension String {
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
