import ArgumentParser
import OSVCEngine

/// `osvc check FILE…`
struct Check: EngineCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is wrong with service files.",
        usage: "osvc check FILE...",
        discussion: """
            Nothing is touched, and no root is needed.

            Errors keep a service from being used: a misspelt field, a value of
            the wrong kind, a script that fails. Warnings are about parts that do
            not fit together, on any node: a mount point or address that occurs
            twice, a node that the service does not name, a hook for no resource.

            Exit codes: 0 all is well, 1 there are errors or warnings.
            """
    )

    @Argument(help: "Service files.")
    var files: [String]

    func perform(_ context: ProcessContext) async -> Int32 {
        var code = Exit.success
        for file in files {
            do throws(SessionError) {
                let warnings = try FileCheck.findings(in: file, context.of(file))
                FileCheck.tellObjection(to: file, context)
                for warning in warnings { context.console.complain(warning + "\n") }
                let result = warnings.isEmpty ? "ok" : Self.count(warnings.count)
                context.console.show("\(file): \(result)\n")
                if !warnings.isEmpty { code = Exit.failure }
            } catch {
                error.tellDiagnostics(context.console)
                code = Exit.failure
            }
        }
        return code
    }

    private static func count(_ warnings: Int) -> String {
        warnings == 1 ? "1 warning" : "\(warnings) warnings"
    }
}
