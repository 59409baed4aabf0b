/// A stand-in for the machine of another node.
public enum OtherNode {
    /// A machine of which only the names are known: those of `names`. Every program is assumed to be installed there.
    @EngineActor
    public static func machine(of node: String, names: any Host) -> any Host {
        BareMachine(node: node, names: names)
    }
}

/// A machine on which nothing is up and nothing can be done. Plans are compared on it.
///
/// Names are those of another host. Without one each resolves to an address reserved for documentation (RFC 5737), so
/// that a plan has its steps. Every program is found; nothing is mounted, bound or running. Changes are refused.
@EngineActor
final class BareMachine: Host {
    let nodeName: String
    let userID: UInt32 = 0
    var callKeeper: (any CallKeeper)?
    var childEnvironment: [String: String] = [:]
    var serviceEnvironment: [String: String] = [:]

    private let names: (any Host)?

    init(node: String, names: (any Host)? = nil) {
        nodeName = node
        self.names = names
    }

    func mounts() -> [MountEntry] { [] }
    func interfaces() -> [NetworkInterface] { [] }
    func loopDevices() -> [LoopDevice] { [] }
    func fileInfo(_ path: String) -> FileInfo? { nil }
    func readFile(_ path: String, limit: Int) -> [UInt8]? { nil }
    func fileStart(_ path: String, limit: Int) -> [UInt8]? { nil }
    func rootsFileStart(_ path: String, limit: Int) -> [UInt8]? { nil }
    func realPath(_ path: String) -> String? { nil }
    func problemOnTheWay(to directory: String) -> String? { nil }
    func readLink(_ path: String) -> String? { nil }
    func directory(_ path: String) -> [String]? { nil }
    func processes() -> [ProcessEntry] { [] }
    func process(_ pid: Int32) -> ProcessEntry? { nil }
    func isWritable(below mountPoint: String) -> Bool { true }
    func findProgram(_ name: String) -> String? { "/sbin/\(name)" }
    func resolve(_ name: String) async throws(HostError) -> [IPAddress] {
        if let names { return try await names.resolve(name) }
        return [IPAddress("192.0.2.1")].compactMap(\.self)
    }

    func answers(_ address: IPAddress, on device: String, within limit: Duration) -> Bool { false }
    func connects(to address: String, port: Int, within limit: Duration) -> Bool { false }
    func now() -> Double { 0 }
    func age(of process: ProcessEntry) -> Duration { .zero }
    func uptime() -> Duration { .zero }
    func forget() {}

    /// Refused for programs that only look, too.
    func run(_ command: Command) throws(HostError) -> CommandResult {
        throw .programMissing(command.arguments.first ?? "")
    }

    func spawn(_ command: Command) throws(HostError) -> StartedProcess {
        throw .programMissing(command.arguments.first ?? "")
    }

    func signal(_ signal: Int32, to target: SignalTarget) throws(HostError) {
        throw refusal("kill", "\(target)")
    }

    func makeDirectory(_ path: String) throws(HostError) { throw refusal("mkdir", path) }

    func writeFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError) {
        throw refusal("write", path)
    }

    func removeFile(_ path: String) throws(HostError) { throw refusal("unlink", path) }

    func makeLink(to target: String, at path: String) throws(HostError) {
        throw refusal("symlink", path)
    }

    func announce(_ address: IPAddress, on device: String) throws(HostError) {
        throw refusal("announce", device)
    }

    func users(of mountPoint: String) -> MountUse { MountUse() }

    func sleep(_ time: Duration) {}

    private func refusal(_ call: String, _ subject: String) -> HostError {
        .malformed(subject: "\(call) \(subject)", problem: "this machine only answers")
    }
}
