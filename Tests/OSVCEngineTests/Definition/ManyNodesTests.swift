import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// Files that name many nodes: what is too many is refused by name, and the rest is read in linear time.
struct ManyNodesTests {
    private func messages(_ text: String) -> [String] {
        do throws(EnvRefusal) {
            return try EnvService(
                Array(text.utf8),
                path: "/etc/svc1.env",
                registry: .builtIn,
                node: nil
            ).messages.map(\.text)
        } catch {
            return error.messages.map(\.text)
        }
    }

    private func names(_ count: Int) -> [String] { (1...count).map { "n\($0)" } }

    private static let head = "[DEFAULT]\nservice_type = TST\n"

    @Test(arguments: ["nodes", "drpnodes", "drpnode", "autostart_node"])
    func `a service names at most 1024 nodes in one keyword`(keyword: String) {
        let most = names(1024).joined(separator: " ")
        #expect(messages("\(Self.head)\(keyword) = \(most)\n") == [])
        let text = "DEFAULT: keyword '\(keyword)': 1025 node names, at most 1024 are supported"
        #expect(messages("\(Self.head)\(keyword) = \(most) more\n") == [text])
    }

    @Test(arguments: ["always_on", "disable_on", "optional_on", "monitor_on"])
    func `so does a resource`(keyword: String) {
        let words = names(1025).joined(separator: " ")
        let section = "[fs#0]\ntype = tmpfs\ndev = tmpfs\nmnt = /srv\n\(keyword) = \(words)\n"
        let text = "fs#0: keyword '\(keyword)': 1025 node names, at most 1024 are supported"
        #expect(messages("\(Self.head)nodes = n1\n\(section)") == [text])
    }

    @Test(arguments: ["mnt", "pre_start"])
    func `at most so many nodes have a value of their own`(keyword: String) {
        let section = "[fs#0]\ntype = tmpfs\ndev = tmpfs\nmnt = /srv\n"
        let values = names(20_000).map { "\(keyword)@\($0) = /srv/\($0)\n" }
        let few = values.prefix(1024).joined()
        #expect(messages("\(Self.head)nodes = n1\n\(section)\(few)") == [])
        let found = messages("\(Self.head)nodes = n1\n\(section)\(values.joined())")
        let text = Keyword.tooManyScopes(keyword)
        #expect(found.count == 1 && found.first?.hasSuffix(text) == true, "\(found)")
    }

    @Test func `a value is found whether there are few scopes or many`() {
        for count in [3, 8, 9, 200] {
            var entries = ScopedEntries()
            let scopes = names(count).map(Scope.node)
            for (place, scope) in scopes.enumerated() {
                entries[scope] = .init(.integer(place), at: Fixture.position)
            }
            entries[scopes[1]] = .init(.integer(-1), at: Fixture.position)
            entries[scopes[2]] = nil
            #expect(entries.count == count - 1)
            #expect(entries[scopes[1]]?.value == .integer(-1))
            #expect(entries[scopes[2]] == nil)
            #expect(entries[scopes[count - 1]]?.value == (count == 3 ? nil : .integer(count - 1)))
            #expect(entries.keys == scopes.filter { $0 != scopes[2] })
        }
    }

    @Test(arguments: [10, 17, 300])
    func `what a section inherits is the same whether DEFAULT is short or long`(count: Int) throws {
        let more = names(count).map { "mnt_opt@\($0) = mode=\($0)\n" }.joined()
        let fs = { (id: Int, own: String) in
            "[fs#\(id)]\ntype = tmpfs\ndev = tmpfs\nmnt = /srv/\(id)\n\(own)"
        }
        let text =
            Self.head + "nodes = n1 n2\n\(more)" + fs(0, "") + fs(1, "mnt_opt@n2 = own\n")
            + fs(2, "")
        let loaded = try EnvService(
            Array(text.utf8),
            path: "/etc/svc1.env",
            registry: .builtIn,
            node: nil
        )
        let options = loaded.definition.resources.prefix(3).compactMap { $0.settings["mnt_opt"] }
        #expect(options.map(\.entries.count) == [count, count, count])
        #expect(options[0] == options[2])
        #expect(options[1].entries[.node("n2")]?.value == .string("own"))
        #expect(options[1].entries[.node("n1")]?.value == .string("mode=n1"))
    }

    @Test func `nodes that the file treats alike are looked at once`() {
        let nodes = names(1000)
        var flag = Fixture.resource("flag#0", driver: "fs.flag", ["file": .string("/run/f")])
        flag.settings["file"]?.entries[.node("n7")] = .init(.string("/run/g"), at: Fixture.position)
        flag.settings["always_on"] = ScopedSetting(.list(["n9"]), at: Fixture.position)
        let definition = Fixture.service(
            "web",
            ["nodes": .list(nodes), "drpnodes": .list(["n3", "d1"])],
            resources: [flag]
        )
        let alike = definition.alike(nodes + ["d1"])
        #expect(alike.map(\.count).sorted() == [1, 1, 1, 1, 997])
        #expect(Set(alike.filter { $0.count == 1 }) == [["n3"], ["n7"], ["n9"], ["d1"]])
    }
}
