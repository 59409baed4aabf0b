import OSVCEngine
import OrderedCollections

/// What libFuzzer calls with every input that it makes up: the laws of reading a classic file, each a
/// crash where it does not hold. Time and memory are watched by libFuzzer itself (`Tests/Fuzz/Reader/reader`).
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
        let settings = NodeSettings(bytes, path: "node.conf")
        isServiceOrRefused(on: EnvNode(name: "n1", hostMode: settings.hostMode))
        isEditedInOnePlace()
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

    /// A key that gets another value has it, one that is taken out is gone, and nothing else changes; what
    /// cannot be written is refused with the bytes as they were.
    private func isEditedInOnePlace() {
        let value = String(decoding: bytes.suffix(12), as: UTF8.self)
        for section in [file.defaults.name, "new"] + file.sections.prefix(2).map(\.name) {
            for key in ["k@n1"] + (meaning(of: file)[section]?.keys.sorted().prefix(2) ?? []) {
                var editor = EnvEditor(bytes)
                var wanted = meaning(of: file)
                if (try? editor.set(key, in: section, to: value)) != nil {
                    wanted[section, default: [:]][key] = value
                    mustMean(wanted, editor)
                }
                guard wanted[section]?.removeValue(forKey: key) != nil else { continue }
                if (try? editor.unset(key, in: section)) != nil { mustMean(wanted, editor) }
            }
        }
    }

    /// Sections that are new may be there without keys, or not.
    private func mustMean(_ wanted: [String: [String: String]], _ editor: EnvEditor) {
        let seen = meaning(of: EnvFile(editor.bytes)).filter { !$0.value.isEmpty }
        precondition(seen == wanted.filter { !$0.value.isEmpty }, "an edit changed something else")
    }

    /// What a file says, without its lines.
    private func meaning(of file: EnvFile) -> [String: [String: String]] {
        var all = [file.defaults.name: file.defaults.entries]
        for section in file.sections { all[section.name] = section.entries }
        return all.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0, $1.value) }) }
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
