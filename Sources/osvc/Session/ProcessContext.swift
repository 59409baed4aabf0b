import Glibc
import OSVCEngine
import OSVCLuaBridge

/// What the process around a command provides: where its files are, who called it, the machine it acts on.
@EngineActor
struct ProcessContext {
    /// The root of the mutable files.
    var root: String
    /// The effective user.
    var user: UInt32
    var nodeName: String
    /// Whose service files are accepted by commands that act.
    var trust: TrustPolicy
    /// Whose service files are accepted by commands that only read.
    var readingTrust: TrustPolicy
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
            user: geteuid(),
            nodeName: Environment.nodeName,
            trust: .strict,
            readingTrust: Environment.readingTrust,
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
