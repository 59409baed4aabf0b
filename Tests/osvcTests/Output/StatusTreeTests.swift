import OSVCEngine
import Testing

@testable import osvc

/// The trees of the tutorial, from the statuses behind them: trailing blanks aside, to the byte.
struct StatusTreeTests {
    private struct Case {
        var vg = Status.up
        var fs = Status.down
        var ip = Status.down
        var app = StatusReport(.notApplicable)
        var sync = StatusReport(.up)
        var hb: StatusReport?
    }

    private func tree(_ it: Case) -> String {
        func line(_ id: String, _ type: String, _ label: String, _ report: StatusReport)
            -> ServiceStatus.Line
        {
            ServiceStatus.Line(
                id: ResourceID(id),
                type: DriverID(type),
                label: label,
                flags: "....",
                isDisabled: false,
                report: report
            )
        }
        var lines = [
            line("ip#0", "ip", "p26.opensvc.com@eth0", StatusReport(it.ip)),
            line("vg#0", "disk.vg", "vgsvc1", StatusReport(it.vg)),
            line("fs#0", "fs", "/dev/mapper/vgsvc1-lvappsvc1@/svc1/app", StatusReport(it.fs)),
            line("fs#1", "fs", "/dev/mapper/vgsvc1-lvdatasvc1@/svc1/data", StatusReport(it.fs)),
            line("app", "app", "app", it.app),
            line("sync#i0", "sync.rsync", "rsync svc config to drpnodes, nodes", it.sync),
        ]
        if let hb = it.hb { lines.insert(line("hb#0", "hb.openha", "hb.openha", hb), at: 0) }
        let status = ServiceStatus(service: "p26.opensvc.com", lines: lines)
        return StatusTree(status, colours: Colours(on: false)).text
    }

    @Test func `before the first start`() {
        let it = Case(sync: StatusReport(.warn, notes: ["passive node needs update"]))
        #expect(
            tree(it) == """
                p26.opensvc.com
                overall                   warn
                |- avail                  warn
                |  |- vg#0           .... up       vgsvc1
                |  |- fs#0           .... down     /dev/mapper/vgsvc1-lvappsvc1@/svc1/app
                |  |- fs#1           .... down     /dev/mapper/vgsvc1-lvdatasvc1@/svc1/data
                |  |- ip#0           .... down     p26.opensvc.com@eth0
                |  '- app            .... n/a      app
                |- sync                   warn
                |  '- sync#i0        .... warn     rsync svc config to drpnodes, nodes
                |                                  # passive node needs update
                '- hb                     n/a

                """
        )
    }

    @Test func `running, without a launcher`() {
        let it = Case(
            fs: .up,
            ip: .up,
            app: StatusReport(.notApplicable, notes: ["no checkup scripts"]),
            sync: StatusReport(.down, notes: ["sles2 need update"])
        )
        #expect(
            tree(it) == """
                p26.opensvc.com
                overall                   warn
                |- avail                  up
                |  |- vg#0           .... up       vgsvc1
                |  |- fs#0           .... up       /dev/mapper/vgsvc1-lvappsvc1@/svc1/app
                |  |- fs#1           .... up       /dev/mapper/vgsvc1-lvdatasvc1@/svc1/data
                |  |- ip#0           .... up       p26.opensvc.com@eth0
                |  '- app            .... n/a      app
                |                                  # no checkup scripts
                |- sync                   down
                |  '- sync#i0        .... down     rsync svc config to drpnodes, nodes
                |                                  # sles2 need update
                '- hb                     n/a

                """
        )
    }

    @Test func `stopped`() {
        let it = Case(vg: .down, sync: StatusReport(.down, notes: ["sles2 need update"]))
        let text = tree(it)
        #expect(text.hasPrefix("p26.opensvc.com\noverall                   down\n"))
        #expect(text.contains("|- avail                  down\n"))
        #expect(text.contains("|  '- app            .... n/a      app\n|- sync"))
    }

    @Test func `with a heartbeat that does not run`() {
        let it = Case(
            fs: .up,
            ip: .up,
            app: StatusReport(.up),
            hb: StatusReport(.warn, notes: ["open-ha daemons are not running"])
        )
        #expect(
            tree(it) == """
                p26.opensvc.com
                overall                   warn
                |- avail                  up
                |  |- vg#0           .... up       vgsvc1
                |  |- fs#0           .... up       /dev/mapper/vgsvc1-lvappsvc1@/svc1/app
                |  |- fs#1           .... up       /dev/mapper/vgsvc1-lvdatasvc1@/svc1/data
                |  |- ip#0           .... up       p26.opensvc.com@eth0
                |  '- app            .... up       app
                |- sync                   up
                |  '- sync#i0        .... up       rsync svc config to drpnodes, nodes
                '- hb                     warn
                   '- hb#0           .... warn     hb.openha
                                                   # open-ha daemons are not running

                """
        )
    }
}

struct TextWrapTests {
    @Test(arguments: [
        ("", 10, []),
        ("one two", 10, ["one two"]),
        ("one two three", 7, ["one two", "three"]),
        ("a  b\n c", 10, ["a b c"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("well-known", 6, ["well-", "known"]),
        ("x abcdefgh", 4, ["x ab", "cdef", "gh"]),
    ])
    func `wrapping follows the classic rules`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(wrapped(text, width: width) == lines)
    }
}
