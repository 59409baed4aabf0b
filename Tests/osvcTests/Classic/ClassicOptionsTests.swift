import OSVCEngine
import Testing

@testable import osvc

/// The dialect of options of the classic programs (classic-actions.md section 3).
struct ClassicOptionsTests {
    private func parse(_ words: String...) throws(ClassicOptions.Problem) -> ClassicOptions {
        try ClassicOptions(words, options: ClassicOptions.Option.svcmgr)
    }

    @Test func `options stand before and after the words`() throws {
        let options = try parse("--waitlock", "3600", "print", "status", "--force", "-s", "a,b")
        #expect(options.words == ["print", "status"])
        #expect(options.waitlock == 3600)
        #expect(options.force)
        #expect(options.services == ["a", "b"])
    }

    @Test(arguments: [["--rid=fs#0,fs#1"], ["--rid", "fs#0", "--rid", "fs#1"], ["--ri=fs#0,fs#1"]])
    func `a value follows, or stands behind an equals sign, and lists add up`(words: [String])
        throws
    {
        let options = try ClassicOptions(words + ["stop"], options: ClassicOptions.Option.svcmgr)
        #expect(options.rids == ["fs#0", "fs#1"])
    }

    @Test func `letters are joined, and the last may have its value with it`() throws {
        let options = try parse("-fcsweb", "start")
        #expect(options.force && options.cluster)
        #expect(options.services == ["web"])
    }

    @Test func `two dashes end the options`() throws {
        #expect(try parse("get", "--", "--force").words == ["get", "--force"])
        #expect(try !parse("get", "--", "--force").force)
    }

    @Test(arguments: [
        ["--no-such-option"], ["-z"], ["--rid"], ["--waitlock", "soon"], ["--waitlock=-1"],
        ["--force=yes"], ["--s=a"], ["--master"], ["--x"],
    ])
    func `what is no option, lacks its value or is ambiguous is a wrong call`(words: [String]) {
        #expect(throws: ClassicOptions.Problem.self) {
            _ = try ClassicOptions(words, options: ClassicOptions.Option.svcmgr)
        }
    }

    @Test func `what this release does not have is refused by name`() {
        #expect(
            throws: ClassicOptions.Problem(text: "option --slaves is not supported by this release")
        ) {
            _ = try parse("--slaves", "start")
        }
    }

    @Test(arguments: ["--force", "--cron"])
    func `nodemgr refuses what would change nothing of its actions`(option: String) {
        #expect(
            throws: ClassicOptions.Problem(
                text: "option \(option) is not supported by this release"
            )
        ) {
            _ = try ClassicOptions([option, "get"], options: ClassicOptions.Option.nodemgr)
        }
    }

    @Test func `a program that is named like a service takes no other service`() {
        #expect(throws: ClassicOptions.Problem.self) {
            _ = try ClassicOptions(["-s", "a"], options: ClassicOptions.Option.named)
        }
    }

    @Test(arguments: [
        ("/opt/opensvc/bin/svcmgr", ClassicName.svcmgr), ("svcmon", .svcmon),
        ("etc/p26.opensvc.com", .service("p26.opensvc.com")),
        ("etc/p26.opensvc.com.cluster", .cluster("p26.opensvc.com")),
        ("web.stonith", .stonith("web")), ("./osvc", .osvc), ("freezer", .svcfreeze),
        ("allprimaryservices", .all(ServiceFilter(place: .primary))),
        ("allupservices", .all(ServiceFilter(statuses: [.up, .warn]))),
    ])
    func `the name that it is called by says what it is`(argument: String, name: ClassicName) {
        #expect(ClassicName(calledAs: argument) == name)
    }
}
