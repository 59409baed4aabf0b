internal import OSVCEngine

extension ModuleFunction {
    private static let limit = Option("timeout", .duration, "How long it may take; 10s.")

    private static let pidFileSchema = OptionSchema([
        Option("exe", .path, "What it must be: its executable, or the script that it runs.")
    ])
    private static let processSchema = OptionSchema([
        Option("exe", .path, "Its executable, or the script that it runs."),
        Option("args", .any, "Its arguments, all of them, as a list."),
        Option("user", .text, "Whose process it is; anybody's unless given."),
    ])
    private static let tcpSchema = OptionSchema([
        Option("host", .text, "Name or address; 127.0.0.1."),
        Option("port", .integer(1...65535), required: true, "The port."),
        limit,
    ])
    private static let httpSchema = OptionSchema([
        Option("url", .text, required: true, "What is asked for."),
        Option("status", .integer(100...599), "The status that means up; 200."),
        Option("body", .text, "A pattern that must occur in the body."),
        Option("proxy", .text, "The proxy to ask through, as a URL; none unless given."),
        limit,
    ])
    private static let execSchema = OptionSchema([limit], list: .arguments)
    private static let listSchema = OptionSchema([], list: .values)

    static let checks: [ModuleFunction] = [
        ModuleFunction(
            "check.pidfile",
            "(path, { exe= })",
            "Up while the file holds the pid of a live process.",
            options: [pidFileSchema]
        ) { loading in
            loading.check("check.pidfile") { call throws(LuaError) in
                let path = try ValueReader.wrap(
                    "check.pidfile",
                    try call.value(1),
                    ValueReader.path
                )
                let options =
                    try call.isNil(2)
                    ? nil : Options(call.value(2), pidFileSchema, of: "check.pidfile")
                return .pidFile(path, executable: options?.text("exe"))
            }
        },
        ModuleFunction(
            "check.process",
            "{ exe=, args=, user= }",
            "Up while such a process runs.",
            options: [processSchema]
        ) { loading in
            loading.check("check.process", processSchema) { options throws(LuaError) in
                guard options.has("exe") || options.has("args") else {
                    throw LuaError(.type, "check.process: exe or args is required")
                }
                let arguments = try options.any("args").map { value throws(LuaError) in
                    try ValueReader.wrap("check.process: args", value, ValueReader.strings)
                }
                return .process(
                    executable: options.text("exe"),
                    arguments: arguments,
                    user: options.text("user")
                )
            }
        },
        ModuleFunction(
            "check.tcp",
            "{ host=, port=, timeout= }",
            "Up while something accepts connections there.",
            options: [tcpSchema]
        ) { loading in
            loading.check("check.tcp", tcpSchema) { options in
                .tcp(
                    host: options.text("host") ?? "127.0.0.1",
                    port: options.integer("port") ?? 0,
                    limit: options.duration("timeout") ?? .seconds(10)
                )
            }
        },
        ModuleFunction(
            "check.http",
            "{ url=, status=200, body=pattern, proxy=, timeout= }",
            "Up while the address answers with this status and such a body.",
            options: [httpSchema]
        ) { loading in
            loading.check("check.http", httpSchema) { options in
                .http(
                    url: options.text("url") ?? "",
                    status: options.integer("status") ?? 200,
                    body: options.text("body"),
                    proxy: options.text("proxy"),
                    limit: options.duration("timeout") ?? .seconds(10)
                )
            }
        },
        ModuleFunction(
            "check.exec",
            "{ program, argument…, timeout= }",
            "Up while the program exits 0.",
            options: [execSchema]
        ) { loading in
            loading.check("check.exec", execSchema) { options in
                .program(
                    options.arguments,
                    limit: options.duration("timeout") ?? .seconds(10)
                )
            }
        },
        ModuleFunction("check.all", "{ check… }", "Up while all are up.", options: [listSchema]) {
            loading in
            loading.check("check.all", listSchema) { options throws(LuaError) in
                .all(try checks(options.list, "check.all"))
            }
        },
        ModuleFunction("check.any", "{ check… }", "Up while one is up.", options: [listSchema]) {
            loading in
            loading.check("check.any", listSchema) { options throws(LuaError) in
                .any(try checks(options.list, "check.any"))
            }
        },
    ]

    private static func checks(
        _ values: [LuaValue],
        _ name: String
    ) throws(LuaError) -> [Check] {
        guard !values.isEmpty else { throw LuaError(.type, "\(name): names no check") }
        var checks: [Check] = []
        for (index, value) in values.enumerated() {
            guard case .object(let object) = value, let check = object.payload as? Boxed<Check>
            else {
                throw LuaError(
                    .type,
                    "\(name): [\(index + 1)]: a check expected, got \(value.typeName)"
                )
            }
            checks.append(check.value)
        }
        try checkSize(of: checks, name)
        return checks
    }

    /// The maximum nesting of checks, the same as for tables.
    private static let depthLimit = 32
    /// The maximum number of checks in one; a check that occurs twice counts twice, because a status asks both.
    private static let countLimit = 1000

    /// Each part has already passed this check, so it is neither deep nor large.
    private static func checkSize(of checks: [Check], _ name: String) throws(LuaError) {
        var (depth, count) = (0, 0)
        for check in checks {
            let part = extent(of: check)
            depth = max(depth, part.depth)
            count += part.count
            guard count <= countLimit else {
                throw LuaError(.type, "\(name): more than \(countLimit) checks in one")
            }
        }
        guard depth < depthLimit else {
            throw LuaError(.type, "\(name): checks more than \(depthLimit) levels deep")
        }
    }

    private static func extent(of check: Check) -> (depth: Int, count: Int) {
        switch check {
        case .pidFile, .process, .tcp, .http, .program: return (1, 1)
        case .all(let parts), .any(let parts):
            let extents = parts.map(extent)
            return (
                1 + (extents.map(\.depth).max() ?? 0), extents.reduce(0) { $0 + $1.count }
            )
        }
    }
}

extension Loading {
    fileprivate func check(
        _ name: String,
        make: @escaping (LuaCall) throws(LuaError) -> Check
    ) -> LuaValue {
        let function = state.makeFunction { [unowned self] call throws(LuaError) in
            .value(object(types.check, try make(call), label: name))
        }
        return .function(function)
    }

    /// A check whose only argument is a table. An error in the table is reported at its field.
    fileprivate func check(
        _ name: String,
        _ schema: OptionSchema,
        make: @escaping (Options) throws(LuaError) -> Check
    ) -> LuaValue {
        let function = state.makeFunction { [unowned self] call throws(LuaError) in
            let place = written(call)
            var problems: [FieldProblem] = []
            let options = Options(try call.table(1, name), schema, problems: &problems)
            report(problems, of: name, in: place)
            let check = problems.isEmpty ? try make(options) : .any([])
            return .value(object(types.check, check, label: name))
        }
        return .function(function)
    }
}

extension ValueReader {
    /// Reads one value of a call; a problem becomes the error of the call.
    static func wrap<Value>(
        _ what: String,
        _ value: LuaValue,
        _ read: (LuaValue) throws(ValueProblem) -> Value
    ) throws(LuaError) -> Value {
        do throws(ValueProblem) {
            return try read(value)
        } catch {
            throw LuaError(.type, "\(what): \(error.text)")
        }
    }

    static func strings(_ value: LuaValue) throws(ValueProblem) -> [String] {
        try strings(value, expecting: "a list of strings")
    }
}
