internal import OSVCEngine

extension ContextMethod {
    static let saying: [ContextMethod] =
        [
            ContextMethod(
                "undo",
                "(text, function)",
                "Registers a function that runs if this start fails later; newest first.",
                .starting
            ) { context, call throws(LuaError) in
                let text = try call.text(2, "undo: text")
                let function = try call.function(3, "undo: function")
                // A plan has done nothing that could be undone.
                if !context.isPlanning { try context.session.leave(text, function, in: context) }
                return .none
            },
            raising("fail", .fail, "Ends the function: it has failed, with this reason."),
            raising(
                "refuse",
                .refuse,
                "Ends the action before anything is done, with this reason.",
                .beforeHooks
            ),
            raising("skip", .skip, "Ends the function: there is nothing to do, for this reason."),
        ]
        + [
            ("info", LogLevel.info), ("warn", .warning), ("error", .error), ("debug", .debug),
        ].map(logging)
        + [
            ContextMethod(
                "status_log",
                "(text)",
                "Adds a line under the status of the resource; elsewhere a line to the log."
            ) { context, call throws(LuaError) in
                let text = try call.text(2, "status_log")
                if context.phase == .status {
                    context.notes.append(text)
                } else {
                    context.log(.info, text, at: call.position)
                }
                return .none
            },
            ContextMethod(
                "now",
                "()",
                "Seconds since 1970, with fractions."
            ) { context, _ throws(LuaError) in .value(.number(try context.host.now())) },
        ]

    private static func raising(
        _ name: String,
        _ kind: LuaError.Kind,
        _ summary: String,
        _ rule: Rule = .anywhere
    ) -> ContextMethod {
        ContextMethod(name, "(format, value…)", summary, rule, format: 2) {
            _,
            call throws(LuaError) in
            throw LuaError(kind, try call.text(2, name))
        }
    }

    private static func logging(_ name: String, _ level: LogLevel) -> ContextMethod {
        ContextMethod(
            name,
            "(format, value…)",
            "Writes a line to the log, at level \(level.rawValue).",
            format: 2
        ) { context, call throws(LuaError) in
            context.log(level, try call.text(2, name), at: call.position)
            return .none
        }
    }
}
