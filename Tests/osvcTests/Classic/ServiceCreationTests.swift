import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// Services made whole or not at all.
@EngineActor
struct ServiceCreationTests {
    private let fixture = ConfigurationFixture()

    private static let defaults =
        #"{"service_type":"TST","nodes":"n1","autostart_node":"n1","mode":"hosted"}"#

    // MARK: Create

    @Test func `create makes the file, the links and the directory`() async {
        let code = await fixture.run(.create) {
            $0.resources = [Self.defaults, #"{"rtype":"fs","dev":"x","mnt":"/x"}"#]
        }
        #expect(code == 0 && fixture.complaints == [] && fixture.text == "")
        #expect(fixture.names == ["svc1", "svc1.d", "svc1.dir", "svc1.env"])
        #expect(fixture.link("svc1") == "../bin/svcmgr" && fixture.link("svc1.d") == "svc1.dir")
        #expect(fixture.directory.text("etc/svc1.env").hasSuffix("\n[fs#0]\ndev = x\nmnt = /x\n"))
    }

    @Test func `what is added unasked is told`() async {
        #expect(await fixture.run(.create) == 0)
        #expect(
            fixture.text == """
                Implicitely add [DEFAULT] mode = hosted
                Implicitely add [DEFAULT] service_type = TST
                Implicitely add [DEFAULT] nodes = n1
                Implicitely add [DEFAULT] autostart_node = n1

                """
        )
    }

    @Test func `a service that is there is not created`() async {
        #expect(await fixture.run(.create) { $0.resources = [Self.defaults] } == 0)
        let text = fixture.directory.text("etc/svc1.env")
        #expect(await fixture.run(.create) { $0.resources = [#"{"app":"x"}"#] } == 1)
        #expect(fixture.complaints == ["service svc1 already exists"])
        #expect(fixture.directory.text("etc/svc1.env") == text)
        fixture.directory.write("", to: "etc/svc2.lua")
        #expect(await fixture.run(.create, "svc2") == 1)
        #expect(fixture.complaints == ["service svc2 already exists"])
    }

    @Test func `a definition that will not do leaves nothing behind`() async {
        for text in ["{", #"{"rtype":"fs"}"#, #"{"service_type":"X"}"#, #"{"rtype":"drbd"}"#] {
            #expect(await fixture.run(.create) { $0.resources = [text] } == 1)
            #expect(fixture.complaints.count >= 1 && fixture.names == [])
        }
    }

    @Test func `a name that is taken by something else leaves nothing behind`() async {
        symlink("/bin/true", "\(fixture.etc)/svc1")
        #expect(await fixture.run(.create) == 1)
        #expect(fixture.names == ["svc1"])
        let program = "\(fixture.directory.path)/bin/svcmgr"
        #expect(
            fixture.complaints == ["\(fixture.etc)/svc1 leads to /bin/true, not to \(program)"]
        )
        fixture.directory.write("", to: "etc/svc2")
        #expect(await fixture.run(.create, "svc2") == 1)
        #expect(fixture.names == ["svc1", "svc2"])
        // The file itself: a link that leads nowhere.
        symlink("nowhere", "\(fixture.etc)/svc3.env")
        #expect(await fixture.run(.create, "svc3") == 1)
        #expect(fixture.names == ["svc1", "svc2", "svc3.env"])
    }

    @Test func `links of a service that was there before are taken as they are`() async {
        symlink("../bin/svcmgr", "\(fixture.etc)/svc1")
        symlink("/srv/nowhere", "\(fixture.etc)/svc1.d")
        mkdir("\(fixture.etc)/svc1.dir", 0o700)
        #expect(await fixture.run(.create) { $0.resources = [Self.defaults] } == 0)
        #expect(fixture.link("svc1.d") == "/srv/nowhere")
    }

    @Test(
        arguments: [
            "", ".x", "-x", "a/b", "a b", "a,b", "a\n", "x.env", "x.d", "x.dir", "x.cluster",
            "x.stonith", "x.lua", "svcmgr", "node.conf", "allservices",
        ]
    )
    func `a name that would name other files is refused`(name: String) async {
        for action in [ConfigurationAction.create, .install] {
            #expect(await fixture.run(action, name) == 1)
            #expect(
                fixture.complaints.first?.hasPrefix("'\(name)' is not a name for a service") == true
            )
        }
        #expect(fixture.names == [])
    }

    @Test func `a service of other nodes is created with a warning`() async {
        #expect(await fixture.run(.create) { $0.resources = [#"{"nodes":"n7"}"#] } == 0)
        #expect(
            fixture.complaints == [
                "WARNING: service svc1 will not load: service svc1 not managed here"
            ]
        )
    }

    @Test func `one name at a time`() {
        #expect(
            ConfigurationAction.create.refusal(ofServices: 2)
                == "you must specify a single service name with the 'create' action"
        )
        #expect(ConfigurationAction.create.refusal(ofServices: 1) == nil)
        #expect(ConfigurationAction.set.refusal(ofServices: 2) == nil)
    }

    // MARK: Install

    private static let file = "[DEFAULT]\nservice_type = TST\nnodes = n1\n"

    private func install(_ text: String = file) async -> Int32 {
        fixture.directory.write(text, to: "given.env")
        return await fixture.run(.install) { $0.envFile = "\(fixture.directory.path)/given.env" }
    }

    @Test func `install takes a file over, with absolute links`() async {
        #expect(await install() == 0)
        #expect(fixture.complaints == [])
        #expect(fixture.directory.text("etc/svc1.env") == Self.file)
        #expect(fixture.link("svc1") == "\(fixture.directory.path)/bin/svcmgr")
        #expect(fixture.link("svc1.d") == "\(fixture.etc)/svc1.dir")
        #expect(fixture.names == ["svc1", "svc1.d", "svc1.dir", "svc1.env"])
        #expect(await install(Self.file + "app = x\n") == 0)
        #expect(fixture.directory.text("etc/svc1.env") == Self.file + "app = x\n")
    }

    @Test func `install puts links right that lead elsewhere, and the log says so`() async {
        symlink("/bin/true", "\(fixture.etc)/svc1")
        symlink("/srv/nowhere", "\(fixture.etc)/svc1.d")
        #expect(await install() == 0)
        #expect(fixture.link("svc1") == "\(fixture.directory.path)/bin/svcmgr")
        #expect(fixture.link("svc1.d") == "\(fixture.etc)/svc1.dir")
        // That of nothing is told, too: there the classic release stopped.
        let told = "\(fixture.etc)/svc1.d led to /srv/nowhere, no directory"
        #expect(fixture.complaints == ["\(told): it leads to \(fixture.etc)/svc1.dir now"])
        let log = fixture.directory.text("log/svc1.log")
        #expect(log.contains(told) && log.contains("svc1 led to /bin/true: it leads to "))
        // A directory elsewhere is where a service that moves keeps its launchers.
        mkdir("\(fixture.directory.path)/init.d", 0o755)
        unlink("\(fixture.etc)/svc1.d")
        symlink("\(fixture.directory.path)/init.d", "\(fixture.etc)/svc1.d")
        #expect(await install() == 0)
        #expect(fixture.link("svc1.d") == "\(fixture.directory.path)/init.d")
        #expect(fixture.complaints == [])
    }

    @Test func `install leaves a link to launchers on a file system that is not mounted`() async {
        let storage = "\n[fs#0]\ntype = tmpfs\ndev = /dev/null\nmnt = /srv/nowhere/\n"
        symlink("/srv/nowhere/init.d", "\(fixture.etc)/svc1.d")
        #expect(await install(Self.file + storage) == 0)
        #expect(fixture.link("svc1.d") == "/srv/nowhere/init.d" && fixture.complaints == [])
        unlink("\(fixture.etc)/svc1.d")
        symlink("/srv/nowhere2", "\(fixture.etc)/svc1.d")
        #expect(await install(Self.file + storage) == 0)
        #expect(fixture.link("svc1.d") == "\(fixture.etc)/svc1.dir")
    }

    @Test func `an install that fails leaves everything as it was`() async {
        symlink("/srv/nowhere", "\(fixture.etc)/svc1.d")
        mkdir("\(fixture.etc)/svc1.env", 0o755)
        #expect(await install() == 1)
        #expect(fixture.names == ["svc1.d", "svc1.env"])
        #expect(fixture.link("svc1.d") == "/srv/nowhere")
        #expect(fixture.complaints == ["\(fixture.etc)/svc1.env: is not a regular file"])
    }

    @Test func `install needs a file that is there`() async {
        #expect(await fixture.run(.install) == 1)
        #expect(fixture.complaints == ["no service file. set --envfile"])
        #expect(await fixture.run(.install) { $0.envFile = "/nowhere.env" } == 1)
        #expect(fixture.complaints == ["/nowhere.env: No such file or directory"])
        #expect(fixture.names == [])
    }
}
