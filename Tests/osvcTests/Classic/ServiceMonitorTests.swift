import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `svcmon` without other processes: the table and the trees.
@EngineActor
struct ServiceMonitorTests {
    private let fixture = CommandFixture()

    /// The rows of the table, cells joined by single blanks.
    private var rows: [String] {
        fixture.output.split(separator: "\n").dropFirst(3)
            .map { $0.split(separator: " ").joined(separator: " ") }
    }

    private static func row(_ name: String, fs: String, frozen: String = "False") -> String {
        "\(name) TST hosted n/a n/a n/a \(fs) n/a n/a n/a n/a \(fs) \(fs) \(frozen)"
    }

    // MARK: The table

    @Test func `each service is a row, by name`() async {
        for name in ["b", "a"] { fixture.service(name) }
        fixture.raise("b.a")
        #expect(await fixture.type("svcmon") == 0)
        #expect(rows == [Self.row("a", fs: "down"), Self.row("b", fs: "up")])
    }

    @Test func `a column is as wide as the longest name, and no line ends in blanks`() async {
        fixture.service("a-service-with-a-long-name")
        fixture.service("ä")
        _ = await fixture.type("svcmon")
        let lines = fixture.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.last != " " })
        let types = lines.dropFirst(3).map { line in
            line.split(separator: "TST", maxSplits: 1)[0].count
        }
        #expect(types == [27, 27])
    }

    @Test(arguments: ["svcmon", "osvc mon"])
    func `--service limits the table, and names what is no service`(program: String) async {
        for name in ["a", "b", "c"] { fixture.service(name) }
        #expect(await fixture.type("\(program) -s c,a") == 0)
        #expect(rows == [Self.row("a", fs: "down"), Self.row("c", fs: "down")])
        #expect(await fixture.type("\(program) -s c,a,nosuch") == 1)
        #expect(rows == [Self.row("a", fs: "down"), Self.row("c", fs: "down")])
        #expect(fixture.log.first?.hasPrefix("ERROR NOSUCH there is no service 'nosuch'") == true)
    }

    @Test func `a service that cannot be loaded has a row that says so, and the code is 1`() async {
        fixture.service("web")
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("svcmon") == 1)
        #expect(rows.first?.hasPrefix("bad - - undef ") == true)
        #expect(rows.first?.hasSuffix(" - cannot be loaded") == true)
        #expect(rows.last == Self.row("web", fs: "down"))
    }

    @Test func `a service of other nodes has no row and does not count`() async {
        fixture.service("web")
        fixture.service("far", "nodes = n8 n9")
        #expect(await fixture.type("svcmon") == 0)
        #expect(rows == [Self.row("web", fs: "down")])
    }

    @Test func `a frozen service is marked, and on a frozen node each is`() async {
        for name in ["a", "b"] { fixture.service(name) }
        fixture.host.files["\(fixture.root)/var/FROZEN.b"] = FakeFile("")
        _ = await fixture.type("svcmon")
        #expect(
            rows == [Self.row("a", fs: "down"), Self.row("b", fs: "down", frozen: "True")]
        )
        fixture.host.files["\(fixture.root)/var/FROZEN"] = FakeFile("")
        _ = await fixture.type("svcmon")
        #expect(rows.allSatisfy { $0.hasSuffix(" True") })
    }

    @Test func `osvc mon is svcmon`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmon") == 0)
        let table = fixture.output
        #expect(await fixture.type("osvc mon") == 0)
        #expect(fixture.output == table)
    }

    @Test func `--updatedb waits for another one, and leaves no lock behind`() async throws {
        fixture.service("web")
        for _ in 0..<2 { #expect(await fixture.type("svcmon --updatedb --maxdelaydb 10") == 0) }
        #expect(fixture.host.uptime() == .zero)
        let lock = try await ServiceLock.take(
            .stamps,
            for: "test",
            in: Layout(root: fixture.root),
            within: .zero,
            host: fixture.host,
            waiting: { _ in }
        )
        fixture.host.whileSleeping = { host in
            if host.uptime() >= .seconds(1) { lock.release() }
        }
        #expect(await fixture.type("svcmon --updatedb") == 0)
        #expect(fixture.host.uptime() >= .seconds(1))
    }

    @Test(arguments: ["svcmon", "svcmon --verbose"])
    func `a service file that changed is told`(line: String) async {
        fixture.service("web")
        fixture.directory.write("1\n", to: "var/web.push")
        _ = await fixture.type(line)
        #expect(fixture.output.hasPrefix("send \(fixture.etc)/web.env to collector ... OK\n"))
        _ = await fixture.type(line)
        #expect(!fixture.output.contains("collector"))
    }

    @Test func `osvc leaves its directory before it looks`() async {
        #expect(await fixture.type("svcmon") == 0)
        #expect(fixture.left == 1 && fixture.output.split(separator: "\n").count == 3)
    }

    @Test func `--debug reports what is behind the lines`() async {
        fixture.service("web")
        fixture.directory.write("1\n", to: "var/web.push")
        _ = await fixture.type("svcmon --debug")
        #expect(fixture.log.contains("DEBUG WEB nothing is sent: there is no collector"))
    }

    // MARK: Trees

    @Test func `--verbose shows the tree of each`() async {
        for name in ["a", "b"] { fixture.service(name, flags: "x") }
        #expect(await fixture.type("svcmon --verbose") == 0)
        let heads = fixture.output.split(separator: "\n").filter { $0 == "a" || $0 == "b" }
        #expect(heads == ["a", "b"])
        #expect(fixture.output.contains("/run/b.x"))
    }

    @Test func `the tree of a service that cannot be loaded says so, and the code is 1`() async {
        fixture.service("web")
        fixture.write("[DEFAULT\n", to: "bad.env")
        fixture.service("far", "nodes = n8 n9")
        #expect(await fixture.type("svcmon --verbose") == 1)
        let note = String(repeating: " ", count: 35) + "# cannot be loaded"
        #expect(fixture.output.hasPrefix("bad\noverall                   undef\n\(note)\nweb\n"))
        #expect(!fixture.output.contains("far"))
    }
}
