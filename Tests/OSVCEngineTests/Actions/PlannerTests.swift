import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

private func service(_ resources: [ResourceDefinition], isClassic: Bool = false) throws -> Service {
    var definition = Fixture.service(resources: resources)
    definition.isClassic = isClassic
    return try Service(definition, facts: Fixture.facts, registry: .builtIn)
}

private func flag(_ id: String, _ values: KeyValuePairs<String, SettingValue> = [:])
    -> ResourceDefinition
{
    var resource = Fixture.resource(id, driver: "fs.flag", values)
    let file = Fixture.resource(id, driver: "fs.flag", ["file": .string("/run/\(id)")])
    resource.settings.merge(file.settings) { written, _ in written }
    return resource
}

private func order(_ resources: [ResourceDefinition]) throws -> [String] {
    try StartOrder.sorted(try service(resources).resources).map(\.id.text)
        .filter { $0 != "sync#i0" }
}

struct StartOrderTests {
    private let ip = Fixture.resource(
        "ip#0",
        driver: "ip",
        ["ipname": .string("web"), "ipdev": .string("eth0")]
    )
    private let vg = Fixture.resource("vg#0", driver: "disk.vg", ["vgname": .string("data")])

    private func fs(
        _ id: String,
        _ mountPoint: String,
        from device: String = "/dev/x",
        options: String = "",
        after: [String] = []
    ) -> ResourceDefinition {
        Fixture.resource(
            id,
            driver: "fs",
            [
                "type": .string("ext4"), "dev": .string(device), "mnt": .string(mountPoint),
                "mnt_opt": .string(options), "after": .list(after),
            ]
        )
    }

    @Test func `address, volume group, file system, application, whatever the file's order`() throws
    {
        #expect(try order([fs("fs#0", "/a"), vg, ip]) == ["ip#0", "vg#0", "fs#0", "app"])
    }

    @Test func `file systems are mounted by mount point`() throws {
        let resources = [fs("fs#0", "/srv/data"), fs("fs#1", "/srv"), fs("fs#2", "/srv/app")]
        #expect(try order(resources) == ["fs#1", "fs#2", "fs#0", "app"])
    }

    @Test func `what is mounted from a mount comes after it, and so does what is mounted on that`()
        throws
    {
        let resources = [
            fs("fs#0", "/srv/b/in"), fs("fs#1", "/srv/b", from: "/srv/z/www"), fs("fs#2", "/srv/z"),
            fs(
                "fs#3",
                "/srv/a",
                from: "overlay",
                options: "lowerdir=/srv/l:/srv/z/low,upperdir=/srv/u"
            ),
        ]
        #expect(try order(resources) == ["fs#2", "fs#3", "fs#1", "fs#0", "app"])
    }

    @Test func `a flag in a mount comes after it`() throws {
        #expect(try order([flag("flag#0"), fs("fs#0", "/run")]) == ["fs#0", "flag#0", "app"])
    }

    @Test func `after wins over mounts, and mounts that need each other are no cycle`() throws {
        let against = [
            fs("fs#0", "/srv/z", after: ["fs#1"]), fs("fs#1", "/srv/b", from: "/srv/z/x"),
        ]
        #expect(try order(against) == ["fs#1", "fs#0", "app"])
        let circle = [
            fs("fs#0", "/srv/a", from: "/srv/b/x"), fs("fs#1", "/srv/b", from: "/srv/a/x"),
        ]
        #expect(try order(circle) == ["fs#0", "fs#1", "app"])
    }

    @Test func `resources of one kind keep the order of the file`() throws {
        #expect(try order([flag("flag#2"), flag("flag#1")]) == ["flag#2", "flag#1", "app"])
    }

    @Test func `after wins over the order of kinds`() throws {
        var late = ip
        late.settings["after"] = ScopedSetting(.list(["app"]), at: Fixture.position)
        #expect(try order([late, vg]) == ["vg#0", "app", "ip#0"])
    }

    @Test func `after moves only what waits`() throws {
        let resources = [
            flag("flag#0", ["after": .list(["flag#2"])]), flag("flag#1"), flag("flag#2"),
            flag("flag#3"),
        ]
        #expect(try order(resources) == ["flag#1", "flag#2", "flag#0", "flag#3", "app"])
    }

    @Test func `a cycle in after is named`() {
        let resources = [
            flag("flag#0", ["after": .list(["flag#1"])]),
            flag("flag#1", ["after": .list(["flag#2"])]),
            flag("flag#2", ["after": .list(["flag#1"])]),
        ]
        let expected = ["flag#1", "flag#2", "flag#1"].map(ResourceID.init)
        #expect(throws: ConfigurationError.cycle(expected, at: Fixture.position)) {
            try service(resources)
        }
    }

    @Test func `after a resource that is not there is an error`() {
        #expect(throws: ConfigurationError.self) {
            try service([flag("flag#0", ["after": .list(["fs#9"])])])
        }
    }

    @Test func `an id used twice is an error`() {
        let twice = ConfigurationError.duplicateResource(
            ResourceID("flag#0"),
            first: Fixture.position,
            at: Fixture.position
        )
        #expect(throws: twice) { try service([flag("flag#0"), flag("flag#0")]) }
    }

    @Test func `an id used in two spellings is an error`() {
        #expect(throws: ConfigurationError.self) {
            try service([flag("flag#\u{e9}"), flag("flag#e\u{301}")])
        }
    }
}

struct PlannerTests {
    private func plan(
        _ resources: [ResourceDefinition],
        _ action: Action,
        _ options: ActionOptions = ActionOptions(),
        direction: Action.Direction? = nil,
        isClassic: Bool = false
    ) throws -> Plan {
        let service = try service(resources, isClassic: isClassic)
        let up = Observation(
            report: StatusReport(.up),
            conflictChecks: [.note(.info, "asked")],
            startSteps: [.note(.info, "up")],
            stopSteps: [.removeFile("/x")],
            standbySteps: [.note(.info, "standby")]
        )
        let seen = Dictionary(uniqueKeysWithValues: service.resources.map { ($0.id, up) })
        return try Planner.plan(
            service,
            seen,
            action: action,
            direction: direction ?? action.direction ?? .up,
            options: options
        )
    }

    private func skips(_ plan: Plan) -> [String: PlanItem.Skip?] {
        Dictionary(uniqueKeysWithValues: plan.items.map { ($0.resource.text, $0.skip) })
    }

    @Test func `stop is start reversed`() throws {
        let resources = [flag("flag#0"), flag("flag#1", ["after": .list(["app"])])]
        let start = try plan(resources, .start).items.map(\.resource)
        let stop = try plan(resources, .stop).items.map(\.resource)
        #expect(stop == start.reversed())
    }

    @Test func `a disabled resource has no part, and neither has one tagged noaction`() throws {
        let plan = try plan(
            [
                flag("flag#0", ["disable": .boolean(true)]),
                flag("flag#1", ["tags": .list(["noaction"])]), flag("flag#2"),
            ],
            .start
        )
        #expect(skips(plan)["flag#0"] == .some(.disabled))
        #expect(skips(plan)["flag#1"] == .some(.noAction))
        #expect(skips(plan)["flag#2"] == .some(nil))
    }

    @Test func `ids and tags choose together`() throws {
        let resources = [
            flag("flag#0"), flag("flag#1", ["tags": .list(["blue"])]), flag("flag#2"),
        ]
        let options = ActionOptions(rids: [ResourceID("flag#0")], tags: ["blue"])
        let plan = try plan(resources, .start, options)
        #expect(plan.items.filter { $0.skip == nil }.map(\.resource.text) == ["flag#0", "flag#1"])
    }

    @Test func `a filter that names nothing is an error, not a success`() {
        #expect(throws: PlanError.self) {
            try plan([flag("flag#0")], .start, ActionOptions(rids: [ResourceID("fs#7")]))
        }
        #expect(throws: PlanError.unknownTag("red")) {
            try plan([flag("flag#0")], .start, ActionOptions(tags: ["red"]))
        }
    }

    @Test func `what stays up on this node is stopped only by force`() throws {
        let resources = [flag("flag#0", ["always_on": .list(["nodes"])])]
        #expect(skips(try plan(resources, .stop))["flag#0"] == .some(.standby))
        let forced = try plan(resources, .stop, ActionOptions(force: true))
        #expect(skips(forced)["flag#0"] == .some(nil))
    }

    @Test func `startstandby starts only what stays up here`() throws {
        let resources = [flag("flag#0", ["always_on": .list(["n1"])]), flag("flag#1")]
        let skips = skips(try plan(resources, .startstandby))
        #expect(skips["flag#0"] == .some(nil))
        #expect(skips["flag#1"] == .some(.notStandby))
    }

    @Test func `startstandby starts all of what stays up here, of another its standby part`() throws
    {
        let resources = [
            flag("flag#0", ["always_on": .list(["n1"])]), Fixture.resource("app", driver: "app"),
        ]
        let steps = try plan(resources, .startstandby).items.map(\.steps)
        #expect(steps == [[.note(.info, "up")], [.note(.info, "standby")]])
    }

    @Test func `what has no part has no steps`() throws {
        let plan = try plan([flag("flag#0", ["disable": .boolean(true)])], .start)
        #expect(plan.items.first?.steps == [])
    }

    @Test(
        arguments: [
            (.start, .up, true), (.restart, .up, true), (.boot, .up, true),
            (.restart, .down, false), (.startfs, .up, false), (.startstandby, .up, false),
        ] as [(Action, Action.Direction, Bool)]
    )
    func `a start of the whole checks first for conflicts`(
        action: Action,
        direction: Action.Direction,
        checks: Bool
    ) throws {
        let resources = [
            flag("flag#0"), flag("flag#1", ["disable": .boolean(true)]),
            flag("flag#2", ["tags": .list(["noaction"])]),
            flag("flag#3", ["tags": .list(["nonrouted"])]),
        ]
        let options = ActionOptions(rids: [ResourceID("flag#3")])
        let plan = try plan(resources, action, options, direction: direction)
        let checked = plan.conflictChecks.map(\.resource.text).filter { $0.hasPrefix("flag") }
        #expect(checked == (checks ? ["flag#0"] : []))
    }

    /// The classic release drives it apart, with its zone.
    @Test(arguments: [true, false])
    func `of a classic service the address of a zone has no part`(isClassic: Bool) throws {
        let zoned: KeyValuePairs<String, SettingValue> = [
            "ipname": .string("web"), "ipdev": .string("eth0"), "tags": .list(["zone"]),
        ]
        let resources = [
            Fixture.resource("ip#0", driver: "ip", zoned),
            flag("flag#0", ["tags": .list(["zone"])]),
        ]
        let skips = skips(try plan(resources, .start, isClassic: isClassic))
        #expect(skips["ip#0"] == .some(isClassic ? .zone : nil))
        #expect(skips["flag#0"] == .some(nil))
    }

    @Test(arguments: [true, false])
    func `a shutdown of a classic service leaves nothing up, whatever is chosen`(isClassic: Bool)
        throws
    {
        let resources = [flag("flag#0", ["tags": .list(["x"])]), flag("flag#1")]
        for options in [ActionOptions(rids: [ResourceID("flag#0")]), ActionOptions(tags: ["x"])] {
            let plan = try plan(resources, .shutdown, options, isClassic: isClassic)
            #expect(skips(plan)["flag#0"] == .some(nil))
            #expect(skips(plan)["flag#1"] == .some(isClassic ? nil : .filtered))
            let stop = try self.plan(resources, .stop, options, isClassic: isClassic)
            #expect(skips(stop)["flag#1"] == .some(.filtered))
        }
    }

    @Test func `a written false masks the list of nodes`() throws {
        let masked = try service([
            flag("flag#0", ["disable": .boolean(false), "disable_on": .list(["n1"])]),
            flag("flag#1", ["disable_on": .list(["n1"])]),
        ])
        #expect(masked.resource(ResourceID("flag#0"))?.isDisabled == false)
        #expect(masked.resource(ResourceID("flag#1"))?.isDisabled == true)
    }
}
