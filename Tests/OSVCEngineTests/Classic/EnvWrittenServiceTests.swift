import OSVCEngine
import OrderedCollections
import Testing

/// What the writer of classic files wrote is the same service when it is read back, for services of any
/// kind. That one edit leaves the rest of a text alone is tested beside the writer.
struct EnvWrittenServiceTests {
    /// A small generator (xorshift), so that the same seed gives the same services everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private typealias Entry = (section: String, key: String, value: String)

    private static let path = "/opt/opensvc/etc/svc1.env"
    private static let nodes = ["n1", "n2", "n3"]

    /// Keywords of the service and of every resource, with values of each kind.
    private static let common: [(String, [String])] = [
        ("disable", ["True", "false", "1", "no"]), ("optional", ["yes", "False"]),
        ("monitor", ["true", "0"]), ("tags", ["a", "a b", "noaction\nb"]),
        ("always_on", ["nodes", "n1 n2"]), ("pre_start", ["/bin/true a;b", "/bin/echo x;y ; z"]),
        ("post_stop", ["/bin/sh -c \"a#b\"", "/bin/true"]),
    ]

    private static let kinds: [(String, [(String, [String])])] = [
        (
            "ip#",
            [("ipname", ["p26.opensvc.com", "10.0.0.1", "fe80::1"]), ("ipdev", ["eth0", "br0"])]
        ),
        ("vg#", [("vgname", ["vgsvc1", "vg-a.b"])]),
        (
            "fs#",
            [
                ("type", ["ext3", "tmpfs", "bind"]), ("mnt", ["/srv/a", "/srv/ü b", "/srv/a;b"]),
                ("dev", ["/dev/null", "/dev/mapper/vg-lv", "server:/export"]),
                ("mnt_opt", ["rw", "noatime,nodev"]),
            ]
        ),
        ("loop#", [("file", ["/srv/disk", "/srv/#1"])]),
        ("hb#", [("type", ["OpenHA"]), ("name", ["other"])]),
    ]

    private func entries(_ generator: inout Generator) -> [Entry] {
        var entries: [Entry] = [
            ("DEFAULT", "service_type", "TST"),
            ("DEFAULT", "nodes", ["n1", "n1 n2", "n2\nn1"].randomElement(using: &generator) ?? ""),
        ]
        if Bool.random(using: &generator) { entries.append(("DEFAULT", "drpnodes", "n3")) }
        if Bool.random(using: &generator) { entries.append(("DEFAULT", "autostart_node", "n1")) }
        if Bool.random(using: &generator) { entries.append(("DEFAULT", "app", "My#App; é")) }
        for number in 0..<Int.random(in: 0...5, using: &generator) {
            guard let kind = Self.kinds.randomElement(using: &generator) else { continue }
            add(kind.1, to: "\(kind.0)\(number)", &entries, &generator)
            let some = Self.common.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
            add(some, to: "\(kind.0)\(number)", &entries, &generator)
        }
        return entries
    }

    private func add(
        _ keywords: [(String, [String])],
        to section: String,
        _ entries: inout [Entry],
        _ generator: inout Generator
    ) {
        for (key, values) in keywords.shuffled(using: &generator) {
            let scope = Int.random(in: 0..<4, using: &generator) == 0 ? "@n2" : ""
            if !scope.isEmpty { entries.append((section, key, values[0])) }
            entries.append((section, key + scope, values.randomElement(using: &generator) ?? ""))
        }
    }

    private func written(_ entries: [Entry]) throws -> [UInt8] {
        var editor = EnvEditor([])
        for entry in entries { try editor.set(entry.key, in: entry.section, to: entry.value) }
        return editor.bytes
    }

    /// What a load makes of a file: the service, or why it is refused, with what it has to tell; all without
    /// lines of the file.
    private enum Outcome: Equatable {
        case service(ServiceDefinition, [String])
        case refused([String])
    }

    private func outcome(_ bytes: [UInt8], on node: EnvNode?) -> Outcome {
        do throws(EnvRefusal) {
            let service = try EnvService(bytes, path: Self.path, registry: .builtIn, node: node)
            return .service(service.definition.withoutLines, service.messages.map(\.text))
        } catch {
            return .refused(error.messages.map(\.text))
        }
    }

    @Test func `a service written key by key is the service that was meant`() throws {
        var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
        var services = 0
        for _ in 0..<150 {
            let entries = entries(&generator)
            let file = EnvFile(try written(entries))
            #expect(file.problems == [])
            for entry in entries.reversed() {
                let section =
                    entry.section == "DEFAULT" ? file.defaults : file.section(entry.section)
                let last = entries.last { $0.section == entry.section && $0.key == entry.key }
                #expect(section?.entries[entry.key]?.value == last?.value)
            }
            services += entries.count > 4 ? 1 : 0
        }
        #expect(services > 75)
    }

    @Test func `a service read from what was written is the one read before`() throws {
        var generator = Generator(state: 0xD1B5_4A32_D192_ED03)
        var (services, refused) = (0, 0)
        for _ in 0..<150 {
            let before = try written(entries(&generator))
            // Everything that was read is written again, into nothing.
            let file = EnvFile(before)
            let all = ([file.defaults] + file.sections).flatMap { section in
                section.entries.map { (section.name, $0.key, $0.value.value) as Entry }
            }
            let after = try written(all)
            for node in [nil] + Self.nodes.map({ EnvNode(name: $0) }) {
                let wanted = outcome(before, on: node)
                #expect(outcome(after, on: node) == wanted)
                if case .service = wanted { services += 1 } else { refused += 1 }
            }
        }
        #expect(services > 150 && refused > 0)
    }

    @Test
    func `a value changed and changed back, and a key taken out and put back, leave the service`()
        throws
    {
        var generator = Generator(state: 0x2545_F491_4F6C_DD1D)
        for _ in 0..<150 {
            let entries = entries(&generator)
            let before = try written(entries)
            guard let entry = entries.randomElement(using: &generator),
                let value = entries.last(where: {
                    $0.section == entry.section && $0.key == entry.key
                })
            else { continue }
            var editor = EnvEditor(before)
            try editor.set(entry.key, in: entry.section, to: "other")
            try editor.set(entry.key, in: entry.section, to: value.value)
            #expect(outcome(editor.bytes, on: nil) == outcome(before, on: nil))
            try editor.unset(entry.key, in: entry.section)
            try editor.set(entry.key, in: entry.section, to: value.value)
            // The key now stands last in its section.
            #expect(values(editor.bytes) == values(before))
        }
    }

    /// What a file says, whatever the order of its keys.
    private func values(_ bytes: [UInt8]) -> [[String: String]] {
        let file = EnvFile(bytes)
        return ([file.defaults] + file.sections).map { section in
            Dictionary(uniqueKeysWithValues: section.entries.map { ($0, $1.value) })
                .merging(["": section.name]) { $1 }
        }
    }
}

extension ServiceDefinition {
    /// With every place in the file the same.
    fileprivate var withoutLines: ServiceDefinition {
        let place = SourcePosition(file: "", line: 0)
        func erased(_ settings: OrderedDictionary<String, ScopedSetting>)
            -> OrderedDictionary<String, ScopedSetting>
        {
            settings.mapValues { setting in
                var setting = setting
                setting.entries = setting.entries.mapValues { .init($0.value, at: place) }
                return setting
            }
        }
        var plain = self
        plain.position = place
        plain.settings = erased(settings)
        for index in resources.indices {
            plain.resources[index].position = place
            plain.resources[index].settings = erased(resources[index].settings)
            for trigger in resources[index].triggers.indices {
                plain.resources[index].triggers[trigger].position = place
            }
        }
        return plain
    }
}
