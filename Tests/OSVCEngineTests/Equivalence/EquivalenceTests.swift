import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// What makes two services differ, as values.
@EngineActor
struct EquivalenceTests {
    private func differences(_ one: ServiceDefinition, _ other: ServiceDefinition) async throws
        -> [String]
    {
        let sides = (Equivalence.Side(one), Equivalence.Side(other))
        return try await Equivalence(sides.0, sides.1, registry: .builtIn).differences()
            .map(\.description)
    }

    /// Of drivers whose examples do not make a resource of this node.
    private static let settings: [String: KeyValuePairs<String, SettingValue>] = [
        "ip": ["ipname": .string("web"), "ipdev": .string("eth0"), "netmask": .string("24")],
        "fs": ["type": .string("ext4"), "dev": .string("/dev/sda"), "mnt": .string("/a")],
        "loop": ["file": .string("/x.img")], "vg": ["vgname": .string("vg1")],
        "stonith": ["type": .string("callout"), "cmd": .list(["/bin/st"])], "sync": [:],
        "flag": ["file": .string("/flag")], "hb": ["type": .string("OpenHA")], "app": [:],
    ]

    private func resource(_ section: String) -> ResourceDefinition {
        let type = DriverRegistry.builtIn.driver(section: section)
        var resource = Fixture.resource(
            ["app": "app", "sync": "sync#i0"][section] ?? "\(section)#0",
            driver: type?.id.text ?? section,
            Self.settings[section] ?? [:]
        )
        guard Self.settings[section] == nil else { return resource }
        for keyword in type?.keywords ?? [] {
            let entry = EnvFile.Entry(keyword.example, line: 1)
            resource.settings[keyword.name] = (try? EnvValue.read(entry, as: keyword.kind)).map {
                ScopedSetting($0, at: resource.position)
            }
        }
        return resource
    }

    /// Another value of the kind than the one that is there: of words that a driver judges itself, its example
    /// with another last letter.
    private func other(_ keyword: Keyword, of section: String, than value: SettingValue?)
        -> SettingValue
    {
        switch keyword.kind {
        case .string where Self.settings[section] == nil:
            .string(keyword.example.dropLast() + (keyword.example.hasSuffix("2") ? "3" : "2"))
        case .string: .string("16")
        case .path: .string("/other")
        case .integer(let range):
            .integer(range.lowerBound + (value == .integer(range.lowerBound + 1) ? 2 : 1))
        case .boolean: .boolean((value ?? keyword.defaultValue) != .boolean(true))
        case .duration: .duration(.seconds(77))
        case .size: .integer(77)
        case .list: .list(["n1"])
        case .periods: .list(["01:00", "02:00"])
        case .weekdays: .list(["monday"])
        case .choice(let words):
            .string(words.last { .string($0) != value ?? keyword.defaultValue } ?? words[0])
        }
    }

    nonisolated private static let sections = DriverRegistry.builtIn.sections

    @Test(arguments: sections)
    func `a service is equivalent to itself`(section: String) async throws {
        let service = Fixture.service(resources: [resource(section)])
        #expect(try await differences(service, service) == [])
    }

    /// No keyword is passed over: each that has another value is named, with both places.
    @Test(arguments: sections)
    func `every keyword that differs is named`(section: String) async throws {
        let type = try #require(DriverRegistry.builtIn.driver(section: section))
        let one = resource(section)
        for keyword in type.keywords + CommonKeywords.resource {
            // Of the resources that there are it can only name itself, and no other type is there.
            guard keyword.name != "after", section == "fs" || keyword.name != "type" else {
                continue
            }
            var twin = one
            twin.settings[keyword.name] = ScopedSetting(
                other(
                    keyword,
                    of: section,
                    than: one.settings[keyword.name]?.entries[.everywhere]?.value
                ),
                at: SourcePosition(file: "b.env", line: 7)
            )
            let found = try await differences(
                Fixture.service(resources: [one]),
                Fixture.service(resources: [twin])
            )
            let shown =
                keyword.name.hasSuffix("_on") ? String(keyword.name.dropLast(3)) : keyword.name
            let prefix = "\(one.id): \(keyword.name == "always_on" ? "always_on" : shown): "
            #expect(found.count == 1, "\(keyword.name): \(found)")
            #expect(found.first?.hasPrefix(prefix) == true, "\(keyword.name): \(found)")
            #expect(found.first?.contains("web.lua:1) and ") == true)
        }
    }

    @Test func `a difference that holds on some nodes names them`() async throws {
        var twin = resource("fs")
        twin.settings["mnt"]?.entries[.node("n2")] = .init(
            .string("/b"),
            at: SourcePosition(file: "b.env", line: 7, column: 4)
        )
        let found = try await differences(
            Fixture.service(resources: [resource("fs")]),
            Fixture.service(resources: [twin])
        )
        #expect(found == ["fs#0: mnt: /a (web.lua:1) and /b (b.env:7), on n2"])
    }

    @Test func `the same value for every node is the same in any spelling`() async throws {
        var twin = resource("fs")
        let at = SourcePosition(file: "b.env", line: 7)
        twin.settings["mnt"] = ScopedSetting([
            .node("n1"): .init(.string("/a"), at: at), .nodes: .init(.string("/a"), at: at),
            .everywhere: .init(.string("/never"), at: at),
        ])
        #expect(
            try await differences(
                Fixture.service(resources: [resource("fs")]),
                Fixture.service(resources: [twin])
            ) == []
        )
    }

    @Test func `names, resources of one side, order, triggers, launchers and hooks are named`()
        async throws
    {
        let trigger = Trigger(
            moment: .preStart,
            work: .program(["/bin/true"]),
            isBlocking: true,
            position: Fixture.position
        )
        let launcher = Fixture.launcher("web", [.start: .program(["/bin/true"])])
        var twinLauncher = launcher
        twinLauncher.user = "www"
        func app(_ launcher: Launcher) -> ResourceDefinition {
            Fixture.resource("app", driver: "app", launchers: [launcher])
        }
        let hook = Hook(
            id: "h",
            set: "web",
            event: .startPre,
            onError: .warn,
            script: Fixture.script(3)
        )
        let driver = try #require(DriverRegistry.builtIn.driver(section: "flag")).id.text
        let two = ["flag#0", "flag#1"].map {
            Fixture.resource($0, driver: driver, ["file": .string("/\($0)")])
        }
        #expect(
            try await differences(Fixture.service("a"), Fixture.service("b"))
                == ["name: a (web.lua:1) and b (web.lua:1)"]
        )
        #expect(
            try await differences(
                Fixture.service(resources: two),
                Fixture.service(resources: [two[0]])
            )
                == ["flag#1: only in web.lua:1"]
        )
        let order = try await differences(
            Fixture.service(resources: two),
            Fixture.service(resources: two.reversed())
        )
        #expect(order == ["order of flag: flag#0 flag#1 (web.lua) and flag#1 flag#0 (web.lua)"])
        #expect(
            try await differences(Fixture.service(triggers: [trigger]), Fixture.service())
                == ["web: blocking_pre_start: /bin/true (web.lua:1) and not set (web.lua:1)"]
        )
        #expect(
            try await differences(
                Fixture.service(resources: [app(launcher)]),
                Fixture.service(resources: [app(twinLauncher)])
            ) == ["app: web: user: not set (web.lua:1) and www (web.lua:1)"]
        )
        #expect(
            try await differences(Fixture.service(), Fixture.service(hooks: [hook]))
                == ["hook web/h: only in web.lua:3"]
        )
    }

    /// Arguments of a trigger, and a value, whose texts are the same.
    @Test(
        arguments: [
            (["/a", "b c"], ["/a", "b", "c"]), (["/a b"], ["/a", "b"]), (["/a", ""], ["/a"]),
            (["/a", "\"b c\""], ["/a", "b c"]),
        ] as [([String], [String])]
    )
    func `programs are the same word by word`(one: [String], other: [String]) async throws {
        let services = [one, other].map { words in
            var fs = resource("fs")
            fs.triggers = [
                Trigger(
                    moment: .preStart,
                    work: .program(words),
                    isBlocking: false,
                    position: fs.position
                )
            ]
            return Fixture.service(resources: [fs])
        }
        #expect(try await differences(services[0], services[1]).count == 1)
        #expect(try await differences(services[0], services[0]) == [])
    }

    @Test func `functions of other files are never taken for the same`() async throws {
        let launcher = Fixture.launcher("web", [.start: .script(Fixture.script(3))])
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        let one = Fixture.service(resources: [app])
        var other = one
        #expect(try await differences(one, other) == [])
        other.files = ["copy.lua"]
        let both = "a function (web.lua:3) and a function (web.lua:3)"
        #expect(
            try await differences(one, other)
                == ["app: web: start: \(both): what functions do cannot be compared"]
        )
    }
}
