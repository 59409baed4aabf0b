import OSVCEngine

/// The program that this call asks for: osvc's command tree, or one of the classic programs.
@EngineActor
struct Program {
    private let called: String

    init(calledAs called: String) {
        self.called = called
    }

    /// Returns the exit code.
    func run(_ arguments: [String]) async -> Int32 {
        switch ClassicName(calledAs: called) {
        case .osvc:
            if let code = await Self.plain(arguments) { return code }
            return await OSVC.run(arguments)
        case .svcmon: return await ServiceMonitor.run(program: called, arguments)
        case .nodemgr: return await NodeCommand.run(program: called, arguments)
        case .svcfreeze: return await FreezeCommand.run(.freeze, program: called, arguments)
        case .svcthaw: return await FreezeCommand.run(.thaw, program: called, arguments)
        case .svcfrozen: return await FreezeCommand.run(.ask, program: called, arguments)
        case let name: return await ClassicCommand.run(name, program: called, arguments)
        }
    }

    /// The calls that scripts repeat all day; they bypass the command tree. Nil: another call.
    private static func plain(_ arguments: [String]) async -> Int32? {
        switch arguments.first {
        case "run": await Run.plain(arguments)
        case "svc" where arguments.count > 2:
            await ServiceCommand.perform(Array(arguments.dropFirst()))
        case "node" where arguments.count > 2:
            await NodeTreeCommand.perform(Array(arguments.dropFirst()))
        case "mon":
            await ServiceMonitor.run(program: "osvc mon", Array(arguments.dropFirst()))
        default: nil
        }
    }
}
