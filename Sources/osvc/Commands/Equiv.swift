import ArgumentParser
import OSVCEngine
import OSVCLuaBridge

/// `osvc equiv FILE FILE`
struct Equiv: EngineCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what differs between two services.",
        usage: "osvc equiv FILE FILE",
        discussion: """
            The files may be of either kind. Compared are name, settings with
            their defaults, resources and their order, triggers, launchers and
            hooks, and the plans of start and stop, for every node that either
            service names. Nothing is asked of this machine.

            Functions are the same only in one and the same file: what they do
            cannot be compared, so two others count as a difference.

            Example:
              osvc equiv web.env web.lua

            Exit codes: 0 equivalent, 1 not, or a file does not load, 2 the
            command line is wrong.
            """
    )

    @Argument(help: "A service file.")
    var one: String

    @Argument(help: "Another.")
    var other: String

    func perform(_ context: ProcessContext) async -> Int32 {
        var sides: [Equivalence.Side] = []
        for file in [one, other] {
            do throws(SessionError) {
                sides.append(try ServiceFile.side(of: file, context))
            } catch {
                error.tellDiagnostics(context.console)
            }
        }
        guard sides.count == 2 else { return Exit.failure }
        let equivalence = Equivalence(sides[0], sides[1], registry: .builtIn)
        do throws(ConfigurationError) {
            let differences = try await equivalence.differences()
            for difference in differences { context.console.show("\(difference)\n") }
            if differences.isEmpty { context.console.show("equivalent\n") }
            return differences.isEmpty ? Exit.success : Exit.failure
        } catch {
            context.console.complain("\(error)\n")
            return Exit.failure
        }
    }
}
