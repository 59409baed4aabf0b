import Testing

/// What `docs/design.md` and `docs/adding-a-driver.md` name is there.
struct DesignTests {
    private static let sources: [String] = Project.files(below: "Sources")

    /// The words between backquotes, but for those in blocks of code.
    private static func quoted(in document: String) -> [Substring] {
        let text = Project.text(document)
        return text.split(separator: "\n").filter { !$0.hasPrefix("    ") }.flatMap { line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        }
    }

    @Test func `every file that the design names exists`() {
        let names = Self.quoted(in: "docs/design.md").filter {
            $0.hasSuffix(".swift") || $0.hasSuffix(".h")
        }
        #expect(names.count > 15)
        for name in names {
            #expect(Self.sources.contains { $0.hasSuffix("/\(name)") }, "\(name)")
        }
    }

    @Test func `every type that the design names is declared`() {
        let foreign: Set<Substring> = ["SerialExecutor", "Codable", "KILL", "TERM"]
        let names = Self.quoted(in: "docs/design.md").filter { name in
            name.allSatisfy(\.isLetter) && name.first?.isUppercase == true
                && name.contains(where: \.isLowercase) && !foreign.contains(name)
        }
        #expect(names.count > 20)
        let declared = Self.declaredTypes
        for name in Set(names) where !name.hasPrefix("OSVC") {
            #expect(declared.contains(String(name)), "\(name)")
        }
    }

    /// The words that follow `struct`, `class` and their like in the sources.
    private static var declaredTypes: Set<String> {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor"]
        var found: Set<String> = []
        for file in sources where file.hasSuffix(".swift") {
            for line in Project.text(file).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(where: kinds.contains) else { continue }
                guard let name = words[place...].dropFirst().first else { continue }
                found.insert(String(name.prefix { $0.isLetter }))
            }
        }
        return found
    }
}
