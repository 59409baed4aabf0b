import OSVCEngine
import Testing

struct StatusTests {
    @Test func `adding statuses does not depend on who comes first`() {
        for one in Status.allCases {
            for other in Status.allCases {
                #expect(one.merged(with: other) == other.merged(with: one), "\(one) + \(other)")
            }
        }
    }

    @Test func `undefined adds nothing`() {
        for status in Status.allCases where status != .todo {
            #expect(status.merged(with: .undefined) == status)
        }
    }

    @Test func `a warning stays a warning`() {
        for status in Status.allCases { #expect(status.merged(with: .warn) == .warn) }
    }

    /// Rows of classic-status.md section 2 that no rule of thumb gives.
    @Test(arguments: [
        (Status.up, Status.down, Status.warn),
        (.up, .standbyUp, .standbyUpWithUp),
        (.down, .standbyUp, .standbyUpWithDown),
        (.up, .standbyDown, .warn),
        (.down, .standbyDown, .standbyDown),
        (.standbyUpWithUp, .down, .warn),
        (.standbyUpWithDown, .standbyUpWithUp, .warn),
        (.notApplicable, .todo, .warn),
        (.undefined, .todo, .todo),
        (.standbyUpWithDown, .down, .standbyUpWithDown),
    ])
    func `the table is the classic one`(_ row: (Status, Status, Status)) {
        #expect(row.0.merged(with: row.1) == row.2)
    }

    @Test func `words read back as what they were written for`() {
        for status in [
            Status.up, .down, .warn, .notApplicable, .undefined, .standbyUp, .standbyDown,
        ] {
            #expect(Status(word: status.description) == status)
        }
        #expect(Status(word: "UP") == nil)
    }
}

struct ServiceStatusTests {
    private func line(
        _ id: String,
        _ type: String,
        _ status: Status,
        place: Int? = nil,
        disabled: Bool = false
    ) -> ServiceStatus.Line {
        ServiceStatus.Line(
            id: ResourceID(id),
            type: DriverID(type),
            place: place ?? DriverRegistry.builtIn.driver(DriverID(type))?.startOrder ?? 0,
            label: "",
            flags: "....",
            isDisabled: disabled,
            report: StatusReport(status)
        )
    }

    @Test func `a service without resources is not applicable throughout`() {
        let status = ServiceStatus(service: "web", lines: [])
        #expect(status.avail == .notApplicable)
        #expect(status.overall == .notApplicable)
    }

    @Test func `disabled resources weigh nothing`() {
        let status = ServiceStatus(
            service: "web",
            lines: [line("fs#0", "fs", .up), line("fs#1", "fs", .down, disabled: true)]
        )
        #expect(status.overall == .up)
    }

    @Test func `heartbeat and sync weigh on overall, not on avail`() {
        let up = [line("fs#0", "fs", .up)]
        let hb = ServiceStatus(service: "web", lines: up + [line("hb#0", "hb.openha", .warn)])
        #expect(hb.avail == .up)
        #expect(hb.overall == .warn)
        let sync = ServiceStatus(service: "web", lines: up + [line("sync#i0", "sync.rsync", .down)])
        #expect(sync.avail == .up)
        #expect(sync.overall == .warn)
    }

    @Test func `what is down as a whole is down, whatever sync and heartbeat say`() {
        let status = ServiceStatus(
            service: "web",
            lines: [
                line("fs#0", "fs", .down), line("hb#0", "hb.openha", .warn),
                line("sync#i0", "sync.rsync", .down),
            ]
        )
        #expect(status.overall == .down)
    }

    @Test func `standby resources up among running ones make the service up`() {
        let status = ServiceStatus(
            service: "web",
            lines: [line("fs#0", "fs", .up), line("vg#0", "disk.vg", .standbyUp)]
        )
        #expect(status.avail == .up)
    }

    @Test func `standby resources up among stopped ones make the service standby up`() {
        let status = ServiceStatus(
            service: "web",
            lines: [line("fs#0", "fs", .down), line("vg#0", "disk.vg", .standbyUp)]
        )
        #expect(status.avail == .standbyUp)
    }

    @Test func `lines are shown disk, fs, ip, app, whatever the order of the file`() {
        let status = ServiceStatus(
            service: "web",
            lines: [
                line("app", "app", .up), line("ip#0", "ip", .up), line("fs#1", "fs", .up),
                line("fs#0", "fs", .up), line("vg#0", "disk.vg", .up),
            ]
        )
        #expect(status.lines.map(\.id.text) == ["vg#0", "fs#1", "fs#0", "ip#0", "app"])
    }

    @Test func `within a group, types are shown in the order in which they start`() {
        let status = ServiceStatus(
            service: "web",
            lines: [
                line("flag#0", "fs.flag", .up), line("fs#0", "fs", .up),
                line("x#0", "disk.x", .up, place: 27), line("vg#0", "disk.vg", .up),
                line("y#0", "disk.y", .up, place: 90), line("ip#0", "ip", .up),
                line("loop#0", "disk.loop", .up),
            ]
        )
        let shown = ["loop#0", "x#0", "vg#0", "y#0", "fs#0", "flag#0", "ip#0"]
        #expect(status.lines.map(\.id.text) == shown)
    }

    // MARK: Selection

    /// classic-status.md section 3.2: the lines, and the status by which the service is chosen.
    @Test(
        arguments: [
            ([], Status.undefined),
            ([("fs#0", "fs", .up), ("sync#i0", "sync.rsync", .up)], .up),
            ([("fs#0", "fs", .up), ("sync#i0", "sync.rsync", .down)], .warn),
            ([("fs#0", "fs", .down), ("sync#i0", "sync.rsync", .down)], .warn),
            ([("fs#0", "fs", .down), ("sync#i0", "sync.rsync", .notApplicable)], .down),
            ([("fs#0", "fs", .up), ("hb#0", "hb.openha", .down)], .warn),
            ([("vg#0", "disk.vg", .standbyUp), ("fs#0", "fs", .up)], .up),
            ([("vg#0", "disk.vg", .standbyUp), ("fs#0", "fs", .down)], .standbyUp),
            ([("app", "app", .notApplicable)], .notApplicable),
        ] as [([(String, String, Status)], Status)]
    )
    func `services are chosen by all they have, sync and heartbeat in their places`(
        lines: [(String, String, Status)],
        selection: Status
    ) {
        let status = ServiceStatus(
            service: "web",
            lines: lines.map { line($0.0, $0.1, $0.2) }
        )
        #expect(status.selection == selection)
    }

    @Test func `a stonith is neither shown nor counted`() {
        let lines = [line("fs#0", "fs", .up), line("stonith#0", "stonith.callout", .warn)]
        let status = ServiceStatus(service: "web", lines: lines)
        #expect(status.lines.map(\.id.text) == ["fs#0"])
        #expect(status.overall == .up && status.selection == .up)
    }
}
