import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// The verbs that ask and change files, processes and the network.
@EngineActor
@Suite struct MachineTests {
    @Test func `stat, read_file, readlink and glob say what is there, and nil for nothing`()
        async throws
    {
        let service = try ScriptedService.start(
            """
            local s = ctx:stat("/srv/a")
            ctx:info("%s %d %o %s", s.type, s.size, s.mode, tostring(ctx:stat("/none")))
            ctx:info("%s %s", ctx:read_file("/srv/a"), tostring(ctx:read_file("/none")))
            ctx:info("%s %s", ctx:readlink("/srv/l"), tostring(ctx:readlink("/srv/a")))
            ctx:info("%s", table.concat(ctx:glob("/srv/[ab]*"), " "))
            ctx:info("%s", table.concat(ctx:glob("/s?v/*/c"), " "))
            ctx:info("%d", #ctx:glob("/none/*"))
            """
        )
        service.host.files = [
            "/srv": .directory, "/srv/a": FakeFile("text"), "/srv/b": .directory,
            "/srv/b/c": FakeFile(""), "/srv/.a": FakeFile(""),
        ]
        service.host.links = ["/srv/l": "/srv/a"]
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(
            service.lines.map { $0.split(separator: " ", maxSplits: 3)[3] } == [
                "file 4 644 nil", "text nil", "/srv/a nil", "/srv/a /srv/b", "/srv/b/c", "0",
            ]
        )
    }

    @Test func `a file larger than asked for is an error`() async throws {
        let service = try ScriptedService.start("ctx:read_file('/a', 3)")
        service.host.files["/a"] = FakeFile("four")
        #expect(
            await service.run(.start)
                == .failed("web.lua:5: read_file: /a: larger than 3 bytes")
        )
    }

    @Test func `a pid file counts only while its process lives and is the program`() async throws {
        let service = try ScriptedService.start(
            """
            local function s(...) return tostring(ctx:pidfile(...)) end
            ctx:info("%s %s %s %s", s("/pid"), s("/pid", { exe = "/bin/web" }),
              s("/pid", { exe = "/bin/other" }), s("/dead"))
            local all = ctx:procs { exe = "/bin/web" }
            ctx:info("%d %d %s", #all, all[1].pid, all[1].args[2])
            """
        )
        service.host.files = ["/pid": FakeFile("77\n"), "/dead": FakeFile("78\n")]
        service.host.processTable = [
            ProcessEntry(pid: 77, executable: "/bin/web", arguments: ["/bin/web", "-v"])
        ]
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(
            service.lines == [
                "INFO app web.lua:6: 77 77 nil nil", "INFO app web.lua:9: 1 77 -v",
            ]
        )
    }

    @Test func `a script counts as the program of a process of trusted users alone`() async throws {
        let service = try ScriptedService.start(
            """
            local function n(t) return #ctx:procs(t) end
            ctx:info("%s %s", tostring(ctx:pidfile("/init")), tostring(ctx:pidfile("/pid", { exe = "/bin/web" })))
            ctx:info("%d %d", n { exe = "/bin/web" }, n { exe = "/bin/web", user = 33 })
            """
        )
        service.host.files = ["/init": FakeFile("1\n"), "/pid": FakeFile("77\n")]
        service.host.processTable = [
            ProcessEntry(pid: 1, executable: "/sbin/init"),
            ProcessEntry(pid: 77, user: 33, executable: "/bin/sh", arguments: ["sh", "/bin/web"]),
            ProcessEntry(pid: 78, user: 33, executable: "/bin/sleep", arguments: ["/bin/web"]),
        ]
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(
            service.lines == ["INFO app web.lua:6: nil nil", "INFO app web.lua:7: 0 1"]
        )
    }

    @Test func `what is changed is changed through the host, and logged`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:write_file("/srv/f", "data", { mode = 384 })
            ctx:mkdir("/srv/d")
            ctx:remove("/srv/g")
            ctx:symlink("/srv/f", "/srv/l")
            ctx:symlink("/srv/f", "/srv/l")
            ctx:signal(77, "HUP")
            """
        )
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(
            service.host.orders == [
                .writeFile("/srv/f", "data"), .makeDirectory("/srv/d"), .removeFile("/srv/g"),
                .makeLink(to: "/srv/f", at: "/srv/l"), .signal(1, .process(77)),
            ]
        )
        #expect(service.host.files["/srv/f"]?.info.mode == 0o600)
        #expect(service.lines.first == "INFO app web.lua:5: write_file /srv/f")
    }

    @Test func `what the machine refuses is an error at the call`() async throws {
        let service = try ScriptedService.start("ctx:mkdir('/srv/d')")
        service.host.refusals["makeDirectory"] = .system(
            call: "mkdir",
            subject: "/srv/d",
            errno: 28
        )
        #expect(
            await service.run(.start)
                == .failed("web.lua:5: mkdir /srv/d: mkdir /srv/d: No space left on device")
        )
    }

    @Test func `tcp tries every address of a name`() async throws {
        let service = try ScriptedService.status(
            """
            local a = ctx:tcp { host = "web", port = 80 }
            local b = ctx:tcp { port = 81 }
            return "up", tostring(a) .. tostring(b) .. table.concat(ctx:resolve("web"), " ")
            """
        )
        service.host.names["web"] = [IPAddress("10.0.0.1"), IPAddress("fe80::1")].compactMap(\.self)
        service.host.listening = ["fe80::1:80"]
        #expect(await service.run(.status) == .status(.up, note: "truefalse10.0.0.1 fe80::1"))
    }

    static let get =
        "curl --disable --silent --show-error --globoff --include --proto =http,https --max-time 5.0"
        + " --request GET --url http://a/h"

    @Test func `http gives status, headers and body`() async throws {
        let service = try ScriptedService.status(
            """
            local r = ctx:http { url = "http://a/h", timeout = "5s" }
            return "up", r.status .. r.headers["content-type"] .. r.body
            """
        )
        service.host.expect(
            Self.get,
            output:
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/x\r\n\r\nIt\nworks"
        )
        #expect(await service.run(.status) == .status(.up, note: "200text/xIt\nworks"))
    }

    @Test func `http asks again while nothing or a server's error comes back`() async throws {
        let service = try ScriptedService.start(
            """
            local r = ctx:http { url = "http://a/h", timeout = "5s", retry = 5, every = "2s" }
            ctx:info("%d", r.status)
            """
        )
        service.host.expect(Self.get, code: 7, error: "curl: (7) refused")
        service.host.expect(Self.get, output: "HTTP/1.1 503 No\r\n\r\n")
        service.host.expect(Self.get, output: "HTTP/1.1 404 No\r\n\r\n")
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(service.lines == ["INFO app web.lua:6: 404"])
        #expect(service.host.time == 1_000_000_004)
    }

    @Test func `http raises when nothing answers at all`() async throws {
        let service = try ScriptedService.start("ctx:http { url = 'http://a/h', timeout = '5s' }")
        service.host.expect(Self.get, code: 7, error: "curl: (7) refused")
        #expect(
            await service.run(.start)
                == .failed("web.lua:5: GET http://a/h: curl: (7) refused")
        )
    }

    @Test func `http sends what it is told`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:http { url = "https://a", method = "PUT", body = "x", headers = { A = "1", B = "" } }
            """
        )
        service.host.expect(
            "curl --disable --silent --show-error --globoff --include --proto =http,https --max-time 10.0"
                + " --request PUT --header A: 1 --header B; --data-binary @- --url https://a",
            output: "HTTP/2 204\r\n\r\n"
        )
        #expect(await service.run(.start) == .finished(code: 0))
        guard case .run(let command)? = service.host.orders.first else { return }
        #expect(command.input == Array("x".utf8))
    }

    @Test(arguments: ["file:///etc/passwd", "-o/x", ""])
    func `http asks only http and https`(_ url: String) async throws {
        let service = try ScriptedService.start("ctx:http { url = '\(url)' }")
        #expect(
            await service.run(.start)
                == .failed(
                    "web.lua:5: http: '\(url)' does not begin with http:// or https://"
                )
        )
    }

    // MARK: Windows

    @Test(arguments: [
        (6, 0, true), (0, 1439, true), (1, 1320, true), (1, 1319, false), (2, 359, true),
        (2, 360, false), (1, 100, false), (6, 200, true), (5, 1400, true),
    ])
    func `a window holds its times of the week, also over midnight`(
        _ day: Int,
        _ minute: Int,
        _ isInside: Bool
    ) throws {
        let window = try ChangeWindow("Sat-Sun 00:00-24:00, Mon-Fri 22:00-06:00")
        #expect(window.contains(day: day, minute: minute) == isInside)
    }

    @Test(arguments: ["", "Mon", "Mon 22:00", "Mo-Fri 1:00-2:00", "25:00-26:00", "a 1:00-2:00 b"])
    func `what is no window is refused`(_ text: String) {
        #expect(throws: ValueProblem.self) { try ChangeWindow(text) }
    }
}
