import OSVCEngine
import OSVCTestSupport
import Testing

/// Where the mask of an address comes from, and which words are none.
extension ServiceAddressTests {
    /// An interface has the mask; the keyword wins; neither is an error, as is one that does not suit.
    @Test(arguments: [
        ("255.255.255.0", "255.255.255.0"),
        ("16", "255.255.0.0"),
        ("32", "255.255.255.255"),
    ])
    func `the keyword's mask wins`(written: String, shown: String) async throws {
        let words = "ifconfig eth0:1 37.59.71.26 netmask \(shown) up"
        #expect(try await look(["netmask": .string(written)]).startSteps[1] == run(words))
    }

    @Test(arguments: ["64", "ffff:ffff::"])
    func `a mask of the other family fails before anything is done`(mask: String) async throws {
        let steps = try await look(["netmask": .string(mask)]).startSteps
        let problem = "netmask '\(mask)' does not suit 37.59.71.26"
        #expect(steps == [isUp, .fail(problem)])
    }

    @Test(arguments: ["255.0.255.0", "129", "-1", "wide"])
    func `a mask that is none is refused at load`(mask: String) {
        #expect(throws: ConfigurationError.self) { try ip(["netmask": .string(mask)]) }
    }

    @Test(
        arguments: [
            (
                "192.0.2.60/24", nil,
                "'192.0.2.60/24' has a slash: the prefix length belongs in netmask"
            ),
            (
                "192.0.2.060", nil,
                "'192.0.2.060' has a number with a leading zero, which some programs read as octal"
            ),
            ("192.0.2.600", nil, "'192.0.2.600' is not an address"),
            ("192.0.2", nil, "'192.0.2' is not an address"),
            ("fe80:::1", nil, "'fe80:::1' is not an address"),
            ("web", "0", "'0' would make every address one of the interface's own network"),
            (
                "web", "0.0.0.0",
                "'0.0.0.0' would make every address one of the interface's own network"
            ),
            ("192.0.2.60", "33", "'33' does not suit 192.0.2.60"),
            ("2001:db8::1", "255.255.255.0", "'255.255.255.0' does not suit 2001:db8::1"),
        ] as [(String, String?, String)]
    )
    func `what can be no address is refused at load, with the reason`(
        name: String,
        mask: String?,
        reason: String
    ) {
        var values: [String: SettingValue] = ["ipname": .string(name)]
        if let mask { values["netmask"] = .string(mask) }
        let error = #expect(throws: ConfigurationError.self) { try ip(values) }
        #expect(error?.message.hasSuffix(reason) == true)
    }

    @Test func `an interface without address has no mask to give`() async throws {
        host.networkInterfaces[1].addresses = []
        let problem = "No netmask set on parent interface eth0"
        #expect(try await look().startSteps == [isUp, .fail(problem)])
        let steps = try await look(["tags": .list(["noalias"])]).startSteps
        let other = "netmask parameter is mandatory with 'noalias' tag"
        #expect(steps == [isUp, .fail(other)])
    }
}
