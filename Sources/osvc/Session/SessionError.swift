import OSVCEngine
import OSVCLuaBridge

/// Why a service could not be opened.
enum SessionError: Error {
    case load(LoadError)
    case configuration(ConfigurationError)
    case host(HostError)
    case state(StateError)

    /// Whether the service is correct, but this node does not accept it.
    var isNotForNode: Bool {
        guard case .load(let error) = self else { return false }
        return error.classic.contains(where: \.isNotForNode)
    }

    /// Reports it on standard error, with the source line if it is known; for a classic service as lines of its log.
    @EngineActor
    func tell(of file: String, _ context: ProcessContext) {
        switch self {
        case .load(let error) where !error.classic.isEmpty: tell(error.classic, of: file, context)
        case .load, .configuration, .host, .state: tellDiagnostics(context.console)
        }
    }

    /// Says it as a check does: every line with its place in the file.
    @EngineActor
    func tellDiagnostics(_ console: Console) {
        switch self {
        case .load(let error): console.complain("\(error)\n")
        case .configuration(let error): console.complain("\(error)\n")
        case .host(let error): console.complain("osvc: \(error)\n")
        case .state(let error): console.complain("osvc: \(error)\n")
        }
    }

    @EngineActor
    private func tell(_ messages: [EnvMessage], of file: String, _ context: ProcessContext) {
        guard let host = try? context.host() else {
            for message in messages { context.console.complain("\(message)\n") }
            return
        }
        for message in messages {
            let subject = message.subject ?? EnvService.name(of: file)
            let log = context.log(of: subject, host: host)
            log.write(message.level, message.description, about: nil)
        }
    }
}
