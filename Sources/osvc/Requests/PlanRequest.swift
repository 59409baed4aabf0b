import OSVCEngine

extension RequestRunner {
    /// Prints the plan of an action with what the machine says to it, and the verdict. The exit code is that which the
    /// action would have, as far as that is known.
    func showPlan(_ action: Action, _ options: ActionOptions, _ format: OutputFormat) async -> Int32
    {
        giveEnvironment()
        let plans: [ForecastPlan]
        do {
            plans = try await PlanForecast(site, isElsewhere: isElsewhere).plans(
                of: action,
                options
            )
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
        var verdict = plans.first?.forecast.verdict ?? Verdict()
        for plan in plans.dropFirst() { verdict = verdict.followed(by: plan.forecast.verdict) }
        switch format {
        case .text: show(plans.map { PlanText($0).text }.joined() + "\(verdict.text)\n")
        case .json:
            let values = plans.map { PlanJSON($0).value }
            show((values.count == 1 ? values[0] : .array(values)).prettyText + "\n")
        }
        return verdict.failure == nil ? Exit.success : Exit.failure
    }
}
