internal import OSVCEngine

extension ContextMethod {
    private static let fileSchema = OptionSchema([
        Option("mode", .integer(0...0o777), "Its permissions; 420, which is 0644.")
    ])

    static let writing: [ContextMethod] = [
        ContextMethod(
            "write_file",
            "(path, data, { mode= })",
            "Replaces a file as a whole; no reader sees half of it.",
            .changing,
            options: fileSchema
        ) { context, call throws(LuaError) in
            let path = try path(call, "write_file")
            let data = try call.value(3).bytes("write_file: data")
            let mode =
                try call.isNil(4)
                ? nil : Options(call.value(4), fileSchema, of: "write_file").integer("mode")
            return try change("write_file \(path)", context, call) { host throws(HostError) in
                try host.writeFile(path, data, mode: UInt32(mode ?? 0o644))
            }
        },
        ContextMethod(
            "mkdir",
            "(path)",
            "Makes a directory and those above it; existing ones are left alone.",
            .changing
        ) { context, call throws(LuaError) in
            let path = try path(call, "mkdir")
            return try change("mkdir \(path)", context, call) { host throws(HostError) in
                try host.makeDirectory(path)
            }
        },
        ContextMethod(
            "remove",
            "(path)",
            "Removes a file or a link; it is no error if it does not exist.",
            .changing
        ) { context, call throws(LuaError) in
            let path = try path(call, "remove")
            return try change("remove \(path)", context, call) { host throws(HostError) in
                try host.removeFile(path)
            }
        },
        ContextMethod(
            "symlink",
            "(target, path)",
            "Makes a symbolic link; one with the same target is left alone.",
            .changing
        ) { context, call throws(LuaError) in
            let target = try call.text(2, "symlink: target")
            let path = try ValueReader.wrap("symlink", try call.value(3), ValueReader.path)
            let line = "symlink \(path) to \(target)"
            return try change(line, context, call) { host throws(HostError) in
                guard try host.readLink(path) != target else { return }
                try host.makeLink(to: target, at: path)
            }
        },
        ContextMethod(
            "signal",
            "(pid, signal)",
            "Sends a signal, by name or number, to one process.",
            .changing
        ) { context, call throws(LuaError) in
            let pid = try call.integer(2, "signal: pid")
            guard pid > 1, let pid = Int32(exactly: pid) else {
                throw LuaError(.type, "signal: \(pid) is not a process that may be signalled")
            }
            let number = try ValueReader.wrap("signal", try call.value(3), SignalName.number)
            let line = "signal \(SignalName.name(number)) to \(pid)"
            return try change(line, context, call) { host throws(HostError) in
                try host.signal(number, to: .process(pid))
            }
        },
    ]

    /// Executes it, or records it in a plan.
    @EngineActor
    private static func change(
        _ line: String,
        _ context: CallContext,
        _ call: LuaCall,
        _ body: @EngineActor (any Host) throws(HostError) -> Void
    ) throws(LuaError) -> LuaReply {
        guard !context.isPlanning else {
            context.plan(line, at: call.position)
            return .none
        }
        let host = try context.host
        context.log(.info, line, at: call.position)
        do throws(HostError) {
            try body(host)
        } catch {
            throw LuaError(.lua, "\(line): \(error)")
        }
        return .none
    }
}
