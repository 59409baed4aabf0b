import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct ServiceAddressTests {
    let host = FakeHost()
    let name = "p26.opensvc.com"

    init() throws {
        host.names[name] = [try address("37.59.71.26")]
        host.programs = ["ifconfig", "arping", "ip"]
        host.networkInterfaces = [
            NetworkInterface(name: "lo", isUp: true, addresses: [try local("127.0.0.1", 8)]),
            NetworkInterface(
                name: "eth0",
                isUp: true,
                addresses: [try local("37.59.71.22", 27, "eth0"), try local("fe80::1", 64)]
            ),
        ]
    }

    func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    func local(_ text: String, _ prefix: Int, _ label: String? = nil) throws
        -> NetworkInterface.Address
    {
        NetworkInterface.Address(try address(text), prefixLength: prefix, label: label)
    }

    func ip(_ values: [String: SettingValue] = [:]) throws -> ServiceAddress {
        let fixed: [String: SettingValue] = ["ipname": .string(name), "ipdev": .string("eth0")]
        return try ServiceAddress(
            Fixture.settings("ip#0", fixed.merging(values) { $1 })
        )
    }

    func look(_ values: [String: SettingValue] = [:]) async throws -> Observation {
        try await ip(values).look(host, for: .action)
    }

    /// osvc's record says that the service brought up the address.
    func record(_ text: String, _ prefix: Int, for id: String = "ip#0") {
        host.files["/proc/sys/kernel/random/boot_id"] = FakeFile("b1\n")
        host.files["\(Fixture.facts.root)/var/web/holds"] = FakeFile(
            "boot\tb1\naddress\t\(id)\teth0\t\(text)\t\(prefix)\n"
        )
    }

    func add(_ text: String, _ prefix: Int, label: String?, to device: String = "eth0") throws {
        let index = try #require(host.networkInterfaces.firstIndex { $0.name == device })
        host.networkInterfaces[index].addresses.append(try local(text, prefix, label))
    }

    let isUp = Step.require(
        .interfaceUp("eth0"),
        orFail: "Interface eth0 is not up. Cannot stack over it."
    )
    let arping = Step.runBeside(
        Command(
            ["arping", "-U", "-c", "1", "-I", "eth0", "-s", "37.59.71.26", "0.0.0.0"],
            output: .inherit,
            limit: .seconds(10)
        )
    )

    @Test func `the label is name and interface as written`() throws {
        #expect(try ip().label == "p26.opensvc.com@eth0")
    }

    @Test func `an absent address is down and set the classic way`() async throws {
        let seen = try await look()
        #expect(seen.report == StatusReport(.down))
        let words = "ifconfig eth0:1 37.59.71.26 netmask 255.255.255.224 up"
        #expect(seen.startSteps == [isUp, run(words), arping])
        #expect(seen.stopSteps == [.note(.info, "37.59.71.26 is already down on eth0")])
    }

    @Test func `the address is asked for on the link before anything starts`() async throws {
        let free = Probe.addressFree(
            try address("37.59.71.26"),
            device: "eth0",
            limit: .seconds(1)
        )
        #expect(
            try await look().conflictChecks == [
                .note(.info, "checking 37.59.71.26 availability"),
                .require(free, orFail: "37.59.71.26 is already up on another host"),
            ]
        )
    }

    @Test(arguments: ["nonrouted", "noaction"])
    func `tags take the question away`(tag: String) async throws {
        #expect(try await look(["tags": .list([tag])]).conflictChecks == [])
    }

    @Test func `an address that is here is up and taken away by its label`() async throws {
        try add("37.59.71.26", 27, label: "eth0:1")
        let seen = try await look()
        #expect(seen.report == StatusReport(.up))
        #expect(seen.conflictChecks == [])
        #expect(seen.startSteps == [isUp, .note(.info, "37.59.71.26 is already up on eth0")])
        #expect(
            seen.stopSteps == [
                run("ifconfig eth0:1 down"),
                .note(.info, "checking 37.59.71.26 availability"),
                .waitUntil(
                    .not(.addressLocal(try address("37.59.71.26"))),
                    every: .seconds(1),
                    limit: .seconds(15),
                    orFail: "37.59.71.26 refuse to go down"
                ),
            ]
        )
    }

    @Test(arguments: [nil, "eth0"])
    func `ifconfig never takes the whole interface down`(label: String?) async throws {
        try add("37.59.71.26", 27, label: label)
        record("37.59.71.26", 27)
        #expect(try await look().stopSteps.first == run("ip addr del 37.59.71.26/27 dev eth0"))
    }

    @Test func `a label that two addresses have is not used to take one away`() async throws {
        try add("37.59.71.30", 27, label: "eth0:1")
        try add("37.59.71.26", 27, label: "eth0:1")
        #expect(try await look().stopSteps.first == run("ip addr del 37.59.71.26/27 dev eth0"))
    }

    @Test func `the label is the first that is free on any interface`() async throws {
        try add("37.59.71.27", 27, label: "eth0:1")
        try add("37.59.71.28", 27, label: "eth0:2")
        let words = "ifconfig eth0:3 37.59.71.26 netmask 255.255.255.224 up"
        #expect(try await look().startSteps[1] == run(words))
    }

    @Test func `without ifconfig, ip does it and shows the same label`() async throws {
        host.programs = ["arping"]
        let words = "ip addr add 37.59.71.26/27 dev eth0 label eth0:1"
        #expect(try await look().startSteps == [isUp, run(words), arping])
        try add("37.59.71.26", 27, label: "eth0:1")
        #expect(try await look().stopSteps.first == run("ip addr del 37.59.71.26/27 dev eth0"))
    }

    @Test func `the tool can be chosen`() async throws {
        let words = "ip addr add 37.59.71.26/27 dev eth0 label eth0:1"
        #expect(try await look(["ip_tool": .string("ip")]).startSteps[1] == run(words))
        #expect(try await look(["ip": .string("ip")]).startSteps[1] == run(words))
        host.programs = []
        let classic = "ifconfig eth0:1 37.59.71.26 netmask 255.255.255.224 up"
        #expect(try await look(["ip_tool": .string("ifconfig")]).startSteps[1] == run(classic))
    }

    /// What `node.conf` says, and whether ip is used though ifconfig is there.
    @Test(
        arguments: [
            ("[node]\nip_tool = ip\n", true), ("[DEFAULT]\nip_tool = ip\n", true),
            ("[node]\nip_tool = ifconfig\n", false), ("[node]\nip_tool = other\n", false),
        ] as [(String, Bool)]
    )
    func `the tool can be chosen for the whole node`(text: String, usesIP: Bool) async throws {
        let path = "\(Fixture.facts.root)/etc/node.conf"
        host.files[path] = FakeFile(contents: Array(text.utf8))
        let command =
            usesIP
            ? "ip addr add 37.59.71.26/27 dev eth0 label eth0:1"
            : "ifconfig eth0:1 37.59.71.26 netmask 255.255.255.224 up"
        #expect(try await look().startSteps[1] == run(command))
    }

    @Test func `a label longer than the kernel allows is left out`() async throws {
        host.networkInterfaces.append(
            NetworkInterface(name: "enp129s0f0np0x", isUp: true, addresses: [])
        )
        let values: [String: SettingValue] = [
            "ipdev": .string("enp129s0f0np0x"), "netmask": .string("24"),
        ]
        let words = "ip addr add 37.59.71.26/24 dev enp129s0f0np0x"
        #expect(try await look(values).startSteps[1] == run(words))
    }

    @Test func `noalias means no label`() async throws {
        let words = "ip addr add 37.59.71.26/27 dev eth0"
        #expect(try await look(["tags": .list(["noalias"])]).startSteps[1] == run(words))
    }

    @Test func `without arping osvc announces by itself`() async throws {
        host.programs.remove("arping")
        let announce = Step.announce(try address("37.59.71.26"), device: "eth0")
        #expect(try await look().startSteps.last == announce)
    }

    @Test func `IPv6 is added without duplicate detection and announced`() async throws {
        host.names[name] = [try address("2001:db8::26")]
        let seen = try await look(["netmask": .string("ffff:ffff:ffff::")])
        #expect(
            seen.startSteps == [
                isUp, run("ip -6 addr add 2001:db8::26/48 dev eth0 nodad"),
                .announce(try address("2001:db8::26"), device: "eth0"),
            ]
        )
        try add("2001:db8::26", 48, label: nil)
        record("2001:db8::26", 48)
        let words = "ip -6 addr del 2001:db8::26/48 dev eth0"
        #expect(try await look().stopSteps.first == run(words))
    }

    @Test func `an interface that is down is told after the question`() async throws {
        host.networkInterfaces[1].isUp = false
        let seen = try await look()
        #expect(seen.conflictChecks.first == .note(.info, "checking 37.59.71.26 availability"))
        #expect(seen.startSteps.first == isUp)
        try add("37.59.71.26", 27, label: "eth0:1")
        #expect(try await look().startSteps.first == isUp)
        #expect(try await look().report == StatusReport(.warn, notes: ["eth0 is not up"]))
    }

    @Test func `an address on another interface is not started, and not taken away`() async throws {
        try add("37.59.71.26", 27, label: nil, to: "lo")
        let seen = try await look()
        let note = "37.59.71.26 is on lo, not on eth0"
        #expect(seen.report == StatusReport(.up, verboseNotes: [note]))
        #expect(seen.startSteps == [isUp, .fail("37.59.71.26 is already up on lo, not on eth0")])
        let problem = Step.note(.error, "37.59.71.26 is plumbed but not on eth0")
        #expect(seen.stopSteps == [problem, .fail("failed")])
    }

    @Test func `a name that resolves to nothing is warn, and cannot start`() async throws {
        host.names = [:]
        let seen = try await look()
        let problem = "could not resolve p26.opensvc.com to an ip address"
        #expect(seen.report == StatusReport(.warn, notes: [problem]))
        #expect(seen.startSteps == [.fail(problem)])
        #expect(seen.stopSteps == [.fail(problem)])
        #expect(seen.conflictChecks == [])
    }

    @Test func `interfaces that cannot be read are warn`() async throws {
        let error = HostError.system(call: "socket", subject: "netlink", errno: 24)
        host.refusals["interfaces"] = error
        let seen = try await look()
        #expect(seen.report == StatusReport(.warn, notes: [error.description]))
        #expect(seen.startSteps == [.fail(error.description)])
    }
}

/// A program run as `Command` does by default, from its line.
func run(_ line: String) -> Step {
    .run(Command(line.split(separator: " ").map(String.init)))
}
