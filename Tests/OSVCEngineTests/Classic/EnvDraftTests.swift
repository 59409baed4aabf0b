import OSVCEngine
import Testing

/// Service files made of definitions, as `create` and `update` take them (classic-actions.md section 9).
struct EnvDraftTests {
    private let node = EnvNode(name: "n1", hostMode: "PRD")

    private func create(_ texts: String...) throws -> EnvDraft {
        var draft = EnvDraft(creatingOn: node, registry: .builtIn)
        try draft.add(texts)
        return draft
    }

    private func update(_ file: String, _ texts: String...) throws -> EnvDraft {
        var draft = EnvDraft(updating: Array(file.utf8), registry: .builtIn)
        try draft.add(texts)
        return draft
    }

    private func text(_ draft: EnvDraft) -> String {
        String(decoding: draft.editor.bytes, as: UTF8.self)
    }

    private func refusal(_ work: () throws -> EnvDraft) -> [String]? {
        do {
            _ = try work()
            return nil
        } catch let refusal as EnvDraft.Refusal {
            return refusal.lines
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `definitions become sections, DEFAULT first, numbers from 0`() throws {
        let draft = try create(
            #"{"rtype":"fs","type":"tmpfs","dev":"none","mnt":"/a","optional":true}"#,
            #"{"service_type":"TST","nodes":"n1 n2","autostart_node":["n1","n2"],"mode":"hosted"}"#,
            #"{"rtype":"fs","dev":"none","mnt":"/b"}"#,
            #"{"rtype":"app","timeout":30}"#
        )
        #expect(
            text(draft) == """
                [DEFAULT]
                service_type = TST
                nodes = n1 n2
                autostart_node = n1 n2
                mode = hosted

                [fs#0]
                type = tmpfs
                dev = none
                mnt = /a
                optional = True

                [fs#1]
                dev = none
                mnt = /b

                [app]
                timeout = 30

                """
        )
        #expect(draft.additions.isEmpty && draft.removals.isEmpty)
    }

    @Test func `what DEFAULT requires is added with its default, and told`() throws {
        let draft = try create(#"{"nodes":"n2"}"#)
        #expect(
            draft.additions == [
                "Implicitely add [DEFAULT] mode = hosted",
                "Implicitely add [DEFAULT] service_type = PRD",
                "Implicitely add [DEFAULT] autostart_node = n1",
            ]
        )
        #expect(draft.editor.value(of: "nodes", in: "DEFAULT") == Array("n2".utf8))
        var empty = EnvDraft(creatingOn: node, registry: .builtIn)
        try empty.add([])
        #expect(empty.additions.count == 4)
    }

    @Test func `an update changes what it names, and numbers from 1`() throws {
        let file = "# ours\n[DEFAULT]\nnodes = n1\n[fs#0]\nmnt = /a # data\ndev = x\n"
        let draft = try update(
            file,
            #"{"rtype":"fs","dev":"none","mnt":"/c"}"#,
            #"{"rid":"fs#0","mnt":"/d"}"#,
            #"{"rtype":"ip","ipname":"a","ipdev@n1":"eth0"}"#
        )
        #expect(
            text(draft)
                == file.replacing("/a", with: "/d")
                + "\n[fs#1]\ndev = none\nmnt = /c\n\n[ip#1]\nipname = a\nipdev@n1 = eth0\n"
        )
        #expect(draft.additions.isEmpty)
        let second = try update("[fs#1]\n[fs#3]\n", #"{"rtype":"fs","dev":"x","mnt":"/x"}"#)
        #expect(second.editor.sections == ["fs#1", "fs#3", "fs#2"])
    }

    @Test func `an unknown keyword is left out, and told`() throws {
        let draft = try create(#"{"rtype":"fs","dev":"x","mnt":"/x","colour":"red"}"#)
        #expect(draft.removals == ["Remove unknown keyword 'colour' from section 'fs#0'"])
        #expect(draft.editor.value(of: "colour", in: "fs#0") == nil)
    }

    /// Definitions, and what is said of them.
    @Test(
        arguments: [
            ("{", ["can not parse resource: {"]),
            ("[1]", ["can not parse resource: [1]"]),
            (#"{"a":{}}"#, [#"can not parse resource: {"a":{}}: 'a' is not a plain value"#]),
            (
                #"{"rtype":"fs"}"#,
                [
                    "No default value for required key 'dev' in section 'fs#0'",
                    "No default value for required key 'mnt' in section 'fs#0'",
                ]
            ),
            (
                #"{"service_type":"XXX"}"#,
                ["'service_type' keyword has invalid value 'XXX' in section 'DEFAULT'"]
            ),
            (
                #"{"rtype":"app","disable":"maybe"}"#,
                ["'disable' keyword has invalid value 'maybe' in section 'app'"]
            ),
            (
                #"{"rtype":"fs","dev":"x","mnt":"x"}"#,
                [
                    "'mnt' keyword has invalid value 'x' in section 'fs#0'"
                        + ": an absolute path expected, got 'x'"
                ]
            ),
            (
                #"{"anti_affinity":"x"}"#,
                ["keyword 'anti_affinity' in section 'DEFAULT' is not supported by this release"]
            ),
            (#"{"rtype":"drbd"}"#, ["section 'drbd#0' is not supported by this release"]),
            (#"{"rtype":"sf"}"#, ["there is no resource type 'sf' (did you mean 'fs'?)"]),
            (#"{"rid":"fs#x"}"#, ["'fs#x' is not a name of a resource such as 'fs#0'"]),
            (
                #"{"app":"a # b"}"#,
                ["value 'a # b' cannot be written: a blank and '#' begin a comment"]
            ),
            (
                #"{"app@n1":"a"}"#,
                ["keyword 'app@n1' in section 'DEFAULT' cannot differ between nodes"]
            ),
        ] as [(String, [String])]
    )
    func `what is wrong is told, and nothing is drafted`(text: String, lines: [String]) {
        #expect(refusal { try create(text) } == lines)
    }

    @Test func `a required keyword may come from DEFAULT`() throws {
        let draft = try create(#"{"dev":"none"}"#, #"{"rtype":"fs","mnt":"/x"}"#)
        #expect(draft.editor.value(of: "dev", in: "fs#0") == Array("none".utf8))
    }

    @Test func `a refused definition leaves the draft as it was`() throws {
        var draft = EnvDraft(updating: Array("[DEFAULT]\n".utf8), registry: .builtIn)
        #expect(throws: EnvDraft.Refusal.self) { try draft.add([#"{"app":"x"}"#, "{"]) }
        #expect(text(draft) == "[DEFAULT]\n")
    }
}
