internal import OSVCEngine

/// Reads the table of a `launcher` or a `daemon`.
@EngineActor
struct LauncherReader {
    private let loading: Loading
    private let name: String
    private let table: LuaTable
    private let options: Options
    private let place: WrittenTable
    /// Whether all fields are correct.
    private let isWhole: Bool

    init(
        _ loading: Loading,
        _ name: String,
        _ table: LuaTable,
        _ schema: OptionSchema,
        _ place: WrittenTable
    ) {
        self.loading = loading
        self.name = name
        self.table = table
        self.place = place
        var problems: [FieldProblem] = []
        options = Options(table, schema, problems: &problems)
        isWhole = problems.isEmpty
        loading.report(problems, of: name, in: place)
    }

    func launcher() -> Launcher {
        var methods: [LauncherAction: Launcher.Method] = [:]
        for action in LauncherAction.allCases {
            methods[action] = method(action)
        }
        let orders = orders(methods)
        let isSilent = LauncherAction.allCases.allSatisfy { table[$0.rawValue] == nil }
        if isSilent, isWhole {
            report("has neither start, stop, status nor info", at: place.position)
        }
        return make(methods, orders, daemon: nil)
    }

    func daemon() -> Launcher {
        var methods: [LauncherAction: Launcher.Method] = [.start: .daemon, .stop: .daemon]
        methods[.status] = method(.status) ?? .daemon
        let daemon = Launcher.Daemon(
            command: options.words("cmd") ?? [],
            pidFile: options.text("pidfile"),
            stopSignal: signal() ?? 15,
            stopLimit: options.duration("stop_timeout") ?? .seconds(10),
            life: options.duration("alive_for"),
            log: options.text("log"),
            logLimit: options.integer("log_size") ?? 10 << 20,
            logsKept: options.integer("log_keep") ?? 3
        )
        return make(methods, orders(methods), daemon: daemon)
    }

    // MARK: Parts

    private func make(
        _ methods: [LauncherAction: Launcher.Method],
        _ orders: (start: Int?, stop: Int?, status: Int?),
        daemon: Launcher.Daemon?
    ) -> Launcher {
        var limits: [LauncherAction: Duration] = [:]
        for action in LauncherAction.allCases {
            limits[action] = options.table("timeout")?.duration(action.rawValue)
        }
        return Launcher(
            name: name,
            startOrder: orders.start,
            stopOrder: orders.stop,
            statusOrder: orders.status,
            methods: methods,
            limits: limits,
            daemon: daemon,
            user: options.text("user"),
            group: options.text("group"),
            environment: options.map("env") ?? [:],
            directory: options.text("cwd"),
            onError: options.text("on_error").flatMap(Launcher.OnError.init),
            position: place.position
        )
    }

    private func method(_ action: LauncherAction) -> Launcher.Method? {
        guard let value = options.any(action.rawValue) else { return nil }
        do throws(ValueProblem) {
            switch value {
            case .function(let function):
                return .script(loading.keep(function, near: place, as: surroundings))
            case .table:
                return .program(try ValueReader.arguments(value))
            case .object(let object):
                if action == .status, let check = object.payload as? Boxed<Check> {
                    return .check(check.value)
                }
                throw ValueReader.expected(expectation(of: action), value)
            default:
                throw ValueReader.expected(expectation(of: action), value)
            }
        } catch {
            let position = place.position(of: action.rawValue)
            report("field '\(action.rawValue)': \(error.text)", at: position)
            return nil
        }
    }

    private func expectation(of action: LauncherAction) -> String {
        action == .status ? "a function, a list or a check" : "a function or a list"
    }

    private var surroundings: ScriptFunctions.Surroundings {
        ScriptFunctions.Surroundings(
            user: options.text("user"),
            group: options.text("group"),
            environment: options.map("env") ?? [:],
            directory: options.text("cwd")
        )
    }

    /// The places in the sequences. `K` is 100 - `S` by default, `C` is `S`; false means no place. A script of
    /// a launcher directory has its `S` in the file name.
    private func orders(
        _ methods: [LauncherAction: Launcher.Method]
    ) -> (start: Int?, stop: Int?, status: Int?) {
        let start = order("S", default: loading.launcherNumber)
        if start == nil, options.any("S") == nil {
            loading.report("\(name): field 'S' is required", at: place.position)
        }
        let stop = order("K", default: start.map { min(100 - $0, 99) })
        let status = order("C", default: start)
        return (
            methods[.start] == nil ? nil : start,
            methods[.stop] == nil ? nil : stop,
            methods[.status] == nil ? nil : status
        )
    }

    private func order(_ letter: String, default fallback: Int?) -> Int? {
        switch options.any(letter) {
        case nil: return fallback
        case .boolean(false): return nil
        case let value?:
            do throws(ValueProblem) {
                return try ValueReader.integer(value, in: 0...99)
            } catch {
                report("field '\(letter)': \(error.text)", at: place.position(of: letter))
                return nil
            }
        }
    }

    private func signal() -> Int32? {
        guard let value = options.any("stop_signal") else { return nil }
        do throws(ValueProblem) {
            return try SignalName.number(value)
        } catch {
            report("field 'stop_signal': \(error.text)", at: place.position(of: "stop_signal"))
            return nil
        }
    }

    private func report(_ message: String, at position: SourcePosition) {
        loading.report("\(name): \(message)", at: position)
    }
}
