import ArgumentParser
import OSVCEngine

/// `osvc check FILE…`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads service files and says what is wrong with them; touches nothing.",
        discussion: "Exit codes: 0 all is well, 1 something is wrong."
    )

    @Argument(help: "Service files.")
    var files: [String]

    func run() throws {
        let code = EventLoop.shared.runMain { [files] in
            var code = Exit.success
            for file in files {
                do throws(SessionError) {
                    let warnings = try ServiceSession.check(file)
                    for warning in warnings { put(warning + "\n", to: 2) }
                    put("\(file): \(warnings.isEmpty ? "ok" : "\(warnings.count) warnings")\n")
                    if !warnings.isEmpty { code = Exit.failure }
                } catch {
                    error.tell()
                    code = Exit.failure
                }
            }
            return code
        }
        if code != 0 { throw Ended(code: code) }
    }
}
