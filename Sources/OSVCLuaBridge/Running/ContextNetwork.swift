internal import OSVCEngine

extension ContextMethod {
    private static let tcpSchema = OptionSchema([
        Option("host", .text, "Name or address; 127.0.0.1."),
        Option("port", .integer(1...65535), required: true, "The port."),
        Option("timeout", .duration, "How long it may take; 10s."),
    ])
    private static let httpSchema = OptionSchema([
        Option("url", .text, required: true, "What is asked for: http:// or https://."),
        Option("method", .text, "GET unless given; in a status GET or HEAD only."),
        Option("timeout", .duration, "How long one try may take; 10s."),
        Option("retry", .integer(0...1000), "More tries while nothing, or a 5xx, comes back; 0."),
        Option("every", .duration, "Pause between two tries; 1s."),
        Option("body", .any, "What is sent."),
        Option("headers", .map, "Header fields to send."),
        Option("proxy", .text, "The proxy to ask through, as a URL; none unless given."),
    ])

    static let network: [ContextMethod] = [
        ContextMethod(
            "tcp",
            "{ host=, port=, timeout=\"10s\" }",
            "Whether something accepts connections there.",
            waits: true,
            options: tcpSchema
        ) { _, call throws(LuaError) in
            let options = try Options(call.value(2), tcpSchema, of: "tcp")
            let name = options.text("host") ?? "127.0.0.1"
            let port = options.integer("port") ?? 0
            let limit = options.duration("timeout") ?? .seconds(10)
            return .suspend(
                Operation { fiber throws(LuaError) in
                    [.boolean(try await fiber.connects(to: name, port, limit))]
                }
            )
        },
        ContextMethod(
            "http",
            "{ url=, method=, timeout=\"10s\", retry=0, every=\"1s\", body=, headers=, proxy= }",
            "The answer of an address: status, headers, body; raises when there is none.",
            waits: true,
            options: httpSchema
        ) { context, call throws(LuaError) in
            let options = try Options(call.value(2), httpSchema, of: "http")
            let request = try HTTPRequest(options)
            if request.changes {
                guard context.phase != .status else {
                    let text = "http: \(request.method): nothing may be changed in a status"
                    throw LuaError(.lua, text)
                }
                if context.isPlanning {
                    let line = "\(request.method) \(request.url)"
                    context.plan("http \(line)", at: call.position)
                    return .value(context.session.classes.planned.result(of: line))
                }
            }
            return .suspend(
                Operation { fiber throws(LuaError) in [try await request.run(in: fiber)] }
            )
        },
        ContextMethod(
            "resolve",
            "(name)",
            "The addresses of a name, as text; an empty list if it has none.",
            waits: true
        ) { _, call throws(LuaError) in
            let name = try call.text(2, "resolve")
            return .suspend(
                Operation { fiber throws(LuaError) in
                    let found = try await fiber.resolve(name)
                    let texts = found.map { LuaValue.text($0.description) }
                    return [.table(LuaTable(list: texts))]
                }
            )
        },
    ]
}

extension Fiber {
    func resolve(_ name: String) async throws(LuaError) -> [IPAddress] {
        let host = try context.host
        do throws(HostError) {
            return try await host.resolve(name)
        } catch {
            throw raised(error, "resolve", host)
        }
    }

    /// Tries each address of the name in turn.
    func connects(
        to name: String,
        _ port: Int,
        _ own: Duration
    ) async throws(LuaError) -> Bool {
        let host = try context.host
        for address in try await resolve(name) {
            let (limit, isLast) = bounded(own, host)
            do throws(HostError) {
                let answer = try await host.connects(
                    to: address.description,
                    port: port,
                    within: limit ?? own
                )
                if answer { return true }
            } catch {
                throw raised(error, "tcp", host)
            }
            if isLast, let rest = remaining(host), rest <= .zero { throw expire(host) }
        }
        return false
    }
}

/// One HTTP request. The program `curl` sends it: it knows about certificates and time limits.
struct HTTPRequest: Sendable {
    let url: String
    let method: String
    private let limit: Duration
    private let retries: Int
    private let pause: Duration
    private let body: [UInt8]?
    private let headers: [String: String]
    private let proxy: String?

    init(_ options: Options) throws(LuaError) {
        url = options.text("url") ?? ""
        method = options.text("method") ?? "GET"
        limit = options.duration("timeout") ?? .seconds(10)
        retries = options.integer("retry") ?? 0
        pause = options.duration("every") ?? .seconds(1)
        body = try options.any("body")?.bytes("http: body")
        headers = options.map("headers") ?? [:]
        proxy = options.text("proxy")
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw LuaError(.type, "http: '\(url)' does not begin with http:// or https://")
        }
        guard !method.isEmpty, method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw LuaError(.type, "http: '\(method)' is not a method")
        }
        for (name, value) in headers
        where (name + value).utf8.contains(where: { $0 < 0x20 }) || name.contains(":") {
            throw LuaError(.type, "http: header '\(name)' cannot be sent")
        }
    }

    /// Whether the request may change something.
    var changes: Bool { method != "GET" && method != "HEAD" }

    func command(within limit: Duration) -> Command {
        // --disable, which must be the first: no .curlrc is read.
        var arguments = [
            "curl", "--disable", "--silent", "--show-error", "--globoff", "--include",
            "--proto", "=http,https", "--max-time", "\(max(0.001, limit.inSeconds))",
        ]
        arguments += method == "HEAD" ? ["--head"] : ["--request", method]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            // With a semicolon curl sends a header without a value.
            arguments += ["--header", value.isEmpty ? "\(name);" : "\(name): \(value)"]
        }
        if body != nil { arguments += ["--data-binary", "@-"] }
        if let proxy { arguments += ["--proxy", proxy] }
        arguments += ["--url", url]
        // curl has its own limit; this one is for a curl that ignores it.
        var command = Command(
            arguments,
            input: body,
            limit: limit + .seconds(1),
            logging: .quiet
        )
        // curl takes proxies and certificates from variables; an answer must not depend on who calls osvc.
        command.hasOwnEnvironment = true
        return command
    }

    /// Sends the request until the answer is not a 5xx, or the retries are used up.
    @EngineActor
    func run(in fiber: Fiber) async throws(LuaError) -> LuaValue {
        // A plan starts nothing that could answer later.
        for _ in 0..<(fiber.context.isPlanning ? 0 : retries) {
            do throws(LuaError) {
                let answer = try await ask(fiber)
                if answer.status < 500 { return answer.value }
            } catch  where error.kind == .exec || error.kind == .timeout {
                // Nothing answers yet: try again.
            }
            try await fiber.sleep(pause)
        }
        return try await ask(fiber).value
    }

    @EngineActor
    private func ask(_ fiber: Fiber) async throws(LuaError) -> HTTPAnswer {
        let host = try fiber.context.host
        let (bounded, isLast) = fiber.bounded(limit, host)
        var command = command(within: bounded ?? limit)
        command.outputLimit = fiber.context.session.draft.limits.output
        let result: CommandResult
        try fiber.context.session.beginChild()
        defer { fiber.context.session.endChild() }
        do throws(HostError) {
            result = try await host.run(command)
        } catch {
            throw fiber.raised(error, command, host)
        }
        // 28: curl's own limit has passed.
        let isLate = result.timedOut || result.code == 28
        if isLate, isLast { throw fiber.expire(host) }
        if isLate {
            throw LuaError(.timeout, "\(method) \(url): no answer within \(limit.text)")
        }
        guard result.code == 0, let answer = HTTPAnswer(result.standardOutput) else {
            let reason = result.errorText.split(separator: "\n").first.map(String.init)
            throw LuaError(
                .exec,
                "\(method) \(url): \(reason ?? "curl exited \(result.code)")",
                fields: ["rc": .integer(Int(result.code))]
            )
        }
        return answer
    }
}

/// The answer: curl prints the heads of all answers, interim ones included, and then the body.
struct HTTPAnswer: Equatable {
    var status: Int
    /// By name in lower case; several values of one name are joined by commas.
    var headers: [String: String] = [:]
    var body: [UInt8]

    /// Nil when the bytes do not begin like an answer.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var status: Int?
        var headers: [String: String] = [:]
        while rest.starts(with: Array("HTTP/".utf8)) {
            headers = [:]
            let words = Self.line(&rest).split(separator: " ")
            guard words.count > 1, let code = Int(words[1]) else { return nil }
            status = code
            while case let line = Self.line(&rest), !line.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let value = String(parts[1].drop(while: \.isWhitespace))
                let name = parts[0].lowercased()
                headers[name] = headers[name].map { "\($0), \(value)" } ?? value
            }
            // Only an interim answer, or that of a proxy to CONNECT, is followed by another head.
            if code >= 200, code != 200 || !rest.starts(with: Array("HTTP/".utf8)) { break }
        }
        guard let status else { return nil }
        self.status = status
        self.headers = headers
        body = Array(rest)
    }

    var value: LuaValue {
        .table(
            LuaTable(fields: [
                "status": .integer(status),
                "headers": .table(LuaTable(fields: headers.mapValues(LuaValue.text))),
                "body": .string(body),
            ])
        )
    }

    /// Takes a line without its end.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> String {
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        var line = rest[..<end]
        rest = rest[min(end + 1, rest.endIndex)...]
        if line.last == 0x0D { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
