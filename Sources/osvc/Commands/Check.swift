import ArgumentParser
import OSVCEngine

/// `osvc check [FILE…]`
struct Check: EngineCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is wrong with service files.",
        usage: "osvc check [FILE...] [--node NAME]",
        discussion: """
            Nothing is touched, and no root is needed.

            Errors keep a service from being used: a misspelt field, a value of
            the wrong kind, a script that fails. Warnings are about parts that do
            not fit together, on any node: a mount point or address that occurs
            twice, a node that the service does not name, a hook for no resource.

            Several files are also compared: an address, mount point, device or
            pid file that two services of this node both have. Without a file,
            all services in ROOT/etc are checked. With --node, what that node
            would have is compared, and nothing of this machine is looked at.

            Exit codes: 0 all is well, 1 there are errors or warnings.
            """
    )

    @Argument(help: "Service files; none: all of ROOT/etc.")
    var files: [String] = []

    @Option(help: ArgumentHelp("Compare what this node would use.", valueName: "name"))
    var node: String?

    func perform(_ context: ProcessContext) async -> Int32 {
        do throws(SessionError) {
            guard files.isEmpty else { return await check(files, context) }
            let all = try NodeServices.allFiles(context)
            let twice = all.filter { $0.count > 1 }.map { $0.joined(separator: " and ") }
            for pair in twice {
                context.console.complain("\(pair) both describe the service: remove one\n")
            }
            let code = await check(all.flatMap(\.self), context)
            return twice.isEmpty ? code : Exit.failure
        } catch {
            error.tellDiagnostics(context.console)
            return Exit.failure
        }
    }

    @EngineActor
    private func check(_ files: [String], _ context: ProcessContext) async -> Int32 {
        var checked: [(file: String, found: Result<FileCheck, SessionError>)] = []
        for file in files {
            do throws(SessionError) {
                checked.append((file, .success(try FileCheck(file, context.of(file), node: node))))
            } catch {
                checked.append((file, .failure(error)))
            }
        }
        let services = checked.compactMap { try? $0.found.get().service }
        let host = node == nil ? try? context.host() : nil
        let conflicts = await NodeClaims(on: host).conflicts(among: services)
        var code = Exit.success
        for (file, found) in checked {
            switch found {
            case .success(let check):
                let own = conflicts.filter {
                    check.service.definition.position.file == $0.position.file
                }
                let warnings = check.findings + own.map(\.description)
                for warning in warnings { context.console.complain(warning + "\n") }
                FileCheck.tellObjection(to: file, context)
                let result = warnings.isEmpty ? "ok" : Self.count(warnings.count)
                context.console.show("\(file): \(result)\n")
                if !warnings.isEmpty { code = Exit.failure }
            case .failure(let error):
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
