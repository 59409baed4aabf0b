import OSVCEngine
import OrderedCollections
import Testing

/// The law of edits, on files nobody meant. The seeds are fixed: a failure happens again.
struct EnvEditorRandomTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let pieces = [
        "[DEFAULT]", "[default]", "[x]", "[y] # n", "[]", "k = 1", "K=2 # n", "l: 3 ; n", "l =",
        "k =#4", "m = ;a ; b", "  more", "\tmore # n", "# n", ";", "", "   ", "rem x = y", "junk",
        "k = \"\"", "l = x;y ; z", "\r", " # n", "= 1", "m\t=\ta b", "é = ü",
    ]
    private static let values = [
        "", "a", "a b", "#1", ";", "; a", "x;y", "x;y ; z", "a\nb", "\na", "a\n;b", "ü", "a ; b",
        "a # b", " a", "\"\"", "a\n", "[x]", "k = v", "rem", "a\rb", "a#b",
    ]
    private static let names = ["DEFAULT", "x", "y", "z", "default"]
    private static let keys = ["k", "K", "l", "m", "n@x", "é", "k #", "rem x", "a=b", "[a]"]

    private func file(_ generator: inout Generator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            bytes += Array((Self.pieces.randomElement(using: &generator) ?? "").utf8)
            bytes += Int.random(in: 0..<4, using: &generator) == 0 ? [0x0D, 0x0A] : [0x0A]
        }
        if !bytes.isEmpty, Bool.random(using: &generator) { bytes.removeLast() }
        if !bytes.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = 0xE9
        }
        return bytes
    }

    /// What the loader makes of a text, without its lines.
    private func meaning(of bytes: [UInt8]) -> [String: [String: String]] {
        let file = EnvFile(bytes)
        var all = ["DEFAULT": file.defaults.entries]
        for section in file.sections { all[section.name] = section.entries }
        return all.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0, $1.value) }) }
    }

    /// The lines of a text, but for carriage returns at their ends.
    private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            var line = Array(line)
            while line.last == 0x0D { line.removeLast() }
            return line
        }
    }

    /// Whether the lines all occur in the text, in their order.
    private func holds(_ text: [UInt8], _ wanted: [[UInt8]]) -> Bool {
        var rest = lines(text)[...]
        for line in wanted {
            guard let place = rest.firstIndex(of: line) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    @Test func `after a set the loader reads that value, and all others as before`() {
        var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
        var (written, refused) = (0, 0)
        for _ in 0..<6000 {
            let before = file(&generator)
            let section = Self.names.randomElement(using: &generator) ?? ""
            let key = Self.keys.randomElement(using: &generator) ?? ""
            let value = Self.values.randomElement(using: &generator) ?? ""
            var editor = EnvEditor(before)
            do {
                try editor.set(key, in: section, to: value)
            } catch {
                refused += 1
                #expect(editor.bytes == before)
                continue
            }
            written += 1
            var wanted = meaning(of: before)
            wanted[section == "default" ? "DEFAULT" : section, default: [:]][key.lowercased()] =
                value
            #expect(meaning(of: editor.bytes) == wanted, "\(before) \(section).\(key) = \(value)")
            let problems = EnvFile(before).problems.map(\.text)
            #expect(EnvFile(editor.bytes).problems.map(\.text) == problems)
            // Comments and blank lines survive.
            let comments = lines(before).filter {
                $0.first == UInt8(ascii: "#") || $0.first == UInt8(ascii: ";")
            }
            #expect(holds(editor.bytes, comments))
        }
        #expect(written > 1500 && refused > 300)
    }

    @Test func `after an unset the key is gone, and all others are as before`() {
        var generator = Generator(state: 0xD1B5_4A32_D192_ED03)
        var removed = 0
        for _ in 0..<6000 {
            let before = file(&generator)
            let section = Self.names.randomElement(using: &generator) ?? ""
            let key = Self.keys.randomElement(using: &generator) ?? ""
            var wanted = meaning(of: before)
            let name = section == "default" ? "DEFAULT" : section
            let isThere = wanted[name]?.removeValue(forKey: key.lowercased()) != nil
            var editor = EnvEditor(before)
            do {
                try editor.unset(key, in: section)
                removed += 1
            } catch {
                #expect(!isThere, "\(before): \(error)")
            }
            #expect(meaning(of: editor.bytes) == wanted)
        }
        #expect(removed > 100)
    }

    @Test func `a section that is removed is gone, and all others are as before`() {
        var generator = Generator(state: 0x2545_F491_4F6C_DD1D)
        var removed = 0
        for _ in 0..<6000 {
            let before = file(&generator)
            let section = Self.names[1...3].randomElement(using: &generator) ?? ""
            var wanted = meaning(of: before)
            let isThere = wanted.removeValue(forKey: section) != nil
            var editor = EnvEditor(before)
            do {
                try editor.removeSection(section)
                removed += 1
            } catch {
                #expect(!isThere, "\(before): \(error)")
            }
            #expect(meaning(of: editor.bytes) == wanted)
        }
        #expect(removed > 100)
    }

    @Test func `a value set twice, to another and back, leaves the bytes or its meaning`() throws {
        var generator = Generator(state: 0x1234_5678_9ABC_DEF1)
        for _ in 0..<2000 {
            let before = file(&generator)
            guard let value = EnvFile(before).section("x")?.entries["k"], value.isText else {
                continue
            }
            var editor = EnvEditor(before)
            try editor.set("k", in: "x", to: "other")
            // A value may have been written in a form that no value can be given.
            guard (try? editor.set("k", in: "x", to: value.value)) != nil else { continue }
            #expect(meaning(of: editor.bytes) == meaning(of: before))
        }
    }
}
