import Glibc
import OSVCEngine
import OSVCLuaBridge

/// What the process around a command provides: where its files are, who called it, the machine it acts on.
@EngineActor
struct ProcessContext {
    /// The root of the mutable files.
    var root: String
    /// The root of the node's own services, whoever calls; nil: the same.
    var nodeRoot: String?
    /// The words of the command line, the program first.
    var commandLine: [String] = []
    /// Whether nothing may be written: an ordinary user looks at services that are not his.
    private(set) var isReadOnly = false
    /// The effective user.
    var user: UInt32
    var nodeName: String
    /// Whose service files are accepted by commands that act.
    var trust: TrustPolicy
    /// Whose service files are accepted by commands that only read.
    var readingTrust: TrustPolicy
    /// Why what acts would not read a file; nil: it would.
    var objection: @EngineActor (_ file: String) -> String? = { _ in nil }
    var console: Console
    var interruptions: any Interruptible
    /// What osvc was called with.
    var environment: CallerEnvironment
    /// Makes a host; those that are made beside each other read `node.conf` once for all of them.
    var makeHost: @EngineActor (_ beside: (any Host)?) throws(HostError) -> any Host
    /// All of standard input.
    var input: @EngineActor () -> String
    /// Leaves the working directory, so that osvc does not itself hold a file system that it is to unmount.
    var leaveDirectory: @EngineActor () -> Void
    /// How this program is called as `svcmon`; nil: it cannot be called again.
    var monitorProgram: @EngineActor () -> [String]?

    /// The context of this process.
    static func standard() -> ProcessContext {
        ProcessContext(
            root: Environment.root,
            nodeRoot: Environment.root(for: 0),
            user: geteuid(),
            nodeName: Environment.nodeName,
            trust: .strict,
            readingTrust: .reading,
            objection: { TrustPolicy.objection(to: Environment.absolute($0)) },
            console: .standard,
            interruptions: Interruptions.shared,
            environment: CallerEnvironment(),
            makeHost: { other throws(HostError) in try LinuxHost(beside: other as? LinuxHost) },
            input: allInput,
            leaveDirectory: Environment.leaveDirectory,
            monitorProgram: { Environment.monitorProgram }
        )
    }

    var layout: Layout { Layout(root: root) }

    func host() throws(HostError) -> any Host { try makeHost(nil) }

    /// The context for services of the node: an ordinary user may look at them.
    var ofNode: ProcessContext {
        guard user != 0 else { return self }
        var context = self
        context.root = nodeRoot ?? root
        context.trust = readingTrust
        context.isReadOnly = true
        return context
    }

    /// The context for a service file: one that does not belong to the caller is a service of the node.
    func of(_ file: String) -> ProcessContext {
        guard user != 0, let host = try? host(),
            let info = try? host.fileInfo(Environment.absolute(file)), info.owner != user
        else { return self }
        return ofNode
    }

    /// Tells an ordinary user how to call what only root may do. Returns the exit code.
    func refuseToOrdinaryUser(_ request: Request? = nil) -> Int32 {
        let words = commandLine.map(ShellWord.quoted).joined(separator: " ")
        console.complain("needs root: sudo \(words)\n")
        return request?.failureCode ?? Exit.failure
    }

    /// The log of a service on standard error, and in its file when there is one.
    func log(
        of service: String,
        file: ServiceLogFile? = nil,
        showsDebug: Bool = false,
        host: any Host
    ) -> ConsoleLog {
        ConsoleLog(
            service: service,
            file: file,
            showsDebug: showsDebug,
            host: host,
            console: console
        )
    }
}
