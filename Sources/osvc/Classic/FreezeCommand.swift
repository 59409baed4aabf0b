import Glibc
import OSVCEngine

/// `svcfreeze`, `svcthaw` and `svcfrozen`, of one service or of the whole node (classic-actions.md
/// section 11).
enum FreezeCommand {
    enum Verb {
        case freeze, thaw, ask
    }

    @EngineActor
    static func run(
        _ verb: Verb,
        program: String,
        _ arguments: [String],
        _ context: ProcessContext
    ) async -> Int32 {
        let usage = "\(Environment.path(ofProgram: program)) [service]\n"
        if ["-h", "--help"].contains(arguments.first) {
            context.console.show(
                usage + "Without a service: the node, and with it every service.\n"
            )
            return Exit.success
        }
        if ClassicCommand.isTree(program) {
            if verb != .ask, context.user != 0 { return context.refuseToOrdinaryUser() }
        } else if !ClassicCommand.hasPrivileges([program] + arguments, context) {
            return Exit.failure
        }
        guard arguments.count < 2, arguments.first?.hasPrefix("-") != true else {
            context.console.show(usage)
            return Exit.failure
        }
        return await perform(verb, on: arguments.first, context.ofNode)
    }

    @EngineActor
    private static func perform(
        _ verb: Verb,
        on name: String?,
        _ context: ProcessContext
    ) async -> Int32 {
        if verb != .ask { Streams.standard.beginAction() }
        do throws(SessionError) {
            guard let name else { return try onNode(verb, context) }
            let services = try NodeServices(context)
            guard let session = services.open(name).session else { return Exit.failure }
            switch verb {
            case .freeze: return await session.requests.carryOut(.freeze, ActionOptions())
            case .thaw: return await session.requests.carryOut(.thaw, ActionOptions())
            case .ask: return await session.requests.carryOut(.frozen, ActionOptions())
            }
        } catch {
            error.tellDiagnostics(context.console)
            return Exit.failure
        }
    }

    @EngineActor
    private static func onNode(
        _ verb: Verb,
        _ context: ProcessContext
    ) throws(SessionError) -> Int32 {
        do throws(HostError) {
            let freezing = NodeFreezing(context.layout, host: try context.host())
            switch verb {
            case .freeze: try freezing.freeze()
            case .thaw: try freezing.thaw()
            case .ask: return try freezing.isFrozen ? Exit.failure : Exit.success
            }
            return Exit.success
        } catch {
            throw .host(error)
        }
    }
}
