internal import OSVCEngine

extension ModuleFunction {
    private static let limits = OptionSchema([
        Option("start", .duration, "How long a start may take."),
        Option("stop", .duration, "How long a stop may take."),
        Option("status", .duration, "How long a status may take; 30s unless given."),
        Option("info", .duration, "How long an info may take; 30s unless given."),
    ])

    /// The fields that launchers and daemons have in common.
    private static let common: [Option] = [
        Option("S", .any, "Place in the start order, 0 to 99; false: not started."),
        Option("K", .any, "Place in the stop order; 100 - S unless given; false: not stopped."),
        Option("C", .any, "Place in the status order; S unless given; false: no status."),
        Option("timeout", .table(limits), "Limits of the actions."),
        Option("user", .text, "The user that programs run as."),
        Option("group", .text, "The group that programs run as."),
        Option("env", .map, "Environment of programs, added to osvc's own."),
        Option("cwd", .path, "Directory that programs start in; / unless given."),
        Option(
            "on_error",
            .choice(["abort", "continue"]),
            "What a failed start does to the action."
        ),
    ]

    private static let launcherSchema = OptionSchema(
        common + [
            Option("start", .any, "function(ctx) or a list of a program and its arguments."),
            Option("stop", .any, "function(ctx) or a list of a program and its arguments."),
            Option("status", .any, "function(ctx), a list, or a check."),
            Option("info", .any, "function(ctx) that returns a table, or a list."),
        ]
    )

    private static let daemonSchema = OptionSchema(
        common + [
            Option("cmd", .arguments, required: true, "The program and its arguments."),
            Option(
                "pidfile",
                .path,
                "Where the program keeps its pid; osvc keeps it unless given."
            ),
            Option("status", .any, "function(ctx), a list, or a check; the process unless given."),
            Option("stop_signal", .any, "Name or number of the signal that ends it; TERM."),
            Option("stop_timeout", .duration, "How long that may take before KILL; 10s."),
            Option(
                "alive_for",
                .duration,
                "How long it must live for its start to succeed; 1s, 0s with a status of its own."
            ),
            Option("log", .path, "Where its output goes; a file under tmp/ unless given."),
            Option("log_size", .size, "From which size the log is renamed at a start; 10M."),
            Option("log_keep", .integer(0...100), "How many renamed logs are kept; 3."),
        ]
    )

    static let launcher = ModuleFunction(
        "launcher",
        "\"name\" { S=, K=, C=, start=, stop=, status=, info=, timeout=, … }",
        "Start, stop, status and info of one part of an application; goes into app {}.",
        options: [launcherSchema]
    ) { loading in
        loading.constructor("launcher", needsID: true) { [unowned loading] id, table, place in
            let name = id ?? ""
            let reader = LauncherReader(loading, name, table, launcherSchema, place)
            return loading.object(loading.types.launcher, reader.launcher(), label: name)
        }
    }

    static let daemon = ModuleFunction(
        "daemon",
        "\"name\" { S=, cmd={…}, pidfile=, status=, stop_signal=, stop_timeout=, log=, log_size=, … }",
        "A launcher for a daemon: osvc starts the program, finds it again, ends it by a signal.",
        options: [daemonSchema]
    ) { loading in
        loading.constructor("daemon", needsID: true) { [unowned loading] id, table, place in
            let name = id ?? ""
            let reader = LauncherReader(loading, name, table, daemonSchema, place)
            return loading.object(loading.types.launcher, reader.daemon(), label: name)
        }
    }
}

extension Loading {
    func object<Value>(_ type: LuaClass, _ value: Value, label: String? = nil) -> LuaValue {
        .object(state.makeObject(type, Boxed(value), label: label))
    }
}
