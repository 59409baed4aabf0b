internal import OSVCEngine

/// The outcome of a function, which depends on the purpose of its call (lua-boundary.md section 4).
@EngineActor
struct OutcomeReader {
    let context: CallContext
    let fiber: Fiber

    private var call: ScriptCall { context.call }

    func outcome(of result: Result<[LuaValue], LuaError>) -> ScriptOutcome {
        switch result {
        case .success(let values): outcome(of: values)
        case .failure(let error): outcome(of: error)
        }
    }

    // MARK: Values

    private func outcome(of values: [LuaValue]) -> ScriptOutcome {
        switch call.purpose {
        case .launcher(.status): status(values)
        case .launcher(.info): info(values.first ?? .nil)
        case .launcher, .trigger, .hook: done(values.first ?? .nil)
        }
    }

    /// The code of a result: nothing and true are 0, false is 1, an integer is itself.
    private func done(_ value: LuaValue) -> ScriptOutcome {
        switch value {
        case .nil, .boolean(true): finished(0)
        case .boolean(false): finished(1)
        case .integer(let code): finished(Int32(clamping: code))
        default: failed("returned \(value.noun)")
        }
    }

    private func finished(_ code: Int32) -> ScriptOutcome {
        context.isPlanning && code == 0
            ? .planned(context.planned.all, incompleteAfter: nil) : .finished(code: code)
    }

    private func status(_ values: [LuaValue]) -> ScriptOutcome {
        switch values.first ?? .nil {
        case .nil: return .status(.warn, note: note("returned nothing"))
        case .boolean(true), .integer(0): return .status(.up, note: note(nil))
        case .boolean(false), .integer(1...3): return .status(.down, note: note(nil))
        case .string(let bytes):
            let word = String(decoding: bytes, as: UTF8.self).cut(to: 64)
            guard let status = Status(word: word) else {
                return .status(.warn, note: note("returned '\(word)', which is not a status"))
            }
            guard values.count > 1, case .string(let text) = values[1] else {
                return .status(status, note: note(nil))
            }
            return .status(status, note: note(String(decoding: text, as: UTF8.self), isWhole: true))
        case .integer(let code):
            return .status(.warn, note: note("returned \(code), which is not a status"))
        case let value:
            return .status(.warn, note: note("returned \(value.noun)"))
        }
    }

    /// The lines under the status: those of `status_log`, then the one that the function returned.
    private func note(_ text: String?, isWhole: Bool = false) -> String? {
        var lines = context.notes.all
        if let text { lines.append((isWhole ? text : "\(call.script.position): \(text)").cut) }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func info(_ value: LuaValue) -> ScriptOutcome {
        guard case .table(let table) = value, table.list.isEmpty, table.others.isEmpty else {
            return failed("an info returns a table of names and values, not \(value.noun)")
        }
        var lines: [String: String] = [:]
        for field in table.fields {
            switch field.value {
            case .string(let bytes): lines[field.name] = String(decoding: bytes, as: UTF8.self).cut
            case .integer(let number): lines[field.name] = String(number)
            case .number(let number): lines[field.name] = "\(number)"
            case .boolean(let flag): lines[field.name] = flag ? "true" : "false"
            default: return failed("info: '\(field.name)' is \(field.value.noun)")
            }
        }
        return .info(lines)
    }

    private func failed(_ text: String) -> ScriptOutcome {
        .failed("\(call.script.position): \(text)")
    }

    // MARK: Errors

    private func outcome(of error: LuaError) -> ScriptOutcome {
        let error = error.at(
            LuaPosition(file: call.script.position.file, line: call.script.position.line)
        )
        if let traceback = error.traceback { context.log(.debug, traceback) }
        switch (fiber.reason, error.kind) {
        case (.cancelled, .cancelled): return .cancelled
        case (_, .killed): return .cancelled
        case (.timedOut, .cancelled): return .timedOut(error.description)
        case (_, .skip): return skipped(error)
        case (_, .refuse): return .refused(error.description)
        case (_, .unknownInPlan):
            return .planned(context.planned.all, incompleteAfter: error.description)
        case _ where context.isPlanning && !context.planned.isEmpty && error.kind != .budget:
            // The function needed something that the plan did not execute: the rest is not known.
            return .planned(context.planned.all, incompleteAfter: error.description)
        case (_, .timeout) where call.purpose != .launcher(.status):
            return .timedOut(error.description)
        default: return failed(error)
        }
    }

    /// A status that cannot be determined is warn, never down: a typo in a probe must not cause a failover.
    private func failed(_ error: LuaError) -> ScriptOutcome {
        guard call.purpose == .launcher(.status) else { return .failed(error.description) }
        let lines = context.notes.all + [error.description.cut]
        return .status(.warn, note: lines.joined(separator: "\n"))
    }

    private func skipped(_ error: LuaError) -> ScriptOutcome {
        guard call.purpose == .launcher(.status) else { return .skipped(error.description) }
        let lines = context.notes.all + [error.description.cut]
        return .status(.notApplicable, note: lines.joined(separator: "\n"))
    }
}
