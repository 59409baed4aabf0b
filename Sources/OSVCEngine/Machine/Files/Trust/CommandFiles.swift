/// The files that a command line runs besides its program, as far as its words show: executable files that it
/// names, the script of an interpreter, and what the text of a shell (`-c`) names.
///
/// Paths that are no executable files are data, as a configuration file is.
@EngineActor
struct CommandFiles {
    struct File: Equatable {
        var path: String
        /// The user that `su` and its like are given, by name or number; nil: that of the command.
        var user: String?
    }

    private let host: any Host
    /// Where relative paths begin.
    private let directory: String
    private(set) var found: [File] = []
    private var user: String?

    /// How many words of a command line are looked at.
    private static let mostWords = 256
    /// How deep command lines in texts of shells are looked at.
    private static let mostTexts = 4
    private static let shells: Set<String> = [
        "sh", "bash", "rbash", "dash", "ash", "ksh", "mksh", "zsh", "fish", "csh", "tcsh",
    ]
    /// What may change the user and then runs a program, and the options that name the user.
    private static let userOptions: [String: Set<String>] = [
        "su": [], "setuidgid": [], "s6-setuidgid": [], "gosu": [], "su-exec": [],
        "runuser": ["-u", "--user"], "sudo": ["-u", "--user"], "setpriv": ["--reuid"],
        "chpst": ["-u"], "start-stop-daemon": ["-c", "--chuid"], "systemd-run": ["--uid"],
    ]
    /// Those whose first word that is neither an option nor a path is the user.
    private static let userFirst: Set<String> = [
        "su", "runuser", "setuidgid", "s6-setuidgid", "gosu", "su-exec",
    ]
    /// What runs the program that its arguments name; with words of the shell before a command.
    private static let wrappers = Set(userOptions.keys).union([
        "busybox", "toybox", "env", "nohup", "nice", "ionice", "setsid", "timeout", "chroot",
        "stdbuf", "taskset", "unshare", "nsenter", "flock", "daemon", "daemonize", "chrt",
        "numactl",
        "prlimit", "setarch", "linux32", "linux64", "softlimit", "envdir", "cgexec", "ip", "strace",
        "ltrace", "xargs", "script", "fakeroot", "dumb-init", "tini", "time", "exec", "command",
        "if", "then", "elif", "else", "while", "until", "do", "!", "{",
    ])
    /// What runs nothing that its arguments name. The paths of some may be on a server that does not answer.
    private static let readers: Set<String> = [
        "mount", "umount", "fsck", "e2fsck", "fuser", "lsof", "fsfreeze", "sync", "df", "losetup",
        "mountpoint", "findmnt", "blkid", "dmsetup", "mdadm", "rsync", "cp", "mv", "rm", "ln", "ls",
        "stat", "cat", "test", "[", "touch", "mkdir", "rmdir", "chmod", "chown", "chgrp", "echo",
        "printf", "grep", "head", "tail", "install", "logger", "kill", "killall", "pidof", "pgrep",
        "pkill", "tee",
    ]
    /// Options whose file is loaded before the script.
    private static let loaders: Set<String> = [
        "--rcfile", "--init-file", "-r", "--require", "--import", "--loader",
    ]
    /// Options after which the program is in the command line, and files are its data.
    private static let codeOptions: [String: Set<String>] = [
        "python": ["-c", "-m"], "perl": ["-e", "-E", "-ne", "-pe"],
        "ruby": ["-e", "-ne", "-pe"], "node": ["-e", "-p", "--eval", "--print"],
    ]

    init(_ host: any Host, of command: Command) {
        self.host = host
        directory = command.directory
        look(at: command.arguments[...], depth: 0)
    }

    /// Whether a program runs what its arguments name.
    static func isRunner(_ program: String) -> Bool {
        Interpreter.isNamed(program.fileName) || wrappers.contains(program.fileName)
    }

    private mutating func look(at words: ArraySlice<String>, depth: Int) {
        guard let program = words.first?.fileName, !Self.readers.contains(program),
            !program.begins("fsck."), !program.begins("mount."), !program.begins("umount.")
        else { return }
        let isWrapper = Self.wrappers.contains(program)
        let code = Self.codeOptions[Interpreter.name(program)] ?? []
        var awaitsScript =
            !isWrapper && program != "java"
            && (Interpreter.isNamed(program) || program == "." || program == "source")
        let takesText =
            Self.shells.contains(program) || ["su", "runuser", "flock"].contains(program)
        var awaitsText = false
        user = namedUser(program, words) ?? user
        var previous = program
        for index in words.indices.dropFirst().prefix(Self.mostWords) {
            let word = words[index]
            defer { previous = word }
            if awaitsText, !word.begins("-") {
                look(atText: word, depth: depth)
                (awaitsText, awaitsScript) = (false, false)
                continue
            }
            awaitsText = awaitsText || takesText && isTextOption(word)
            awaitsScript =
                (awaitsScript || program == "java" && word == "-jar") && !code.contains(word)
            if isCommand(word, afterWrapper: isWrapper) {
                add(word)
                return look(at: words[index...], depth: depth)
            }
            if awaitsScript, !word.begins("-"), isFile(path(word)) {
                found.append(File(path: path(word), user: user))
                awaitsScript = Self.loaders.contains(previous)
            } else {
                add(word)
            }
        }
    }

    /// `-c`, `-lc`, `--command`.
    private func isTextOption(_ word: String) -> Bool {
        if word == "--command" { return true }
        return word.begins("-") && !word.begins("--") && word.utf8.contains(UInt8(ascii: "c"))
    }

    /// Whether a word begins a command line of its own.
    private func isCommand(_ word: String, afterWrapper isWrapper: Bool) -> Bool {
        guard Self.isRunner(word) || isWrapper && Self.readers.contains(word.fileName) else {
            return false
        }
        return isWrapper ? !word.begins("-") : word.isAbsolutePath && isExecutable(word)
    }

    /// Adds an executable file that a word, or what follows its `=`, names by an absolute path.
    private mutating func add(_ word: String) {
        let value = word.isAbsolutePath ? word : value(of: word)
        let isPath = value.isAbsolutePath || value.hasSlash && !value.begins("-")
        guard isPath, isExecutable(path(value)) else { return }
        found.append(File(path: path(value), user: user))
    }

    private mutating func look(atText text: String, depth: Int) {
        guard depth < Self.mostTexts else { return }
        let ends = Set("\n;&|()`".utf8)
        let quotes = Set("\"'".utf8)
        let outer = user
        for part in text.utf8.split(whereSeparator: { ends.contains($0) }) {
            let words = part.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                .map { String(decoding: $0.filter { !quotes.contains($0) }, as: UTF8.self) }
                .drop { !$0.isAbsolutePath && $0.utf8.contains(UInt8(ascii: "=")) }
            if let program = words.first { add(program) }
            look(at: words, depth: depth + 1)
            user = outer
        }
    }

    /// The user that the words name for the program that they run.
    private func namedUser(_ program: String, _ words: ArraySlice<String>) -> String? {
        guard let options = Self.userOptions[program] else { return nil }
        var previous = ""
        for word in words.dropFirst().prefix(Self.mostWords) {
            defer { previous = word }
            let isOption = word.begins("-")
            let isValue = options.contains(previous)
            if isOption, !options.contains(String(word.prefix { $0 != "=" })) { continue }
            guard isOption || isValue || Self.userFirst.contains(program) else { continue }
            let name = String((isOption ? value(of: word) : word).prefix { $0 != ":" })
            let isNumber = name.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            guard !name.hasSlash, isOption || isValue || !isNumber,
                (try? host.userID(of: name)) != nil
            else { continue }
            return name
        }
        return nil
    }

    /// What follows the first `=`; the word itself when there is none.
    private func value(of word: String) -> String {
        guard let sign = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return word }
        return String(decoding: word.utf8[sign...].dropFirst(), as: UTF8.self)
    }

    private func path(_ word: String) -> String {
        word.isAbsolutePath ? word : "\(directory)/\(word)"
    }

    private func isFile(_ path: String) -> Bool {
        ((try? host.fileInfo(path)) ?? nil)?.kind == .file
    }

    private func isExecutable(_ path: String) -> Bool {
        guard let info = (try? host.fileInfo(path)) ?? nil else { return false }
        return info.kind == .file && info.mode & 0o111 != 0
    }
}
