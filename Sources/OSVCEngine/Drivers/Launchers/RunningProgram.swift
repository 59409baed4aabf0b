/// What a process shows of the program that it runs.
///
/// The kernel says what its executable is. Its command line is its own to write: there it can only be believed of
/// users who are trusted.
public enum ProgramEvidence: Sendable {
    case runs, runsOther
    /// Its command line says so, and osvc may not see its executable.
    case unreadable
}

extension Host {
    /// Whether a process runs a program, itself or through an interpreter: the program is its executable (even
    /// if that was replaced since), or the script that its executable interprets. A script counts for processes
    /// of root, of osvc's user and of `users`.
    public func isRunning(
        _ program: String,
        in process: ProcessEntry,
        trusting users: Set<UInt32> = []
    ) -> Bool {
        evidence(of: program, in: process, trusting: users) == .runs
    }

    /// The same, with whether osvc could see it.
    func evidence(
        of program: String,
        in process: ProcessEntry,
        trusting users: Set<UInt32>
    ) -> ProgramEvidence {
        if let file = process.file, isProgram(program, file) { return .runs }
        guard process.arguments.prefix(2).contains(where: { isProgram(program, $0) }) else {
            return .runsOther
        }
        let isTrusted = trusts(process, users)
        guard let file = process.file else { return isTrusted ? .runs : .unreadable }
        return isTrusted && runsScript(program, file, process) ? .runs : .runsOther
    }

    /// Whether the command line of a process can be believed.
    func trusts(_ process: ProcessEntry, _ users: Set<UInt32>) -> Bool {
        process.user == 0 || process.user == userID || users.contains(process.user)
    }

    /// Not so an editor or a debugger that was started with the script's name.
    private func runsScript(_ script: String, _ file: String, _ process: ProcessEntry) -> Bool {
        guard process.arguments.count > 1, isProgram(script, process.arguments[1]) else {
            return false
        }
        let name = file.fileName
        if Interpreter.isNamed(name) { return true }
        return Interpreter.words(of: process.arguments[1], on: self).contains {
            $0.fileName.isSame(name) || isProgram($0, file)
        }
    }

    /// Whether a word names a program, as written or by its path.
    func isProgram(_ program: String, _ word: String) -> Bool {
        if word == program { return true }
        let path = program.contains("/") ? program : findProgram(program) ?? program
        return word == path || word == realPath(path)
    }
}

extension ProcessEntry {
    /// The path of the program, even if the file was replaced since.
    var file: String? {
        let deleted = " (deleted)"
        guard let executable, executable.hasSuffix(deleted) else { return executable }
        return String(executable.dropLast(deleted.count))
    }
}
