/// Asks the scripts of a plan what they would do: their reading functions are executed, their writing functions only
/// recorded (lua-boundary.md section 5). Changes nothing.
@EngineActor
struct Rehearsing {
    let context: ActionContext
    /// Whether scripts can be asked at all: not for another node.
    let isHere: Bool

    /// What a script answered.
    struct Reply {
        var part: Forecast.Part
        /// Whether a hook leaves the resource out.
        var isSkip = false
    }

    func hooks(_ event: HookEvent, _ resource: ResourceID?) async -> [Reply] {
        var replies: [Reply] = []
        for hook in HookCalls(context: context).hooks(for: event, on: resource) {
            let key = ScriptKey(resource: resource)
            let call = context.call(hook.script, .hook(event), key: key, limit: hook.limit)
            let outcome = await outcome(call)
            var reply = reply("hook \(hook.name)", hook.script.position, outcome)
            switch outcome {
            case .refused where event.mayRefuse, .planned, nil: break
            case .skipped: reply.isSkip = resource != nil
            default: reply.part.isDecisive = hook.onError == .abort
            }
            replies.append(reply)
        }
        return replies
    }

    /// Hooks after the fact, which see what the action made: they cannot be asked before.
    func later(_ event: HookEvent, _ resource: ResourceID?) -> [Forecast.Part] {
        HookCalls(context: context).hooks(for: event, on: resource).map { hook in
            Forecast.Part(
                title: "hook \(hook.name)",
                position: hook.script.position,
                isDecisive: hook.onError == .abort,
                unknown: "until it runs"
            )
        }
    }

    func trigger(_ trigger: Trigger, _ resource: ResourceID?) async -> Forecast.Part {
        let title = trigger.moment.rawValue
        var part: Forecast.Part
        switch trigger.work {
        case .program(let arguments):
            let line = arguments.joined(separator: " ")
            part = Forecast.Part(title: title, position: trigger.position, lines: [line])
            if let program = arguments.first, isHere, context.host.findProgram(program) == nil {
                part.refusal = HostError.programMissing(program).description
            }
        case .script(let script):
            let key = ScriptKey(resource: resource)
            let call = context.call(script, .trigger(trigger.moment), key: key, limit: nil)
            part = reply(title, script.position, await outcome(call)).part
        }
        part.isDecisive = trigger.isBlocking
        return part
    }

    /// What a launcher that is a script would do; nil: it is none.
    func launch(_ step: Step, _ resource: ResourceID) async -> Forecast.Part? {
        guard case .launch(let launcher, let action) = step,
            case .script(let script)? = launcher.methods[action]
        else { return nil }
        let key = ScriptKey(resource: resource, launcher: launcher.name)
        let limit = launcher.limits[action]
        let call = context.call(script, .launcher(action), key: key, limit: limit)
        let title = "\(action.rawValue) \(launcher.name)"
        var part = reply(title, script.position, await outcome(call)).part
        part.isDecisive = !step.toleratesFailure
        return part
    }

    /// The outcome of a call in planning mode; nil: it cannot be asked.
    private func outcome(_ call: ScriptCall) async -> ScriptOutcome? {
        guard isHere else { return nil }
        var call = call
        call.isPlanning = true
        return await context.scripts.call(call)
    }

    private func reply(_ title: String, _ position: SourcePosition, _ outcome: ScriptOutcome?)
        -> Reply
    {
        var part = Forecast.Part(title: title, position: position)
        switch outcome {
        case .planned(let lines, let incompleteAfter):
            part.lines = lines
            part.incompleteAfter = incompleteAfter
        case .finished(code: 0): break
        case .skipped(let text): part.lines = ["skip: \(text)"]
        case nil: part.unknown = "until it runs"
        case let other?: part.refusal = other.text
        }
        return Reply(part: part)
    }
}
