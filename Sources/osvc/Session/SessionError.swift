import OSVCEngine
import OSVCLuaBridge

/// Why a service could not be opened.
enum SessionError: Error {
    case load(LoadError)
    case configuration(ConfigurationError)
    case host(HostError)
    case state(StateError)

    /// Whether nothing is wrong with the service, but this node does not take it.
    var isNotForNode: Bool {
        guard case .load(let error) = self else { return false }
        return error.classic.contains(where: \.isNotForNode)
    }

    /// Says it on standard error, with the source line where it is known; of a classic service as the
    /// lines of its log.
    @EngineActor
    func tell(of file: String) {
        switch self {
        case .load(let error) where !error.classic.isEmpty: tell(error.classic, of: file)
        case .load, .configuration, .host, .state: tellDiagnostics()
        }
    }

    /// Says it as a check does: every line with its place in the file.
    func tellDiagnostics() {
        switch self {
        case .load(let error): put("\(error)\n", to: 2)
        case .configuration(let error): put("\(error)\n", to: 2)
        case .host(let error): put("osvc: \(error)\n", to: 2)
        case .state(let error): put("osvc: \(error)\n", to: 2)
        }
    }

    @EngineActor
    private func tell(_ messages: [EnvMessage], of file: String) {
        guard let host = try? LinuxHost() else {
            for message in messages { put("\(message)\n", to: 2) }
            return
        }
        for message in messages {
            let subject = message.subject ?? EnvService.name(of: file)
            let log = ConsoleLog(service: subject, file: nil, showsDebug: false, host: host)
            log.write(message.level, message.description, about: nil)
        }
    }
}
