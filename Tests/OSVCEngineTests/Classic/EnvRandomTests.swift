import OSVCEngine
import OrderedCollections
import Testing

/// Files nobody meant, grown from lines that classic files are made of. The seeds are fixed: a failure
/// happens again.
struct EnvRandomTests {
    /// A small generator (xorshift), so that the same seed gives the same files everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let lines = [
        "[DEFAULT]", "[default]", "[fs#0]", "[FS#1] # x", "[ip]", "[sync#i0]", "[app]", "[", "[]",
        "[a]]", "service_type = TST", "nodes = n1 n2", "nodes@n1: n3", "mode=hosted", "type\t=ext4",
        "dev = /dev/null ; x", "mnt = /srv/a;b", "mnt@nodes = /b", "mnt@ = /c", "@ = 1", "disable",
        "disable = On", "optional =", "tags = encap", "  n3", "\t# note", "\t\"x\": [1,", "# é",
        ";", "rem", "REM x = y", "remx = 1", "= 1", ": = :", "key = \"\"", "pre_start = /bin/true",
        "ipname = a", "restart = 3", "on_error = abort", "timeout = 5m", "timeout = -1", "\r", "",
        "   ", "vgname = \u{FFFD}", "size = 99999999999999999999",
    ]

    private func file(_ generator: inout Generator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            bytes += Array((Self.lines.randomElement(using: &generator) ?? "").utf8)
            bytes += Bool.random(using: &generator) ? [0x0A] : [0x0D, 0x0A]
        }
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(0x20, at: place)
            default: bytes.insert(0x0A, at: place)
            }
        }
        return bytes
    }

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
        var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<5000 {
            let bytes = file(&generator)
            let file = EnvFile(bytes)
            let values = (file.sections + [file.defaults]).flatMap(\.entries.values)
            // A byte that is no text is shown by three.
            #expect(values.map(\.value.utf8.count).reduce(0, +) <= 3 * bytes.count)
            let count = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).count
            #expect((file.problems.map(\.line) + values.map(\.line)).allSatisfy { 1...count ~= $0 })
        }
    }

    @Test func `what was read says the same when it is written and read again`() {
        var generator = Generator(state: 0xD1B5_4A32_D192_ED03)
        var compared = 0
        for _ in 0..<5000 {
            let file = EnvFile(file(&generator))
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
        var generator = Generator(state: 0x2545_F491_4F6C_DD1D)
        var services = 0
        for _ in 0..<3000 {
            let head = Array("[DEFAULT]\nservice_type = TST\nnodes = n1\n".utf8)
            do throws(EnvRefusal) {
                let service = try EnvService(
                    head + file(&generator),
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
