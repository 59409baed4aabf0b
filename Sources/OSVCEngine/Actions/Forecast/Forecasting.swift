/// Goes through a plan in the order of the action and asks the machine what each part requires.
///
/// Nothing is changed: scripts are rehearsed, programs are not run. What rests on an earlier part of the same plan
/// (`Driver.reach`, `Driver.footing`) is not known before that part is done.
@EngineActor
final class Forecasting {
    private let context: ActionContext
    private let plan: Plan
    private let direction: Action.Direction
    private let rehearsing: Rehearsing
    /// The resources whose steps follow from what nobody has seen.
    private let unseen: Set<ResourceID>
    private var movers: Movers
    private var forecast = Forecast()
    /// The mount points that earlier steps of the plan unmount.
    private var unmounted: Set<String> = []

    private var service: Service { context.service }
    private var isStart: Bool { direction == .up }

    /// `movers` are what comes before the plan. With `isElsewhere` it is that of another node.
    init(
        _ plan: Plan,
        of site: Site,
        direction: Action.Direction,
        options: ActionOptions,
        unseen: Set<ResourceID>,
        movers: Movers,
        isElsewhere: Bool
    ) {
        self.plan = plan
        self.direction = direction
        self.unseen = unseen
        self.movers = movers
        forecast.isElsewhere = isElsewhere
        let lastNode = Files.text(site.layout.lastNode(of: site.service.name), limit: 256)
        context = ActionContext(
            site,
            action: plan.action,
            options: options,
            lastNode: isElsewhere ? nil : lastNode.map { $0.filter { !$0.isNewline } }
        )
        rehearsing = Rehearsing(context: context, isHere: !isElsewhere)
    }

    /// Asks. `action` is the one that was asked for: that of the plan may be another one, as at a boot.
    public func forecast(of action: Action) async -> Forecast {
        forecast.obstacles = obstacles(to: action)
        if let first = forecast.obstacles.first {
            forecast.verdict.take(.notMet(first), nil, service.name)
        }
        await begin()
        for check in plan.conflictChecks {
            for step in check.steps { await answer(step, of: check.resource, isDecisive: true) }
        }
        await serviceTriggers(isStart ? .preStart : .preStop)
        for item in plan.items where item.skip == nil { await ask(item) }
        await serviceTriggers(isStart ? .postStart : .postStop)
        for part in rehearsing.later(isStart ? .startPost : .stopPost, nil) { settle(part, nil) }
        return forecast
    }

    // MARK: The service

    /// What osvc itself has against the action.
    private func obstacles(to action: Action) -> [String] {
        let guardian = ActionGuard(service, host: context.host)
        var found = [guardian.stranger].compactMap(\.self)
        if let refusal = guardian.refusal(of: action, context.options) {
            found.append([refusal, guardian.thawHint].compactMap(\.self).joined(separator: "; "))
        }
        guard !forecast.isElsewhere else { return found }
        if action.direction != .down {
            found += StateTrust(context.layout, service: service.name, host: context.host)
                .problems()
        }
        guard action.directions.contains(.up) else { return found }
        let trust = ProgramTrust(context.host, in: context.layout, isStarting: true) { _ in }
        return found + service.programs.compactMap(trust.judge).prefix(1)
    }

    private func begin() async {
        for reply in await rehearsing.hooks(isStart ? .startPre : .stopPre, nil) {
            settle(reply.part, nil)
        }
        let isTakeover =
            context.options.reason == .cluster && context.lastNode.map { $0 != plan.node } == true
        guard isStart, isTakeover else { return }
        for reply in await rehearsing.hooks(.clusterTakeover, nil) { settle(reply.part, nil) }
    }

    private func serviceTriggers(_ moment: Trigger.Moment) async {
        guard plan.action.isWhole else { return }
        for trigger in service.triggers where trigger.moment == moment {
            settle(await rehearsing.trigger(trigger, nil), nil)
        }
    }

    // MARK: Resources

    private func ask(_ item: PlanItem) async {
        guard let resource = service.resource(item.resource) else { return }
        for reply in await rehearsing.hooks(
            isStart ? .resourceStartPre : .resourceStopPre,
            resource.id
        ) {
            settle(reply.part, resource)
            if reply.isSkip { return }
        }
        await triggers(isStart ? .preStart : .preStop, of: resource)
        let isOptional = resource.isOptional
        for step in item.steps.flatMap(\.unbundled) {
            if let part = users(step, item) {
                forecast.resources[resource.id, default: []].append(part)
            }
            if let part = await rehearsing.launch(step, resource.id) {
                settle(part, resource)
            } else {
                await answer(
                    step,
                    of: resource.id,
                    isDecisive: !isOptional && !step.toleratesFailure
                )
            }
        }
        if unseen.contains(resource.id), !isOptional {
            forecast.verdict.depend(on: resource.id.text)
        }
        if unseen.contains(resource.id) || item.steps.contains(where: \.changesMachine) {
            forecast.verdict.changes = true
            let fails = forecast.answers[resource.id]?.contains { $0.answer.fails } == true
            let when = "until \(resource.id) is \(isStart ? "up" : "down")"
            if !fails { movers.add(when, resource.driver.reach) }
        }
        await triggers(isStart ? .postStart : .postStop, of: resource)
        let event = isStart ? HookEvent.resourceStartPost : .resourceStopPost
        for part in rehearsing.later(event, resource.id) { settle(part, resource) }
    }

    /// What keeps a mount busy that the step unmounts, and what is done about it; nil: nothing is found. It is told as
    /// of this moment: what the service itself has running there ends before.
    private func users(_ step: Step, _ item: PlanItem) -> Forecast.Part? {
        guard !forecast.isElsewhere, case .unmount(let mountPoint, let policy, _) = step else {
            return nil
        }
        defer { unmounted.insert(mountPoint) }
        guard let mount = (try? context.host.mounts())?.at(mountPoint).last,
            let holders = try? MountHolders(of: mount, on: context.host, without: unmounted),
            !holders.isEmpty
        else { return nil }
        let end =
            switch policy {
            case .end(let killAfter):
                "TERM, after \(killAfter.text) KILL, if they still use it then"
            case .fail: "the stop fails if they still use it then (busy = fail)"
            }
        let line = holders.obstacle ?? "\(holders.usersText): \(end)"
        return Forecast.Part(title: step.summary, position: item.position, lines: ["now \(line)"])
    }

    private func triggers(_ moment: Trigger.Moment, of resource: Resource) async {
        guard plan.action.runsTriggers else { return }
        for trigger in resource.triggers where trigger.moment == moment {
            settle(await rehearsing.trigger(trigger, resource.id), resource)
        }
    }

    private func answer(_ step: Step, of id: ResourceID, isDecisive: Bool) async {
        let answers = StepAnswers(host: context.host, movers: movers)
        let footing = service.resource(id)?.driver.footing ?? []
        guard let answer = await answers.answer(to: step, footing: footing) else { return }
        forecast.answers[id, default: []].append(.init(step: step, answer: answer))
        if isDecisive { forecast.verdict.take(answer, id, id.text) }
    }

    /// Takes what a hook, trigger or launcher said. After a change it may lack what that change makes.
    private func settle(_ part: Forecast.Part, _ resource: Resource?) {
        var part = part
        if let refusal = part.refusal, let end = movers.end {
            part.incompleteAfter = refusal
            part.unknown = end
            part.refusal = nil
        }
        if resource?.isOptional == true { part.isDecisive = false }
        if let resource {
            forecast.resources[resource.id, default: []].append(part)
        } else {
            forecast.service.append(part)
        }
        let title = resource.map { "\($0.id) \(part.title)" } ?? part.title
        if part.isDecisive { forecast.verdict.take(part.answer, resource?.id, title) }
        if part.mayChange { movers.add("until \(part.title) has run", nil) }
    }
}

extension Forecast.Answer {
    fileprivate var fails: Bool {
        if case .notMet = self { return true }
        return false
    }
}

extension Forecast.Part {
    /// What it says of the action.
    public var answer: Forecast.Answer {
        if let refusal { return .notMet("\(title): \(refusal)") }
        if let unknown { return .unknown(unknown) }
        return incompleteAfter == nil ? .ok : .unknown("until it runs")
    }

    /// Whether it may change what later parts find: a program, or a script that would do more than look.
    fileprivate var mayChange: Bool {
        incompleteAfter != nil || unknown != nil || lines.contains { !$0.hasPrefix("skip: ") }
    }
}
