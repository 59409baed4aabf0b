import OSVCEngine

extension RequestRunner {
    /// Prints the plan of an action, scripts rehearsed.
    func showPlan(_ action: Action, _ options: ActionOptions, _ format: OutputFormat) async -> Int32
    {
        giveEnvironment()
        await ServiceEnvironment(service).give(to: host, action: action.rawValue)
        let seen = await Observer(site).look(for: .action)
        let action = action == .boot && !service.startsAtBoot ? .startstandby : action
        var values: [JSONValue] = []
        for direction in action.directions {
            let plan: Plan
            do {
                plan = try Planner.plan(
                    service,
                    seen,
                    action: action,
                    direction: direction,
                    options: options
                )
            } catch {
                log.write(.error, error.description, about: nil)
                return Exit.failure
            }
            let rehearsal = await Rehearsing(
                plan,
                of: site,
                direction: direction,
                options: options
            ).rehearse()
            switch format {
            case .text: show(PlanText(plan: plan, direction: direction, rehearsal: rehearsal).text)
            case .json:
                values.append(
                    PlanJSON(plan: plan, direction: direction, rehearsal: rehearsal).value
                )
            }
        }
        if format == .json {
            show((values.count == 1 ? values[0] : .array(values)).prettyText + "\n")
        }
        return Exit.success
    }
}
