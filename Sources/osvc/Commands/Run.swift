import ArgumentParser
import Glibc
import OSVCEngine

/// `osvc run FILE ACTION`
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts, stops or shows the service of a file.",
        usage: "osvc run FILE ACTION [options]",
        discussion: """
            Actions:
              start          brings up, in order, what is not up; rolls back when a step fails
              stop           brings down, in reverse order, what is not down
              restart        stop, then start
              startstandby   brings up only what stays up on this node (always_on)
              status         prints nothing; the exit code is the status:
                             0 up, 1 down, 2 warn, 3 n/a, 5 undef, 6 stdby up, 7 stdby down
              print status   prints the tree of resources and their status
              json status    the same for programs
              freeze, thaw   a frozen service is not started or stopped until it is thawed

            Exit codes: 0 success, 1 failure, 2 wrong usage, 130 ended by a second signal.
            """
    )

    @Argument(help: "The service file.")
    var file: String

    @Argument(help: "What to do: start, stop, restart, status, print status, json status, …")
    var action: [String]

    @OptionGroup
    var selection: SelectionOptions

    @Flag(name: .shortAndLong, help: "Stop standby resources too; override refusals that allow it.")
    var force = false

    @Flag(help: "Leave what a failed start brought up as it is.")
    var disableRollback = false

    @Option(help: "Seconds to wait for another osvc that holds the service; 0 is one try.")
    var waitlock: Int = 60

    @Option(help: "How many launchers may run at once where their order allows it.")
    var jobs: Int = 8

    @Flag(name: .shortAndLong, help: "Asked by a cluster engine: hooks see it as the reason.")
    var cluster = false

    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Also log what is only of use when searching for a fault.")
    var debug = false

    func validate() throws {
        guard waitlock >= 0 else { throw ValidationError("--waitlock takes 0 or more seconds") }
        guard jobs >= 1 else { throw ValidationError("--jobs takes 1 or more") }
        guard Request(words: action) != nil else {
            let known = Request.allNames
            let hint = nearest(to: action.joined(separator: " "), in: known)
            throw ValidationError(
                "unknown action '\(action.joined(separator: " "))'"
                    + (hint.map { " (did you mean '\($0)'?)" } ?? "")
                    + ": \(known.joined(separator: ", "))"
            )
        }
    }

    func run() throws {
        guard let request = Request(words: action) else { return }
        let code = Self.perform(request, on: file, options, dryRun: dryRun, debug: debug)
        if code != 0 { throw Ended(code: code) }
    }

    /// `osvc run FILE ACTION` without options, as cron and cluster software ask it all day, needs no
    /// command tree, which costs more than the answer. Nil: this is not that form.
    static func plain(_ arguments: [String]) -> Int32? {
        guard arguments.count > 2, arguments[0] == "run",
            !arguments.contains(where: { $0.hasPrefix("-") }),
            let request = Request(words: Array(arguments[2...]))
        else { return nil }
        return perform(request, on: arguments[1], ActionOptions(), dryRun: false, debug: false)
    }

    private static func perform(
        _ request: Request,
        on file: String,
        _ options: ActionOptions,
        dryRun: Bool,
        debug: Bool
    ) -> Int32 {
        EventLoop.shared.runMain {
            do throws(SessionError) {
                let session = try ServiceSession.open(file, debug: debug)
                return await session.carryOut(request, options, dryRun: dryRun)
            } catch {
                error.tell()
                return Exit.failure
            }
        }
    }

    private var options: ActionOptions {
        ActionOptions(
            rids: selection.rids,
            tags: selection.tagList,
            force: force,
            disableRollback: disableRollback,
            lockLimit: .seconds(waitlock),
            jobs: jobs,
            reason: cluster ? .cluster : .user
        )
    }
}

/// What `run` can be asked for.
enum Request: Equatable {
    case act(Action)
    case statusCode
    case printStatus
    case jsonStatus
    case freeze
    case thaw

    private static let names: [(String, Request)] = [
        ("start", .act(.start)), ("stop", .act(.stop)), ("restart", .act(.restart)),
        ("startstandby", .act(.startstandby)), ("status", .statusCode),
        ("print status", .printStatus), ("json status", .jsonStatus), ("freeze", .freeze),
        ("thaw", .thaw),
    ]

    static var allNames: [String] { names.map(\.0) }

    /// Two words, or one with an underscore: `print status` and `print_status` are the same.
    init?(words: [String]) {
        let name = words.joined(separator: " ").split(separator: "_").joined(separator: " ")
        guard let found = Self.names.first(where: { $0.0 == name }) else { return nil }
        self = found.1
    }
}

/// Which resources an action concerns.
struct SelectionOptions: ParsableArguments {
    @Option(help: "Only these resources, by id: --rid fs#0,fs#1.")
    var rid: [String] = []

    @Option(help: "Only resources with one of these tags: --tags storage.")
    var tags: [String] = []

    var rids: [ResourceID] { words(rid).map(ResourceID.init) }
    var tagList: [String] { words(tags) }

    private func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) }
    }
}
