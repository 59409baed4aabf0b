import ArgumentParser
import OSVCEngine
import Testing

@testable import osvc

/// The committed references are what the program says; `make docs` makes them anew.
struct ReferenceTests {
    @Test func `docs/keywords.md is up to date`() {
        #expect(Project.text("docs/keywords.md") == KeywordReference().text)
    }

    @Test(arguments: [
        ("docs/lua.md", LuaReferenceText().text), ("docs/classic.md", ClassicDeviationTable().text),
    ])
    func `a page that is half written is up to date from its mark on`(path: String, text: String) {
        let mark = "\n<!-- made by make docs from here -->\n"
        let parts = Project.text(path).split(separator: mark, omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        #expect(parts.last.map(String.init) == text)
    }

    @Test func `docs/status.md is up to date`() {
        #expect(Project.text("docs/status.md") == Self.status.text)
    }

    @Test(arguments: [
        ("osvc.1", ManualPage(root: OSVC.self).text), ("svcmgr.1", ServiceManagerPage().text),
        ("osvc-classic.7", ClassicManualPage().text),
    ])
    func `the manual pages are up to date`(name: String, text: String) {
        #expect(Project.text("packaging/man/\(name)") == text)
    }

    @Test func `osvc(1) tells of every command`() {
        for command in OSVC.configuration.subcommands {
            #expect(ManualPage(root: OSVC.self).text.contains(".SS osvc \(command._commandName)"))
        }
    }

    @Test func `every word of the index has a page, and every word its own`() {
        let manual = Manual()
        for word in manual.words { #expect(manual.page(on: word) != nil, "\(word)") }
        #expect(manual.page(on: "fs.mnt") != manual.page(on: "fs.dev"))
        #expect(manual.page(on: "nonsense") == nil)
    }

    @Test func `what osvc doc says fits a terminal of 80 columns`() {
        let manual = Manual()
        for text in [manual.index] + manual.words.compactMap(manual.page) {
            for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test(arguments: [
        "node.conf", "strict", "launcher_owner", "host_mode", "ip_tool", "alive_for",
        "stop_timeout",
    ])
    func `osvc doc finds what may stand in node.conf, and the fields of launchers`(word: String) {
        let page = Manual().page(on: word) ?? ""
        #expect(page.contains(word))
    }

    @Test func `nothing that a classic file may say is listed as refused by name everywhere`() {
        let lines = KeywordReference().text.split(separator: "\n").map(String.init)
        let line = lines.first { $0.hasPrefix("- of a service: ") } ?? ""
        for word in ["disable", "monitor", "optional", "restart", "drp_type"] {
            #expect(!line.contains("`\(word)`"), "\(word)")
        }
        #expect(line.contains("`scsireserv`"))
    }

    /// The guide, docs/lua.md, says so.
    @Test func `docs/keywords.md has the resources in the order of the start`() {
        let headings = KeywordReference().text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        let shown = headings.compactMap { heading in
            DriverRegistry.builtIn.drivers.first { heading.contains("(`\($0.id)`)") }?.startOrder
        }
        #expect(shown.count == DriverRegistry.builtIn.drivers.count)
        #expect(shown == shown.sorted())
    }

    @Test func `osvc doc hook lists the moments there are, and no other`() {
        let text = Manual().page(on: "hook") ?? ""
        for event in HookEvent.allCases {
            #expect(text.contains(event.rawValue) == !event.isLater, "\(event)")
        }
    }

    @Test(arguments: [
        ManualPage(root: OSVC.self).text, ServiceManagerPage().text, ClassicManualPage().text,
    ])
    func `a line of a manual page that begins with a dot is a request`(page: String) {
        let requests: Set<Substring> = [
            ".TH", ".SH", ".SS", ".TP", ".P", ".B", ".I", ".br", ".nf", ".fi", ".\\\"",
        ]
        for line in page.split(separator: "\n") where line.hasPrefix(".") {
            #expect(requests.contains(line.prefix { $0 != " " }), "\(line)")
        }
        #expect(ManualPage.escaped(".a\\b-c") == "\\&.a\\eb\\-c")
    }

    static let status = StatusReference(
        keywords: Project.text("docs/classic/keywords.tsv"),
        actions: Project.text("docs/classic/actions.tsv")
    )
}
