import Glibc
import OSVCEngine

/// The rows of many services for `svcmon`, or the tree of each.
///
/// Other processes of osvc look, and this one waits for them: what ends such a process or holds it up, as a memory limit,
/// a launcher that ends its parent, or a file system that does not answer, costs the service that it was asking,
/// and the others are asked by the next one. On a node with many services several look at the same time, one for
/// each processor: a process has one thread. This one asks only what others do not begin to ask.
@EngineActor
struct ServiceRows {
    let services: NodeServices
    let debug: Bool

    /// Below this number one process is as fast as several.
    private static let worthSplitting = 200
    private static let mostParts = 4

    private var console: Console { services.context.console }

    /// The rows of all the services. Those that are refused were told.
    func rows(of names: [String]) async -> [ServiceTable.Row] {
        let odd = names.filter { !$0.isOneLine }
        return await rows(ofPlain: names.filter(\.isOneLine))
            + odd.map { ServiceTable.Row(of: $0.shown, problem: Self.oddName) }
    }

    private func rows(ofPlain names: [String]) async -> [ServiceTable.Row] {
        guard !names.isEmpty, let program = services.context.monitorProgram() else {
            return await here(names)
        }
        let others = parts(of: names).map { part in
            Task { @EngineActor in await elsewhere(part, program) }
        }
        var rows: [ServiceTable.Row] = []
        for other in others { rows += await other.value }
        return rows
    }

    /// Shows the tree of each. Returns false when one could not be loaded or asked.
    func showTrees(of names: [String]) async -> Bool {
        guard let program = services.context.monitorProgram()
        else { return await trees(names) { _ in } }
        var isWhole = true
        for name in names {
            guard name.isOneLine else {
                console.show(StatusTree.unknown(name.shown, Self.oddName))
                isWhole = false
                continue
            }
            let answer = await ask([name], program, asTrees: true)
            if let answer, answer.ended == nil {
                isWhole = isWhole && answer.refused.isEmpty
            } else if let ended = answer?.ended {
                console.show(StatusTree.unknown(name, ended.problem ?? Self.refusal))
                isWhole = false
            } else {
                isWhole = await trees([name]) { _ in } && isWhole
            }
        }
        return isWhole
    }

    /// Writes the part that another process asked for.
    func tell(_ names: [String], asTrees: Bool) async {
        let asker = getppid()
        let pulse = Task { @EngineActor in
            while (try? await services.host.sleep(RowProcess.pulse)) != nil {
                // Nobody waits for the rows: it ends as by a signal, with what it runs.
                if getppid() != asker { kill(getpid(), SIGTERM) }
                console.show(RowRecord.alive.line + "\n")
            }
        }
        defer { pulse.cancel() }
        guard !asTrees else {
            _ = await trees(names) { console.show($0.line + "\n") }
            return
        }
        for name in names {
            console.show(RowRecord.asking(name).line + "\n")
            let row = await row(of: name)
            console.show((row.map(RowRecord.row) ?? .leftOut(name)).line + "\n")
        }
    }

    // MARK: In this process

    private func here(_ names: [String]) async -> [ServiceTable.Row] {
        var rows: [ServiceTable.Row] = []
        for name in names {
            if let row = await row(of: name) { rows.append(row) }
        }
        return rows
    }

    /// The row of a service; nil: the node does not accept the service.
    private func row(of name: String) async -> ServiceTable.Row? {
        switch services.open(name) {
        case .notForNode: return nil
        case .refused: return ServiceTable.Row(of: name, problem: Self.refusal)
        case .opened(let session):
            session.requests.pushIfChanged()
            return await ServiceTable.Row(session, onFrozenNode: services.isNodeFrozen)
        }
    }

    private static let refusal = "cannot be loaded"
    /// It could not be passed to another process, and would move the cursor of a terminal.
    private static let oddName = "has control characters in its name: rename its file"

    private func trees(_ names: [String], _ record: (RowRecord) -> Void) async -> Bool {
        var isWhole = true
        for name in names {
            record(.asking(name))
            switch services.open(name) {
            case .notForNode: record(.leftOut(name))
            case .refused:
                isWhole = false
                console.show(StatusTree.unknown(name, Self.refusal))
                record(.row(ServiceTable.Row(of: name, problem: Self.refusal)))
            case .opened(let session):
                session.requests.pushIfChanged()
                _ = await session.requests.carryOut(.printStatus, ActionOptions())
                record(.leftOut(name))
            }
        }
        return isWhole
    }

    // MARK: In other processes

    /// The names in as many parts as there are processors; one part when splitting is not worth it.
    private func parts(of names: [String]) -> [[String]] {
        let processors = min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), Self.mostParts)
        guard names.count >= Self.worthSplitting, processors > 1 else { return [names] }
        let size = (names.count + processors - 1) / processors
        return stride(from: 0, to: names.count, by: size).map {
            Array(names[$0..<min($0 + size, names.count)])
        }
    }

    /// What other processes find, one after the other until each service was asked. A process that ends early
    /// was asking a service, which counts as asked.
    private func elsewhere(_ names: [String], _ program: [String]) async -> [ServiceTable.Row] {
        var rows: [ServiceTable.Row] = []
        var left = names[...]
        while !left.isEmpty {
            guard let answer = await ask(Array(left), program, asTrees: false), answer.begun > 0
            else {
                // No process could be started, or it did not begin: its services are shown by this one.
                return rows + (await here(Array(left)))
            }
            rows += answer.rows
            if let ended = answer.ended { rows.append(ended) }
            left = left.dropFirst(answer.begun)
        }
        return rows
    }

    /// Asks another process once, and passes on its output; nil: it could not be started.
    private func ask(
        _ names: [String],
        _ program: [String],
        asTrees: Bool
    ) async -> RowAnswer? {
        let log = services.context.log(of: "svcmon", showsDebug: debug, host: services.host)
        log.waiting(for: "status of \(names.count) services")
        defer { log.waiting(for: nil) }
        let command = RowProcess.command(
            program + (debug ? ["--debug"] : []) + (asTrees ? ["--verbose"] : []),
            names,
            services
        )
        let result = await services.context.interruptions.look(services.host, log, hasParts: true) {
            try? await services.host.run(command)
        }
        guard let result else { return nil }
        console.complain(result.errorText)
        let answer = RowAnswer(result)
        for line in answer.others { console.show(line + "\n") }
        return answer
    }
}

extension String {
    fileprivate var isOneLine: Bool { !utf8.contains { $0 < 0x20 || $0 == 0x7f } }
    /// With `?` for each control character.
    fileprivate var shown: String {
        String(
            decoding: utf8.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: "?") : $0 },
            as: UTF8.self
        )
    }
}
