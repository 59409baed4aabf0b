/// What the scripts of a plan would do: their reading functions are executed, their writing functions
/// only recorded (lua-boundary.md section 5).
public struct Rehearsal: Sendable, Equatable {
    /// What one hook, trigger or launcher would do.
    public struct Part: Sendable, Equatable {
        /// `hook site-policy/change-window`, `start mysqld`.
        public var title: String
        /// Where the script or trigger is written.
        public var position: SourcePosition
        /// What it would do, one line for each deed.
        public var lines: [String]
        /// The line after which the rest is not known; nil: all is known.
        public var incompleteAfter: String?
        /// Why the action would end here; nil: it would go on.
        public var refusal: String?
    }

    /// The hooks before the action and the triggers of the service.
    public var service: [Part] = []
    /// The hooks, triggers and launchers of each resource that takes part, and what uses the mounts that are unmounted.
    public var resources: [ResourceID: [Part]] = [:]
}

/// Rehearses a plan; changes nothing.
@EngineActor
public struct Rehearsing {
    private let context: ActionContext
    private let plan: Plan
    private let direction: Action.Direction

    public init(
        _ plan: Plan,
        of site: Site,
        direction: Action.Direction,
        options: ActionOptions
    ) {
        self.plan = plan
        self.direction = direction
        context = ActionContext(
            site,
            action: plan.action,
            options: options,
            lastNode: nil
        )
    }

    /// Runs the scripts of the plan in its order, each in planning mode.
    public func rehearse() async -> Rehearsal {
        var rehearsal = Rehearsal()
        let isStart = direction == .up
        rehearsal.service += await hooks(isStart ? .startPre : .stopPre, nil)
        let moments: [Trigger.Moment] =
            isStart ? [.preStart, .postStart] : [.preStop, .postStop]
        rehearsal.service += await triggers(context.service.triggers, moments, nil)
        var isGroundReal = true
        var unmounted: Set<String> = []
        for item in plan.items where item.skip == nil {
            guard let resource = context.service.resource(item.resource) else { continue }
            var parts = await hooks(isStart ? .resourceStartPre : .resourceStopPre, resource.id)
            parts += await triggers(resource.triggers, moments, resource.id)
            for step in item.steps.flatMap(\.unbundled) {
                if let part = users(step, item, &unmounted) { parts.append(part) }
                guard var part = await launch(step, resource.id) else { continue }
                if let refusal = part.refusal, !isGroundReal {
                    // What it lacks may be what the steps before it would make.
                    part.incompleteAfter = refusal
                    part.refusal = nil
                }
                parts.append(part)
            }
            rehearsal.resources[resource.id] = parts
            if item.steps.contains(where: \.changesMachine) { isGroundReal = false }
        }
        return rehearsal
    }

    /// What keeps a mount busy that the step unmounts, and what is done about it; nil: nothing is found. It is told as
    /// of this moment: what the service itself has running there ends before.
    private func users(
        _ step: Step,
        _ item: PlanItem,
        _ unmounted: inout Set<String>
    ) -> Rehearsal.Part? {
        guard case .unmount(let mountPoint, let policy, _) = step else { return nil }
        defer { unmounted.insert(mountPoint) }
        let host = context.host
        guard let mount = (try? host.mounts())?.at(mountPoint).last,
            let holders = try? MountHolders(of: mount, on: host, without: unmounted),
            !holders.isEmpty
        else { return nil }
        let end =
            switch policy {
            case .end(let killAfter):
                "TERM, after \(killAfter.text) KILL, if they still use it then"
            case .fail: "the stop fails if they still use it then (busy = fail)"
            }
        let line = holders.obstacle ?? "\(holders.usersText): \(end)"
        return Rehearsal.Part(title: step.summary, position: item.position, lines: ["now \(line)"])
    }

    private func hooks(_ event: HookEvent, _ resource: ResourceID?) async -> [Rehearsal.Part] {
        var parts: [Rehearsal.Part] = []
        for hook in HookCalls(context: context).hooks(for: event, on: resource) {
            let key = ScriptKey(resource: resource)
            let call = context.call(hook.script, .hook(event), key: key, limit: hook.limit)
            parts.append(await part("hook \(hook.name)", call))
        }
        return parts
    }

    private func triggers(
        _ triggers: [Trigger],
        _ moments: [Trigger.Moment],
        _ resource: ResourceID?
    ) async -> [Rehearsal.Part] {
        var parts: [Rehearsal.Part] = []
        for trigger in triggers where moments.contains(trigger.moment) {
            let title = trigger.moment.rawValue
            switch trigger.work {
            case .program(let arguments):
                let line = arguments.joined(separator: " ")
                parts.append(
                    Rehearsal.Part(title: title, position: trigger.position, lines: [line])
                )
            case .script(let script):
                let key = ScriptKey(resource: resource)
                let call = context.call(script, .trigger(trigger.moment), key: key, limit: nil)
                parts.append(await part(title, call))
            }
        }
        return parts
    }

    private func launch(_ step: Step, _ resource: ResourceID) async -> Rehearsal.Part? {
        guard case .launch(let launcher, let action) = step,
            case .script(let script)? = launcher.methods[action]
        else { return nil }
        let key = ScriptKey(resource: resource, launcher: launcher.name)
        let limit = launcher.limits[action]
        let call = context.call(script, .launcher(action), key: key, limit: limit)
        return await part("\(action.rawValue) \(launcher.name)", call)
    }

    private func part(_ title: String, _ call: ScriptCall) async -> Rehearsal.Part {
        var call = call
        call.isPlanning = true
        var part = Rehearsal.Part(title: title, position: call.script.position, lines: [])
        switch await context.scripts.call(call) {
        case .planned(let lines, let incompleteAfter):
            part.lines = lines
            part.incompleteAfter = incompleteAfter
        case .finished(code: 0): break
        case .skipped(let text): part.lines = ["skip: \(text)"]
        case let other: part.refusal = other.text
        }
        return part
    }
}
