import ArgumentParser
import Testing

@testable import osvc

/// Help as a person sees it, in a terminal of 80 columns.
struct HelpTests {
    private static let commands: [any ParsableCommand.Type] = [
        OSVC.self, Run.self, PlanCommand.self, osvc.Check.self, Doc.self, Convert.self, Equiv.self,
        ServiceCommand.self, NodeTreeCommand.self, MonitorCommand.self,
        osvc.Trust.self, TrustFix.self,
    ]

    private static func help(_ command: any ParsableCommand.Type) -> [Substring] {
        OSVC.helpMessage(for: command, columns: 80)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test(arguments: commands.indices)
    func `no line is wider than the terminal`(index: Int) {
        for line in Self.help(Self.commands[index]) { #expect(line.count <= 80, "\(line)") }
    }

    @Test(arguments: commands.indices)
    func `what was typed in lines is shown in those lines`(index: Int) {
        let command = Self.commands[index]
        let typed = command.configuration.discussion
            .split(separator: "\n", omittingEmptySubsequences: false)
        let shown = Self.help(command)
        let start = shown.firstIndex { !typed[0].isEmpty && $0.hasSuffix(typed[0]) }
        guard let start else {
            Issue.record("the discussion of \(command) is not shown, or broken in its first line")
            return
        }
        let indent = shown[start].prefix(shown[start].count - typed[0].count)
        for (line, written) in zip(shown[start...], typed) {
            #expect(line == (written.isEmpty ? "" : "\(indent)\(written)"))
        }
    }

    @Test(arguments: commands.indices)
    func `an option and a subcommand are told in one line`(index: Int) {
        let lines = Self.help(Self.commands[index])
        for line in lines.drop(while: { $0 != "OPTIONS:" }) where line.hasPrefix(" ") {
            #expect(!line.hasPrefix("   "), "\(line)")
        }
    }

    @Test(arguments: commands.indices)
    func `every command says what it is for`(index: Int) {
        let configuration = Self.commands[index].configuration
        #expect(!configuration.abstract.isEmpty && !configuration.discussion.isEmpty)
    }
}
