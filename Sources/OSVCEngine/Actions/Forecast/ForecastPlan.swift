/// A plan in one direction, with what the machine says to it.
public struct ForecastPlan: Sendable, Equatable {
    public var plan: Plan
    public var direction: Action.Direction
    public var forecast: Forecast
}

/// Plans an action and asks the machine about it, for `osvc plan` and `--dry-run`. Changes nothing.
@EngineActor
public struct PlanForecast: SiteWork {
    public let site: Site
    private let isElsewhere: Bool

    /// With `isElsewhere` the service is that of another node, and the machine of the site is a stand-in of which
    /// only names are asked.
    public init(_ site: Site, isElsewhere: Bool = false) {
        self.site = site
        self.isElsewhere = isElsewhere
    }

    /// The plans of an action, in order: a restart has two. Throws as `Planner` does.
    public func plans(of action: Action, _ options: ActionOptions) async throws(PlanError)
        -> [ForecastPlan]
    {
        await ServiceEnvironment(service).give(to: host, action: action.rawValue)
        let seen = await Observer(site).look(for: .action)
        let performed = action == .boot && !service.startsAtBoot ? .startstandby : action
        var plans: [ForecastPlan] = []
        for direction in performed.directions {
            var plan = try Planner.plan(
                service,
                seen,
                action: performed,
                direction: direction,
                options: options
            )
            let open = open(plan, direction, after: plans.last?.plan)
            await leave(open, in: &plan, direction)
            if direction == .up { addImplied(to: &plan) }
            let forecasting = Forecasting(
                plan,
                of: site,
                direction: direction,
                options: options,
                unseen: Set(open.keys).filter { !isApplication($0) },
                movers: movers(after: plans.last?.plan),
                isElsewhere: isElsewhere
            )
            let forecast = await forecasting.forecast(of: action)
            plans.append(ForecastPlan(plan: plan, direction: direction, forecast: forecast))
        }
        return plans
    }

    /// What comes before a plan: the stop of a restart, or the question to another node.
    private func movers(after stopped: Plan?) -> Movers {
        var movers = Movers(host: host, start: isElsewhere ? whenAsked : nil)
        for item in stopped?.items ?? [] where item.steps.contains(where: \.changesMachine) {
            movers.add(
                "until \(item.resource) is down",
                service.resource(item.resource)?.driver.reach
            )
        }
        return movers
    }

    private var whenAsked: String { "until \(service.facts.node) is asked" }

    /// The resources whose steps do not follow from the look, with when they are known: what a restart stops, and on
    /// another node whatever is stopped there.
    private func open(_ plan: Plan, _ direction: Action.Direction, after stopped: Plan?)
        -> [ResourceID: String]
    {
        var open: [ResourceID: String] = [:]
        for item in plan.items where item.skip == nil {
            if isElsewhere {
                if direction == .down || isApplication(item.resource) {
                    open[item.resource] = whenAsked
                }
            } else if let before = stopped?.items.first(where: { $0.resource == item.resource }),
                before.steps.contains(where: \.changesMachine)
            {
                open[item.resource] = "until \(item.resource) is down"
            }
        }
        return open
    }

    /// Leaves their steps open. Launchers are all started or stopped, as when nobody has asked them.
    private func leave(
        _ open: [ResourceID: String],
        in plan: inout Plan,
        _ direction: Action.Direction
    ) async {
        for stage in plan.stages.indices {
            for index in plan.stages[stage].indices {
                let id = plan.stages[stage][index].resource
                guard let when = open[id], let resource = service.resource(id) else { continue }
                var steps = [Step.note(.info, "unknown \(when)")]
                if isApplication(id) {
                    let seen = await resource.look(host, for: .planning, scripts: site.scripts)
                    steps = direction == .up ? seen.startSteps : seen.stopSteps
                }
                plan.stages[stage][index].steps = steps
            }
        }
    }

    private func addImplied(to plan: inout Plan) {
        for stage in plan.stages.indices {
            for index in plan.stages[stage].indices {
                let item = plan.stages[stage][index]
                guard item.steps.contains(where: \.changesMachine),
                    let resource = service.resource(item.resource)
                else { continue }
                plan.stages[stage][index].steps = resource.driver.impliedRequirements + item.steps
            }
        }
    }

    private func isApplication(_ id: ResourceID) -> Bool {
        service.resource(id)?.driver is Application
    }
}
