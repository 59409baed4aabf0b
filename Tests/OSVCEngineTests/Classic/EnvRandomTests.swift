import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// What holds of any classic file, however broken.
struct EnvRandomTests {
    /// The sections of a file written anew, each key on a line, continued lines indented.
    private func text(of file: EnvFile) -> String {
        var text = ""
        for section in [file.defaults] + file.sections {
            text += "[\(section.name)]\n"
            for (key, entry) in section.entries {
                let value = entry.value.split(separator: "\n", omittingEmptySubsequences: false)
                text += "\(key) = \(value.joined(separator: "\n\t"))\n"
            }
        }
        return text
    }

    /// What a file says, without its lines.
    private func meaning(of file: EnvFile) -> [String: [String: String]] {
        var all = [file.defaults.name: file.defaults.entries]
        for section in file.sections { all[section.name] = section.entries }
        return all.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0, $1.value) }) }
    }

    @Test func `any file is read, and holds no more than its bytes`() {
        var files = RandomClassicFile(
            seed: 0x9E37_79B9_7F4A_7C15,
            lines: RandomClassicFile.anyLines
        )
        for _ in 0..<5000 {
            let bytes = files.nextBroken()
            let file = EnvFile(bytes)
            let values = (file.sections + [file.defaults]).flatMap(\.entries.values)
            // A byte that is no text is shown by three.
            #expect(values.map(\.value.utf8.count).reduce(0, +) <= 3 * bytes.count)
            let count = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).count
            #expect((file.problems.map(\.line) + values.map(\.line)).allSatisfy { 1...count ~= $0 })
        }
    }

    @Test func `what was read says the same when it is written and read again`() {
        var files = RandomClassicFile(
            seed: 0xD1B5_4A32_D192_ED03,
            lines: RandomClassicFile.anyLines
        )
        var compared = 0
        for _ in 0..<5000 {
            let file = EnvFile(files.nextBroken())
            let text = text(of: file)
            let again = EnvFile(text)
            // Values that begin as comments do, and empty lines of continued ones, are not written so.
            guard !text.contains(";"), !text.contains("#"), !text.contains("\n\t\n") else {
                continue
            }
            compared += 1
            #expect(meaning(of: again) == meaning(of: file))
        }
        #expect(compared > 500)
    }

    @Test func `any file is a service or is refused with a line of why`() {
        var files = RandomClassicFile(
            seed: 0x2545_F491_4F6C_DD1D,
            lines: RandomClassicFile.anyLines
        )
        var services = 0
        for _ in 0..<3000 {
            let head = Array("[DEFAULT]\nservice_type = TST\nnodes = n1\n".utf8)
            do throws(EnvRefusal) {
                let service = try EnvService(
                    head + files.nextBroken(),
                    path: "/etc/x.env",
                    registry: .builtIn,
                    node: EnvNode(name: "n1")
                )
                services += 1
                #expect(service.definition.resources.contains { $0.id.text == "app" })
            } catch {
                #expect(error.messages.contains { $0.level == .error && !$0.text.isEmpty })
            }
        }
        #expect(services > 50)
    }
}
