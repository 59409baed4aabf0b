import OSVCEngine
import OrderedCollections

/// What libFuzzer calls with every input that it makes up: the laws of reading a classic file, each a
/// crash where it does not hold. Time and memory are watched by libFuzzer itself (`Tests/Fuzz/fuzz`).
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    EnvLaws(bytes).hold()
    return 0
}

/// The laws that hold for any bytes at all.
struct EnvLaws {
    private let bytes: [UInt8]
    private let file: EnvFile
    private let lineCount: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        file = EnvFile(bytes)
        lineCount = 1 + bytes.count { $0 == UInt8(ascii: "\n") }
    }

    func hold() {
        isNoMoreThanItsBytes()
        isReadTheSameTwice()
        isPutRightOnce()
        isServiceOrRefused(on: nil)
        isServiceOrRefused(on: EnvNode(name: "n1"))
        isServiceOrRefused(on: EnvNode(name: "n1", hostMode: EnvNode.hostMode(in: file)))
    }

    /// A byte that is no text is shown by three; every line that is named exists.
    private func isNoMoreThanItsBytes() {
        let entries = (file.sections + [file.defaults]).flatMap(\.entries.values)
        let size = entries.map(\.value.utf8.count).reduce(0, +)
        precondition(size <= 3 * bytes.count, "values are longer than the file")
        let lines = entries.map(\.line) + file.problems.map(\.line) + file.sections.map(\.line)
        precondition(lines.allSatisfy { 1...lineCount ~= $0 }, "a line that does not exist")
    }

    private func isReadTheSameTwice() {
        precondition(file == EnvFile(bytes), "read twice, another file")
        for section in file.sections {
            precondition(file.section(section.name) == section, "a section that is not found")
        }
    }

    /// What is put right stays so and says the same.
    private func isPutRightOnce() {
        guard let corrected = EnvFile.corrected(bytes) else { return }
        precondition(corrected != bytes, "put right without a change")
        precondition(EnvFile.corrected(corrected) == nil, "put right twice")
        precondition(EnvFile(corrected) == file, "put right into something else")
    }

    /// A refusal says why, of a line that exists; what is no refusal is a service on every node it names.
    private func isServiceOrRefused(on node: EnvNode?) {
        let path = "/opt/opensvc/etc/svc1.env"
        do throws(EnvRefusal) {
            let service = try EnvService(bytes, path: path, registry: .builtIn, node: node)
            areTrue(service.messages)
            let groups = service.definition.groups
            for name in Set(["n1"] + groups.nodes + groups.drpnodes).sorted().prefix(4) {
                let facts = ServiceFacts(name: "svc1", node: name, groups: groups)
                // Another node may lack a keyword that this one has: that is an error of its own.
                _ = try? Service(service.definition, facts: facts, registry: .builtIn)
            }
        } catch {
            precondition(error.messages.contains { $0.level == .error }, "refused without a reason")
            areTrue(error.messages)
        }
    }

    private func areTrue(_ messages: [EnvMessage]) {
        for message in messages {
            precondition(!message.text.isEmpty, "a message without words")
            guard let position = message.position else { continue }
            precondition(
                1...lineCount ~= position.line,
                "a message about a line that does not exist"
            )
        }
    }
}
