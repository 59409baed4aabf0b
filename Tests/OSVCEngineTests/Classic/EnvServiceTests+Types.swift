import OSVCEngine
import OSVCTestSupport
import Testing

/// The type of a service, and what is written twice.
extension EnvServiceTests {
    @Test func `a service without a type is a TST service`() throws {
        let text = "[DEFAULT]\nnodes = n1\n"
        #expect(try load(text).definition.name == "svc1")
        let node = EnvNode(name: "n1", hostMode: "PRD")
        #expect(
            refusal(text, node: node).map(\.text).first?.contains("type TST is not allowed") == true
        )
    }

    @Test func `a refused type is told with its line, and with the other errors`() {
        let found = refusal(
            "[DEFAULT]\nnodes = n1\nservice_type = tst\n[flag#0]\noptional = maybe\n"
        )
        #expect(found.map(\.place?.line) == [3, 5])
        // The log keeps the line of the classic release.
        #expect(found.map(\.position?.line) == [nil, 5])
        #expect(found.map(\.isNotForNode) == [true, false])
    }

    @Test func `what is written twice is a warning with both lines, and no line of the log`() throws
    {
        let text = """
            [DEFAULT]
            nodes = n9
            nodes = n1
            [flag#0]
            file = /a
            [flag#0]
            file = /b
            [DEFAULT]
            app = x

            """
        let service = try load(text)
        #expect(service.messages == [])
        #expect(
            service.repetitions.map { "\($0.position?.line ?? 0) \($0.text)" } == [
                "3 [DEFAULT] nodes is written twice, first on line 2",
                "6 [flag#0] is written twice, first on line 4",
                "7 [flag#0] file is written twice, first on line 5",
                "8 [DEFAULT] is written twice, first on line 1",
            ]
        )
    }
}
