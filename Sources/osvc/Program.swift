/// The program that this call asks for: osvc's command tree, or one of the classic programs.
struct Program {
    private let called: String

    init(calledAs called: String) {
        self.called = called
    }

    /// Returns the exit code.
    func run(_ arguments: [String]) -> Int32 {
        switch ClassicName(calledAs: called) {
        case .osvc: Self.plain(arguments) ?? OSVC.run(arguments)
        case .svcmon: ServiceMonitor.run(program: called, arguments)
        case .nodemgr: NodeCommand.run(program: called, arguments)
        case .svcfreeze: FreezeCommand.run(.freeze, program: called, arguments)
        case .svcthaw: FreezeCommand.run(.thaw, program: called, arguments)
        case .svcfrozen: FreezeCommand.run(.ask, program: called, arguments)
        case let name: ClassicCommand.run(name, program: called, arguments)
        }
    }

    /// What is asked all day long needs no command tree. Nil: this is something else.
    private static func plain(_ arguments: [String]) -> Int32? {
        switch arguments.first {
        case "run": Run.plain(arguments)
        case "svc" where arguments.count > 2: ServiceCommand.perform(Array(arguments.dropFirst()))
        case "node" where arguments.count > 2:
            NodeTreeCommand.perform(Array(arguments.dropFirst()))
        case "mon": ServiceMonitor.run(program: "osvc mon", Array(arguments.dropFirst()))
        default: nil
        }
    }
}
