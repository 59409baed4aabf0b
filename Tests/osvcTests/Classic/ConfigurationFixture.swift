import Glibc
import OSVCEngine
import OSVCTestSupport

@testable import osvc

/// A root with `bin`, `etc` and what is said about edits of its files.
@EngineActor
final class ConfigurationFixture {
    let directory = TemporaryDirectory()
    private(set) var out: [UInt8] = []
    /// What was written to standard error, each without its newline.
    private(set) var complaints: [String] = []
    let dialog = ScriptedDialog()

    init() {
        for name in ["bin", "etc", "var"] { mkdir("\(directory.path)/\(name)", 0o755) }
        directory.write("", to: "bin/svcmgr")
    }

    var etc: String { "\(directory.path)/etc" }
    var text: String { String(decoding: out, as: UTF8.self) }

    private var output: ConfigurationOutput {
        ConfigurationOutput(
            console: Console { bytes, stream in
                switch stream {
                case .output: self.out += bytes
                case .error:
                    self.complaints.append(String(decoding: bytes.dropLast(), as: UTF8.self))
                }
            }
        )
    }

    func clear() {
        out = []
        complaints = []
    }

    var service: ServiceConfiguration {
        ServiceConfiguration(
            layout: Layout(root: directory.path),
            host: FakeHost(),
            node: EnvNode(name: "n1"),
            output: output,
            dialog: dialog
        )
    }

    /// Does one action; what was said before is forgotten.
    func run(
        _ action: ConfigurationAction,
        _ name: String = "svc1",
        change: (inout ConfigurationRequest) -> Void = { _ in }
    ) async -> Int32 {
        clear()
        var request = ConfigurationRequest(action: action, service: name, lockLimit: .zero)
        change(&request)
        return await service.perform(request)
    }

    func node(_ action: NodeConfiguration.Action, _ parameter: String?, _ value: String? = nil)
        async -> Int32
    {
        clear()
        let node = NodeConfiguration(
            layout: Layout(root: directory.path),
            host: FakeHost(),
            output: output
        )
        return await node.perform(action, parameter: parameter, value: value, lockLimit: .zero)
    }

    /// The names in `etc`, sorted.
    var names: [String] {
        guard let stream = opendir(etc) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func link(_ name: String) -> String? {
        var target = [CChar](repeating: 0, count: 4096)
        let count = readlink("\(etc)/\(name)", &target, target.count)
        guard count >= 0 else { return nil }
        return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Somebody who has thought of all answers beforehand.
@EngineActor
final class ScriptedDialog: Dialog {
    var answers: [String] = []
    private(set) var said = ""

    func say(_ text: String) { said += text }

    func ask(_ prompt: String) -> String? {
        said += prompt
        guard !answers.isEmpty else { return nil }
        let answer = answers.removeFirst()
        said += answer + "\n"
        return answer
    }
}
