import OSVCEngine
import Testing

@testable import OSVCLuaBridge

@EngineActor
@Suite struct ReferenceTests {
    @Test func `every name is documented once, in one sentence`() {
        for entries in [
            LuaReferenceTable.module, LuaReferenceTable.context, LuaReferenceTable.fields,
        ] {
            #expect(Set(entries.map(\.name)).count == entries.count)
            for entry in entries {
                #expect(entry.summary.hasSuffix("."), "\(entry.name)")
                #expect(!entry.allowed.isEmpty)
                for option in entry.options {
                    #expect(option.summary.hasSuffix("."), "\(entry.name) \(option.name)")
                }
            }
        }
    }

    /// Every function of this release.
    @Test func `the module has what the design lists`() {
        let names = Set(LuaReferenceTable.module.map(\.name))
        let wanted = [
            "service", "launcher", "daemon", "per_node", "hooks", "hook", "check.pidfile",
            "check.process", "check.tcp", "check.http", "check.exec", "check.all", "check.any",
            "window", "version", "require_version",
        ]
        #expect(names == Set(wanted))
    }

    /// Every field and method of `ctx` and `ev`.
    @Test func `the context has what the design lists`() {
        let names = Set(LuaReferenceTable.context.map(\.name))
        let wanted = [
            "probe", "exec", "spawn", "sleep", "wait_until", "parallel", "tcp", "http", "resolve",
            "stat", "read_file", "glob", "readlink", "pidfile", "procs", "write_file", "mkdir",
            "remove", "symlink", "signal", "undo", "fail", "refuse", "skip", "info", "warn",
            "error", "debug", "status_log", "now", "state.get", "state.set",
        ]
        #expect(names == Set(wanted))
        let fields = Set(LuaReferenceTable.fields.map(\.name))
        #expect(
            fields == [
                "service", "resource", "action", "node", "peers", "reason", "last_node", "force",
                "dry_run", "deadline", "attempt", "state",
            ]
        )
    }

    @Test func `every documented name is there for scripts`() async throws {
        let members =
            LuaReferenceTable.module.map { "osvc.\($0.name)" }
            + DriverRegistry.builtIn.sections.map { "osvc.\($0)" }
        let methods = (LuaReferenceTable.context + LuaReferenceTable.fields).map {
            "ctx.\($0.name)"
        }
        let service = try ScriptedService(
            file: """
                local osvc = require "osvc.v1"
                local _ = { \(members.joined(separator: ", ")) }
                return osvc.service "web" { osvc.app { osvc.launcher "x" { S = 1,
                  start = function(ctx) local _ = { \(methods.joined(separator: ", ")) } end } } }
                """
        )
        #expect(await service.run(.start) == .finished(code: 0))
    }

    @Test(arguments: ["exec", "ctx:exec", "ev:exec"])
    func `an entry is found with or without what stands before it`(_ name: String) {
        #expect(LuaReferenceTable.entry(name)?.name == "exec")
        #expect(
            LuaReferenceTable.entry("osvc.check.tcp")?.options.map(\.name) == [
                "host", "port", "timeout",
            ]
        )
        #expect(LuaReferenceTable.entry("nothing") == nil)
    }
}
