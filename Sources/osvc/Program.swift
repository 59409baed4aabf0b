import OSVCEngine

/// The program that this call asks for: osvc's command tree, or one of the classic programs.
@EngineActor
struct Program {
    private let called: String
    private let context: ProcessContext

    init(calledAs called: String, in context: ProcessContext) {
        self.called = called
        self.context = context
    }

    /// Returns the exit code.
    func run(_ arguments: [String]) async -> Int32 {
        var context = context
        context.commandLine = [called] + arguments
        switch ClassicName(calledAs: called) {
        case .osvc:
            if let code = await plain(arguments, context) { return code }
            return await OSVC.run(arguments, context)
        case .svcmon: return await ServiceMonitor.run(program: called, arguments, context)
        case .nodemgr: return await NodeCommand.run(program: called, arguments, context)
        case .svcfreeze:
            return await FreezeCommand.run(.freeze, program: called, arguments, context)
        case .svcthaw: return await FreezeCommand.run(.thaw, program: called, arguments, context)
        case .svcfrozen: return await FreezeCommand.run(.ask, program: called, arguments, context)
        case let name: return await ClassicCommand.run(name, program: called, arguments, context)
        }
    }

    /// The calls that scripts repeat all day; they bypass the command tree. Nil: another call.
    private func plain(_ arguments: [String], _ context: ProcessContext) async -> Int32? {
        switch arguments.first {
        case "run": await Run.plain(arguments, context)
        case "svc" where arguments.count > 2:
            await ServiceCommand.perform(Array(arguments.dropFirst()), context)
        case "node" where arguments.count > 2:
            await NodeTreeCommand.perform(Array(arguments.dropFirst()), context)
        case "mon":
            await ServiceMonitor.run(
                program: "osvc mon",
                Array(arguments.dropFirst()),
                context
            )
        default: nil
        }
    }
}
