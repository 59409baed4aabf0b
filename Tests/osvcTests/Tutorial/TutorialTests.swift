import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// The tutorial from "Service Creation" to its end, as far as osvc prints in it: nine trees and the logs
/// of starts and stops, byte for byte but for times and blanks at the ends of lines. Each comes from a
/// machine in memory on which the commands before it were done.
@EngineActor
struct TutorialTests {
    private let tutorial = Tutorial()

    private var plain: [String] { tutorial.serviceFile }
    private var clustered: [String] { plain + [""] + tutorial.heartbeat }

    /// What is printed against what the text prints.
    private func compare(
        _ seen: (tree: [String], log: [String]),
        _ number: Int,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let wanted = try #require(tutorial.trees[safe: number - 1], sourceLocation: location)
        let place: Comment = "tree of line \(wanted.number)"
        #expect(seen.tree == wanted.tree, place, sourceLocation: location)
        // Of the two times that these lines are shown, one has two blanks after the name in place of four:
        // a slip of the text (decisions.md 26).
        let lines = wanted.logLines.map { $0.replacing("HB#0  /", with: "HB#0    /").withoutTimes }
        #expect(seen.log.map(\.withoutTimes) == lines, place, sourceLocation: location)
    }

    private func compare(
        log: [String],
        _ number: Int,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        var wanted = try self.log(number).output.map(\.withoutTimes)
        var seen = log.map(\.withoutTimes)
        // The log ends each block of output with an empty line, the last one, too.
        while wanted.last == "" { wanted.removeLast() }
        while seen.last == "" { seen.removeLast() }
        #expect(seen == wanted, sourceLocation: location)
    }

    private func log(_ number: Int) throws -> Tutorial.Command {
        try #require(tutorial.logs[safe: number - 1])
    }

    @Test func `the text has a service file, nine trees and eight logs`() {
        #expect(plain.first?.hasPrefix("[DEFAULT]\t") == true)
        #expect(plain.last == "dev = /dev/mapper/vgsvc1-lvdatasvc1")
        #expect(tutorial.heartbeat == ["[hb#0]", "type = OpenHA"])
        #expect(tutorial.trees.map(\.tree.count) == [12, 13, 12, 12, 11, 11, 13, 13, 12])
        #expect(
            tutorial.logs.map(\.line.wordAfterName) == [
                "start", "start", "stop", "start", "stop", "start", "start", "stop",
            ]
        )
    }

    @Test func `one node: created, started, given a launcher, stopped, started`() async throws {
        let node = try TutorialNode("sles1", tutorial)
        node.makeStorage()
        try compare(await node.status(plain), 1)
        try compare(log: await node.log(.start, plain, as: log(1)), 1)
        try compare(await node.status(plain), 2)
        // The text does not show that the service is stopped before it starts with its launcher.
        _ = try await node.log(.stop, plain, as: log(3))
        node.moveLaunchers()
        try compare(log: await node.log(.start, plain, as: log(2)), 2)
        try compare(await node.status(plain), 3)
        try compare(log: await node.log(.stop, plain, as: log(3)), 3)
        try compare(await node.status(plain), 4)
        try compare(log: await node.log(.start, plain, as: log(4)), 4)
        node.noteSync()
        try compare(await node.status(plain), 5)
        try compare(log: await node.log(.stop, plain, as: log(5)), 5)
    }

    @Test func `the other node takes it, and the first may not start it then`() async throws {
        let other = try TutorialNode("sles2", tutorial)
        other.moveLaunchers()
        // On this node the text shows no line about mount points: they are there.
        for place in ["/svc1/app", "/svc1/data"] { other.host.files[place] = .directory }
        other.noteSync()
        try compare(log: await other.log(.start, plain, as: log(6)), 6)
        try compare(await other.status(plain), 6)

        let first = try TutorialNode("sles1", tutorial)
        first.moveLaunchers()
        try first.answerElsewhere()
        try compare(log: await first.log(.start, plain, as: log(7), code: 1), 7)
    }

    @Test func `a service file that changed since it was last told is told, in two lines`() throws {
        let node = try TutorialNode("sles1", tutorial)
        #expect(node.push() == [])
        node.changeServiceFile()
        let tree = try #require(tutorial.trees[safe: 6])
        #expect(node.push() == tree.output.filter { $0.hasSuffix(" ... OK") })
        #expect(node.push() == [])
    }

    @Test func `with a heartbeat the cluster software alone starts and stops`() async throws {
        let node = try TutorialNode("sles1", tutorial)
        node.moveLaunchers()
        for place in ["/svc1/app", "/svc1/data"] { node.host.files[place] = .directory }
        let other = try TutorialNode("sles2", tutorial)
        other.moveLaunchers()
        _ = try await node.log(.start, plain, as: log(4))
        node.noteSync()
        other.noteSync()
        try compare(await node.status(clustered), 7)
        try compare(await other.status(clustered), 8)
        try node.runOpenHA()
        try compare(await node.status(clustered), 9)
        try compare(log: await node.log(.stop, clustered, as: log(8), code: 1), 8)
    }
}

extension String {
    fileprivate var wordAfterName: Substring { split(separator: " ").last ?? "" }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
