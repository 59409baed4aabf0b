import OSVCEngine
import OSVCLuaBridge

/// Finds what is wrong with a service file and no load would report.
@EngineActor
enum FileCheck {
    /// Warns of a file that may only be looked at. Where it lies is no fault of the file.
    static func tellObjection(to file: String, _ context: ProcessContext) {
        guard let objection = context.objection(file) else { return }
        context.console.complain("warning: what acts will refuse \(file): \(objection)\n")
    }

    /// The findings of a check besides errors, one line each. Errors on any node of the service are thrown.
    static func findings(
        in file: String,
        _ context: ProcessContext
    ) throws(SessionError) -> [String] {
        let loaded = try ServiceFile.load(
            file,
            root: context.root,
            trust: context.readingTrust,
            node: nil
        )
        for line in loaded.printed { context.console.complain(line + "\n") }
        do {
            let findings = try CrossChecks.findings(
                in: loaded.definition,
                on: context.nodeName,
                registry: .builtIn,
                root: context.root
            )
            return loaded.warnings() + findings.map(\.description)
                + (try nodeProblems(of: loaded, context))
        } catch {
            throw .load(LoadError([loaded.diagnostic(error)]))
        }
    }

    /// What is wrong on this node: bad values of `node.conf`, launchers that would not be run (decisions.md 28).
    private static func nodeProblems(
        of file: ServiceFile,
        _ context: ProcessContext
    ) throws(ConfigurationError) -> [String] {
        // Without a host nothing of the machine can be told, and the file is judged all the same.
        guard let host = try? context.host() else { return [] }
        let definition = file.definition
        let facts = ServiceFacts(
            name: definition.name,
            node: host.nodeName,
            groups: definition.groups,
            root: context.root
        )
        let service = try Service(definition, facts: facts, registry: .builtIn)
        let state = StateTrust(context.layout, service: service.name, host: host)
        // A file that cannot be read is reported by what needs it.
        let values = (try? host.nodeSettings(in: context.layout))?.problems ?? []
        return values.map { CrossChecks.Finding($0.message, at: $0.position).description }
            + (service.launcherProblems(on: host, scripts: file.scripts)
            + service.programProblems(on: host)
            + state.problems()).map { "warning: \($0)" }
    }
}
