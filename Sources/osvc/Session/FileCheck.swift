import OSVCEngine
import OSVCLuaBridge

/// Finds what is wrong with a service file and no load would report.
@EngineActor
struct FileCheck {
    /// The findings besides errors, one line each.
    let findings: [String]
    /// The service as the node sees it.
    let service: Service

    /// Warns of a file that may only be looked at. Where it lies is no fault of the file.
    static func tellObjection(to file: String, _ context: ProcessContext) {
        guard let objection = context.objection(file) else { return }
        context.console.complain("warning: what acts will refuse \(file): \(objection)\n")
    }

    /// Checks the file. With `node` nothing of this machine is looked at. Errors on any node of the service are thrown.
    init(_ file: String, _ context: ProcessContext, node: String? = nil) throws(SessionError) {
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
            let service = try loaded.service(
                on: node?.lowercased() ?? context.nodeName,
                of: context.root
            )
            self.service = service
            let problems = node == nil ? Self.nodeProblems(of: loaded, service, context) : []
            self.findings = loaded.warnings() + findings.map(\.description) + problems
        } catch {
            throw .load(LoadError([loaded.diagnostic(error)]))
        }
    }

    /// What is wrong on this node: bad values of `node.conf`, launchers that would not be run (decisions.md 28).
    private static func nodeProblems(
        of file: ServiceFile,
        _ service: Service,
        _ context: ProcessContext
    ) -> [String] {
        // Without a host nothing of the machine can be told, and the file is judged all the same.
        guard let host = try? context.host() else { return [] }
        let state = StateTrust(context.layout, service: service.name, host: host)
        // A file that cannot be read is reported by what needs it.
        let values = (try? host.nodeSettings(in: context.layout))?.problems ?? []
        return values.map { CrossChecks.Finding($0.message, at: $0.position).description }
            + (service.launcherProblems(on: host, scripts: file.scripts)
            + service.programProblems(on: host)
            + state.problems()).map { "warning: \($0)" }
    }
}

extension ServiceFile {
    fileprivate func service(on node: String, of root: String) throws(ConfigurationError) -> Service
    {
        let facts = ServiceFacts(
            name: definition.name,
            node: node,
            groups: definition.groups,
            root: root
        )
        return try Service(definition, facts: facts, registry: .builtIn)
    }
}
