import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `create -i`, asked and answered without a terminal.
@EngineActor
struct CreateWizardTests {
    private let fixture = ConfigurationFixture()

    /// The questions about DEFAULT, all left to their defaults.
    private static let defaults = Array(repeating: "", count: CommonKeywords.service.count - 1)

    /// Answers for the keywords of a type, in the order in which they are asked.
    private func answers(_ section: String, _ given: [String: String]) throws -> [String] {
        let type = try #require(DriverRegistry.builtIn.driver(section: section))
        let names = type.keywords.map(\.name)
        let order = names.filter { $0 == "type" } + names.filter { $0 != "type" }
        return order.map { given[$0] ?? "" }
    }

    private func create(_ answers: [String]) async -> Int32 {
        fixture.dialog.answers = answers
        return await fixture.run(.create) { $0.isInteractive = true }
    }

    @Test func `defaults and resources become the file, once it is agreed to`() async throws {
        let fs = try answers("fs", ["type": "ext4", "dev": "/dev/x", "mnt": "/x"])
        let code = await create(Self.defaults + ["fs"] + fs + ["n", "", "y"])
        #expect(code == 0)
        let text = """
            [DEFAULT]
            service_type = TST
            mode = hosted
            nodes = n1
            autostart_node = n1

            [fs#0]
            type = ext4
            dev = /dev/x
            mnt = /x

            """
        #expect(fixture.directory.text("etc/svc1.env") == text)
        #expect(
            fixture.dialog.said.contains("\(text)\nWrite this to \(fixture.etc)/svc1.env? (y/n)")
        )
        #expect(fixture.names == ["svc1", "svc1.d", "svc1.dir", "svc1.env"])
    }

    @Test func `each keyword is explained, with candidates, example and default`() async {
        _ = await create([])
        let said = fixture.dialog.said
        #expect(said.contains("app: Application code, shown to people and given to scripts.\n"))
        #expect(said.contains("    For example: MyApp\n"))
        let mode = CommonKeywords.service.first { $0.name == "mode" }
        #expect(mode.map({ CreateWizard.help(for: $0) })?.contains("    One of: hosted.\n") == true)
        #expect(
            mode.map({ CreateWizard.help(for: $0) })?.contains("    Left out it is hosted.\n")
                == true
        )
        #expect(CommonKeywords.resource.allSatisfy { CreateWizard.help(for: $0).count > 20 })
    }

    @Test func `a wrong answer is told at once, and asked for again`() async throws {
        var defaults = Self.defaults
        let place = try #require(CommonKeywords.service.firstIndex { $0.name == "service_type" })
        defaults[place...place] = ["XXX", "DEV"]
        let app = try #require(CommonKeywords.service.firstIndex { $0.name == "app" })
        defaults[app...app] = ["a # b", "a"]
        var fs = try answers("fs", ["type": "ext4", "dev": "/dev/x", "mnt": "/x"])
        let mount = try #require(fs.firstIndex(of: "/x"))
        // Nothing where something is required, a relative path, then one that will do.
        fs[mount...mount] = ["", "x", "/x"]
        #expect(await create(defaults + ["sf", "fs"] + fs + ["", "", "maybe", ""]) == 0)
        let said = fixture.dialog.said
        let invalid = "'service_type' keyword has invalid value 'XXX' in section 'DEFAULT'."
        #expect(said.contains("\(invalid) One of: PRD,"))
        #expect(said.contains("value 'a # b' cannot be written"))
        #expect(said.contains("There is no resource type 'sf' (did you mean 'fs'?).\n"))
        #expect(said.contains("mnt (required): \nIt must have a value.\nmnt (required): x\n"))
        #expect(said.contains("y or n.\n"))
        let text = fixture.directory.text("etc/svc1.env")
        #expect(text.contains("service_type = DEV") && text.contains("mnt = /x"))
        #expect(text.contains("app = a\n"))
    }

    @Test func `what every resource has is asked when it is wanted`() async throws {
        let app = try answers("app", [:])
        let common = CommonKeywords.resource.map { $0.name == "tags" ? "a b" : "" }
        #expect(
            await create(Self.defaults + ["app"] + app + ["y"] + common + ["app", "", ""]) == 0
        )
        #expect(fixture.directory.text("etc/svc1.env").hasSuffix("\n[app]\ntags = a b\n"))
        #expect(fixture.dialog.said.contains("There is one [app] in a service, and it is there.\n"))
    }

    @Test func `only what can be written is offered and asked for`() async throws {
        let hb = try answers("hb", ["type": "OpenHA"])
        #expect(await create(Self.defaults + ["sync", "hb"] + hb + ["n", "", "y"]) == 0)
        let said = fixture.dialog.said
        let types = DriverRegistry.builtIn.sections.filter { $0 != "sync" }
        #expect(said.contains("\nResource types: \(types.joined(separator: ", "))\n"))
        #expect(said.contains("There is no resource type 'sync'"))
        #expect(!said.contains("sync_min_delay"))
        let also = said.split(separator: "\n").first { $0.hasPrefix("It also has") }
        #expect(also?.contains("disable_on") == true && also?.contains("monitor") == false)
    }

    @Test func `numbers go on from 0`() async throws {
        let fs = try answers("fs", ["dev": "/dev/x", "mnt": "/x"])
        #expect(await create(Self.defaults + ["fs"] + fs + ["", "fs"] + fs + ["", "", ""]) == 0)
        let text = fixture.directory.text("etc/svc1.env")
        #expect(text.contains("[fs#0]") && text.contains("[fs#1]"))
    }

    @Test func `wherever the input ends, nothing is written`() async throws {
        let fs = try answers("fs", ["type": "ext4", "dev": "/dev/x", "mnt": "/x"])
        let all = Self.defaults + ["fs"] + fs + ["n", ""]
        for count in 0...all.count {
            #expect(await create(Array(all[..<count])) == 1)
            #expect(fixture.complaints == ["nothing is written"] && fixture.names == [])
        }
        #expect(await create(all + ["n"]) == 1)
        #expect(fixture.complaints == ["nothing is written"] && fixture.names == [])
    }

    @Test func `it is not asked about a service that is there`() async {
        fixture.directory.write("", to: "etc/svc1.env")
        #expect(await create([]) == 1)
        #expect(fixture.dialog.said == "")
        #expect(fixture.complaints == ["service svc1 already exists"])
    }
}
