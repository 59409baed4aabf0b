import ArgumentParser
import OSVCEngine

/// `osvc trust`
struct Trust: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes launchers trusted that are not run.",
        usage: "osvc trust fix FILE...",
        discussion: """
            A launcher is only run when nobody but root, or who runs osvc, can
            change it. Read it before you trust it: what somebody laid there will
            be run by root.
            """,
        subcommands: [TrustFix.self]
    )
}

/// `osvc trust fix FILE…`
struct TrustFix: EngineCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Closes launchers to everybody but root.",
        usage: "osvc trust fix FILE...",
        discussion: """
            Of a link the file behind it is mended, and nothing else. What is done
            is printed, a line each. A file in a directory that somebody else may
            change is refused: mend the directory first.

            Example:
              osvc trust fix /opt/opensvc/etc/web.d/S10web

            Exit codes: 0 all are trusted now, 1 some are not.
            """
    )

    @Argument(help: "Launchers, or links to them.")
    var files: [String]

    func perform(_ context: ProcessContext) async -> Int32 {
        let console = context.console
        var code = Exit.success
        do throws(HostError) {
            let mend = LauncherMend(try context.host())
            for file in files {
                do throws(LauncherMend.Refusal) {
                    let isMended = try mend.mend(Environment.absolute(file)) {
                        console.show($0 + "\n")
                    }
                    if !isMended { console.show("\(file): nothing to mend\n") }
                } catch {
                    console.complain("osvc trust fix: \(error)\n")
                    code = Exit.failure
                }
            }
        } catch {
            console.complain("osvc trust fix: \(error)\n")
            code = Exit.failure
        }
        return code
    }
}
