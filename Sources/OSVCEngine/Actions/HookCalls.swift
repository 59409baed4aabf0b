/// Runs the hooks of an event in order: by number, then file, then id (docs/lua.md, Hooks).
@EngineActor
struct HookCalls {
    let context: ActionContext

    /// Throws `.refused` or `.skipped` when a hook asks for that, `.untold` when one fails that aborts on
    /// errors, and `.interrupted` on a signal.
    func run(_ event: HookEvent, on resource: ResourceID? = nil) async throws(ActionFailure) {
        for hook in hooks(for: event, on: resource) {
            let key = ScriptKey(resource: resource)
            let call = context.call(hook.script, .hook(event), key: key, limit: hook.limit)
            context.log.waiting(for: "hook \(hook.name)")
            let outcome = await context.scripts.call(call)
            context.log.waiting(for: nil)
            try settle(outcome, of: hook, event, resource)
        }
    }

    func hooks(for event: HookEvent, on resource: ResourceID?) -> [Hook] {
        context.service.definition.hooks.filter { hook in
            guard hook.event == event else { return false }
            guard let resource, let pattern = hook.resourcePattern else { return true }
            return Glob(pattern).matches(resource.text)
        }.sorted {
            ($0.order, $0.script.position.file, $0.id) < ($1.order, $1.script.position.file, $1.id)
        }
    }

    private func settle(
        _ outcome: ScriptOutcome,
        of hook: Hook,
        _ event: HookEvent,
        _ resource: ResourceID?
    ) throws(ActionFailure) {
        switch outcome {
        case .finished(code: 0), .planned:
            return
        case .refused(let text) where event.mayRefuse:
            throw .refused(by: hook.name, text)
        case .skipped(let text) where resource != nil:
            throw .skipped(by: hook.name, text)
        case .skipped:
            return
        case .cancelled:
            throw .interrupted
        case .failed(let text), .timedOut(let text), .refused(let text):
            try fail(text, hook, resource)
        case .finished(let code):
            try fail("returned \(code)", hook, resource)
        case .status, .info:
            try fail("returned a status, which means nothing here", hook, resource)
        }
    }

    private func fail(_ text: String, _ hook: Hook, _ resource: ResourceID?) throws(ActionFailure) {
        guard hook.onError == .abort else {
            context.log.write(.warning, "hook \(hook.name): \(text)", about: resource)
            return
        }
        throw .untold(resource, "hook \(hook.name): \(text)")
    }
}
