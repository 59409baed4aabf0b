import Testing

/// What `docs/design.md` and `docs/adding-a-driver.md` name is there.
struct DesignTests {
    private static let documents = ["docs/design.md", "docs/adding-a-driver.md"]
    private static let guide = "docs/adding-a-driver.md"
    private static let sources: [String] = ["Sources", "Tests"].flatMap(Project.files)

    /// The words between backquotes, but for those in blocks of code.
    private static func quoted(in document: String) -> [Substring] {
        var isCode = false
        return Project.text(document).split(separator: "\n").filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode && !line.hasPrefix("    ")
        }.flatMap { line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        }
    }

    @Test(arguments: documents)
    func `every file that a page names exists`(document: String) {
        let names = Self.quoted(in: document).filter {
            $0.hasSuffix(".swift") || $0.hasSuffix(".h")
        }
        #expect(names.count > 5)
        for name in names.compactMap({ $0.split(separator: "/").last }) {
            #expect(Self.sources.contains { $0.hasSuffix("/\(name)") }, "\(name)")
        }
    }

    @Test(arguments: documents)
    func `every type that a page names is declared`(document: String) {
        let foreign: Set<Substring> = ["SerialExecutor", "Codable", "KILL", "TERM"]
        let names = Self.quoted(in: document).filter { name in
            name.allSatisfy(\.isLetter) && name.first?.isUppercase == true
                && name.contains(where: \.isLowercase) && !foreign.contains(name)
        }
        #expect(names.count > 10)
        let declared = Self.declaredTypes
        for name in Set(names) where !name.hasPrefix("OSVC") {
            #expect(declared.contains(String(name)), "\(name)")
        }
    }

    @Test(arguments: ["Swap.swift", "SwapTests.swift"])
    func `the guide shows the driver and its tests as they are`(file: String) throws {
        let code = Project.text("Tests/OSVCEngineTests/Drivers/\(file)")
        let body = try #require(code.split(separator: "\n\n", maxSplits: 1).last)
        #expect(Project.text(Self.guide).contains("```swift\n\(body)```\n"))
    }

    @Test func `the guide explains all that a driver can say`() {
        let folder = "Sources/OSVCEngine/Drivers"
        let members = Self.members(of: "Driver", in: "\(folder)/Driver.swift")
        #expect(members.count > 15 && members.contains("startSteps"))
        let abilities = Project.names(in: "\(folder)/Abilities", ending: ".swift").flatMap { file in
            Project.text("\(folder)/Abilities/\(file)").split(separator: "\n")
                .filter { $0.hasPrefix("public protocol ") }
                .map { $0.split(separator: " ")[2].prefix { $0.isLetter } }
        }
        #expect(abilities.contains("DeviceHolding"))
        let explained = Set(Self.quoted(in: Self.guide).map { $0.prefix { $0.isLetter } })
        for name in members + abilities { #expect(explained.contains(name), "\(name)") }
    }

    /// The names that a protocol requires.
    private static func members(of name: String, in file: String) -> [Substring] {
        let lines = Project.text(file).split(separator: "\n")
            .drop { !$0.hasPrefix("public protocol \(name)") }.prefix { $0 != "}" }
        return lines.filter { !$0.contains("///") }.compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(where: { $0 == "var" || $0 == "func" }) else {
                return line.contains("init(") ? "init" : nil
            }
            return words[place + 1].prefix { $0.isLetter }
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
