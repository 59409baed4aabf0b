import OSVCEngine
import OSVCLuaBridge
import OSVCTestSupport
import Testing

@testable import osvc

/// What `docs/status.md` says of the classic keywords and actions is so.
struct ClassicStatusTests {
    private static let reference = ReferenceTests.status

    @Test func `every classic keyword and action works, is refused or is of another system`() {
        for row in Self.reference.keywords {
            #expect(Self.reference.state(of: row) != .unknown, "\(row)")
        }
        for row in Self.reference.actions {
            #expect(Self.reference.state(of: row) != .unknown, "\(row)")
        }
        #expect(Self.reference.keywords.count > 200 && Self.reference.actions.count > 50)
    }

    @EngineActor
    @Test func `what does not work is refused by name by the loader`() {
        let directory = TemporaryDirectory()
        for row in Self.reference.keywords where Self.reference.state(of: row) != .works {
            let said = problems(row, in: directory)
            let expected =
                Self.reference.isRefusedByType(row)
                ? "field 'type': '\(row.type)' is not one of rsync"
                : CommonKeywords.sectionsLater.contains(row.section)
                    ? "\(row.section): is not supported by this release"
                    : row.section == "DEFAULT"
                        ? Self.classicWords(row)
                        : "field '\(row.keyword)' is not supported by this release"
            #expect(said.contains(expected), "\(row): \(said)")
        }
    }

    /// What a classic file hears of a keyword of DEFAULT.
    private static func classicWords(_ row: StatusReference.KeywordRow) -> String {
        if row.keyword == "pkg_name" { return "can not set 'pkg_name' with 'hosted' mode" }
        let isUnread = reference.state(of: row) == .withoutEffect
        let what =
            isUnread ? "has no effect, and never had one" : "is not supported by this release"
        return "keyword '\(row.keyword)' \(what)"
    }

    @EngineActor
    @Test func `what works is a field that the loader knows`() {
        let directory = TemporaryDirectory()
        for row in Self.reference.keywords where Self.reference.state(of: row) == .works {
            let said = problems(row, in: directory)
            #expect(!said.contains("unknown field"), "\(row): \(said)")
            #expect(!said.contains("unknown keyword"), "\(row): \(said)")
            #expect(!said.contains("not supported"), "\(row): \(said)")
        }
    }

    @Test func `an action that does not work is refused by name`() {
        for row in Self.reference.actions where Self.reference.state(of: row) != .works {
            let words = row.action.split(separator: "_").map(String.init)
            #expect(
                Request.refusal(of: words)
                    == "action '\(words.joined(separator: " "))' is not supported by this release"
            )
        }
    }

    /// What the loader finds wrong with a service that says just this, as one text.
    @EngineActor
    private func problems(
        _ row: StatusReference.KeywordRow,
        in directory: TemporaryDirectory
    ) -> String {
        guard row.section != "DEFAULT" else { return classicProblems(row) }
        let isByType = Self.reference.isRefusedByType(row)
        let field = isByType ? "type = \"\(row.type)\"" : "[\"\(row.keyword)\"] = \"x\""
        let section = row.section == "*" ? "fs" : row.section
        let line = "osvc.\(section) \"0\" { \(field) }"
        let text = """
            local osvc = require "osvc.v1"
            return osvc.service "web" { \(line) }

            """
        directory.write(text, to: "web.lua")
        do throws(LoadError) {
            _ = try ServiceLoader.load(
                path: "\(directory.path)/web.lua",
                root: directory.path,
                registry: .builtIn,
                trust: .unprivileged
            )
            return ""
        } catch {
            return error.diagnostics.map(\.message).joined(separator: "; ")
        }
    }

    /// What the loader finds wrong with a classic file whose DEFAULT says this, as one text.
    private func classicProblems(_ row: StatusReference.KeywordRow) -> String {
        let text = """
            [DEFAULT]
            service_type = TST
            nodes = n1
            \(row.keyword) = x

            """
        do throws(EnvRefusal) {
            let service = try EnvService(
                Array(text.utf8),
                path: "/etc/web.env",
                registry: .builtIn,
                node: nil
            )
            return service.messages.map(\.text).joined(separator: "; ")
        } catch {
            return error.messages.map(\.text).joined(separator: "; ")
        }
    }
}
