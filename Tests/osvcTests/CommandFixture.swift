import Glibc
import OSVCEngine
import OSVCLuaBridge
import OSVCTestSupport

@testable import osvc

/// Commands as a user types them, on a machine in memory, with a root of the test's own on the disk.
@EngineActor
final class CommandFixture {
    let directory = TemporaryDirectory()
    let host = FakeHost()
    /// What the last command wrote.
    private(set) var output = ""
    private(set) var errors = ""
    /// What the next command finds on standard input.
    var input = ""
    /// The user who calls.
    var user: UInt32 = 0
    /// How often the working directory was left.
    private(set) var left = 0
    /// Why what acts would not read any file.
    var objection: String?
    /// How many hosts were made.
    private(set) var hosts = 0
    let interruptions = Uninterrupted()
    /// How osvc can be called again as `svcmon`.
    var monitorProgram: [String]?

    init() {
        for name in ["bin", "etc", "log", "var", "var/lock"] {
            mkdir("\(directory.path)/\(name)", 0o755)
        }
        host.files["/proc/self/environ"] = FakeFile("")
        host.files["/run"] = .directory
    }

    var root: String { directory.path }
    var etc: String { "\(root)/etc" }

    /// The lines of standard error without the time of day that begins a line of the log.
    var log: [String] {
        errors.split(separator: "\n").map { line in
            let clock = line.prefix(9)
            let isLog = clock.filter { $0 == ":" }.count == 2 && clock.last == " "
            return String(isLog ? line.dropFirst(9) : line)
                .split(separator: " ").joined(separator: " ")
        }
    }

    var context: ProcessContext {
        ProcessContext(
            root: root,
            user: user,
            nodeName: host.nodeName,
            trust: .unprivileged,
            readingTrust: .unprivileged,
            objection: { _ in self.objection },
            console: Console { bytes, stream in
                let text = String(decoding: bytes, as: UTF8.self)
                switch stream {
                case .output: self.output += text
                case .error: self.errors += text
                }
            },
            interruptions: interruptions,
            environment: CallerEnvironment(),
            makeHost: { _ in
                self.hosts += 1
                return self.host
            },
            input: { self.input },
            leaveDirectory: { self.left += 1 },
            monitorProgram: { self.monitorProgram }
        )
    }

    /// The flags of services that are up: `web.a`.
    var flags: [String] {
        host.files.keys.filter { $0.hasPrefix("/run/") }.map { String($0.dropFirst(5)) }.sorted()
    }

    func raise(_ flag: String) { host.files["/run/\(flag)"] = FakeFile("") }

    /// Writes a file of `etc`, which the machine in memory then has, too.
    func write(_ text: String, to name: String) {
        directory.write(text, to: "etc/\(name)")
        host.files["\(etc)/\(name)"] = FakeFile(text)
    }

    /// A classic service with a flag for each letter: with `xy` its `flag#0` is up while `/run/NAME.x` exists.
    func service(_ name: String, flags: String = "a", _ settings: String = "nodes = n1") {
        var text = "[DEFAULT]\nservice_type = TST\n\(settings)\n"
        for (number, letter) in flags.enumerated() {
            text += "\n[flag#\(number)]\nfile = /run/\(name).\(letter)\n"
        }
        write(text, to: "\(name).env")
    }

    /// Runs the program that is called `program`; what an earlier one wrote is forgotten.
    func run(_ program: String = "osvc", _ arguments: [String]) async -> Int32 {
        output = ""
        errors = ""
        return await Program(calledAs: program, in: context).run(arguments)
    }

    /// A command line, split at blanks: `svcmgr -s web start`.
    func type(_ line: String) async -> Int32 {
        let words = line.split(separator: " ").map(String.init)
        return await run(words[0], Array(words.dropFirst()))
    }
}

/// No signal comes.
@EngineActor
final class Uninterrupted: Interruptible {
    /// How many looks were made by other processes.
    private(set) var looksInParts = 0

    func action(
        _ host: any Host,
        _ log: any Log,
        _ perform: @escaping @EngineActor @Sendable () async -> Int32
    ) async -> Int32 { await perform() }

    func look<Seen>(
        _ host: any Host,
        _ log: any Log,
        hasParts: Bool,
        _ look: @EngineActor () async -> Seen
    ) async -> Seen {
        if hasParts { looksInParts += 1 }
        return await look()
    }
}
