import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// The exit code of `status`, by which cluster software decides: 0 to 9 is a status, and nothing else is.
@EngineActor
struct StatusCodeTests {
    private let fixture = CommandFixture()

    init() {
        fixture.service("up")
        fixture.raise("up.a")
        fixture.service("down")
        fixture.write(
            "[DEFAULT]\nnodes = n1\n[flag#0]\nfile = /x\noptional = maybe\n",
            to: "bad.env"
        )
        fixture.write("[DEFAULT]\nnodes = n1\nmode = bogus\n", to: "mode.env")
        fixture.service("far", "nodes = n8 n9")
    }

    @Test(arguments: ["bad", "mode", "far", "nosuch"])
    func `a status that cannot be told is 64, however it is asked`(name: String) async {
        let calls = [
            "osvc run \(fixture.etc)/\(name).env status", "osvc svc \(name) status",
            "svcmgr -s \(name) status", "svcmgr -s up,\(name) status",
            "osvc svc up,\(name) status", "\(fixture.etc)/\(name) status",
            "\(fixture.etc)/\(name).cluster status",
        ]
        for call in calls {
            #expect(await fixture.type(call) == 64, "\(call)")
            #expect(fixture.errors != "", "\(call)")
        }
    }

    @Test(
        arguments: [
            ([], 3), ([0, 3], 0), ([0, 1, 2], 1), ([6, 2, 0], 2), ([7, 2], 7), ([3, 3], 3),
            ([1, 64], 64),
            ([0, 130], 64),
        ] as [([Int32], Int32)]
    )
    func `of several services the worst status counts`(codes: [Int32], worst: Int32) {
        #expect(Exit.worst(codes) == worst)
    }

    @Test func `allservices tells the worst, and 64 where one cannot be told`() async {
        #expect(await fixture.type("svcmgr -s up,down status") == 1)
        #expect(await fixture.type("allservices status") == 64)
        for name in ["bad", "mode"] {
            unlink("\(fixture.etc)/\(name).env")
            fixture.host.files["\(fixture.etc)/\(name).env"] = nil
        }
        // A service of other nodes is none of this one's.
        #expect(await fixture.type("allservices status") == 1)
    }

    @Test func `print status of what cannot be loaded exits 1`() async {
        #expect(await fixture.type("osvc run \(fixture.etc)/bad.env print status") == 1)
        #expect(await fixture.type("osvc svc up,bad print status") == 1)
        #expect(await fixture.type("osvc svc up,nosuch print status") == 1)
        #expect(fixture.log.contains { $0.hasPrefix("ERROR NOSUCH there is no service 'nosuch'") })
        #expect(fixture.output.hasPrefix("up\noverall"))
    }
}
