/// Whether an address answers a GET with a status and, if given, a pattern in its body.
///
/// The program `curl` asks: it knows about certificates and time limits. It gets an environment of its own, because it
/// takes proxies and certificates from variables, and a status must not depend on who asks for it.
struct HTTPQuestion: Sendable {
    let url: String
    let status: Int
    /// A Lua pattern that must occur in the body; nil: the body does not count.
    let body: String?
    /// The proxy to ask through, as curl(1) takes it; nil: none.
    var proxy: String?

    /// Exit codes of curl that mean that the server does not answer as it should: name, connection, protocol,
    /// time, TLS. Any other means a wrong question.
    private static let noAnswer: Set<Int32> = [5, 6, 7, 8, 16, 18, 28, 35, 52, 55, 56, 60, 92]

    func command(within limit: Duration) -> Command {
        let parts = limit.components
        let seconds = max(0.001, Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
        var command = Command(
            [
                // --disable, which must be the first: no .curlrc is read.
                "curl", "--disable", "--silent", "--show-error",
                "--max-time", "\(seconds)", "--output", "-",
                "--write-out", "\\n%{http_code}",
            ] + (proxy.map { ["--proxy", $0] } ?? []) + ["--url", url],
            // curl has its own limit; this one is for a curl that ignores it.
            limit: limit + .seconds(1),
            logging: .quiet
        )
        command.hasOwnEnvironment = true
        return command
    }

    @EngineActor
    func answer(_ host: any Host, within limit: Duration) async throws(HostError) -> CheckAnswer {
        let result = try await host.run(command(within: limit))
        if result.timedOut { return .no("\(url) does not answer") }
        guard result.code == 0 else {
            let reason = result.errorText.split(separator: "\n").first.map(String.init)
            let text = reason ?? "curl exited \(result.code)"
            return Self.noAnswer.contains(result.code) ? .no(text) : .unknown(text)
        }
        return read(result.standardOutput)
    }

    /// Reads what curl printed: the body, then the status on a line of its own.
    func read(_ output: [UInt8]) -> CheckAnswer {
        let line = output.lastIndex(of: UInt8(ascii: "\n")) ?? output.startIndex
        guard let code = Int(String(decoding: output[line...].dropFirst(), as: UTF8.self)) else {
            return .unknown("curl printed no status for \(url)")
        }
        guard code == status else { return .no("\(url) answered \(code)") }
        guard let body else { return .yes }
        switch LuaPattern(body).occurs(in: Array(output[..<line])) {
        case true: return .yes
        case false: return .no("\(url): nothing matches '\(body)'")
        default: return .unknown("\(url): '\(body)' is not a pattern, or takes too long")
        }
    }
}
