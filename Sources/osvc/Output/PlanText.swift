import OSVCEngine

/// A plan for people: the steps in their order, and where each part is written.
struct PlanText {
    private let plan: Plan
    private let direction: Action.Direction
    private let forecast: Forecast

    init(_ forecast: ForecastPlan) {
        plan = forecast.plan
        direction = forecast.direction
        self.forecast = forecast.forecast
    }

    var text: String {
        let word = direction == .up ? "start" : "stop"
        var lines = ["plan: \(word) \(plan.service) on \(plan.node)"]
        for obstacle in forecast.obstacles { lines.append("  NOT MET: \(obstacle)") }
        for part in forecast.service { lines += self.lines(of: part, indent: "  ") }
        for check in plan.conflictChecks {
            for step in check.steps where !step.isNote {
                lines.append("  first: \(check.resource) \(text(of: step, check.resource))")
            }
        }
        var number = 0
        for (index, stage) in plan.stages.enumerated() {
            for item in stage {
                if item.skip == nil { number += 1 }
                lines += self.lines(of: item, number: item.skip == nil ? "\(number)" : "-")
            }
            if stage.count > 1 {
                lines.append("  (the \(stage.count) of stage \(index + 1) may overlap)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(of item: PlanItem, number: String) -> [String] {
        let status = forecast.isElsewhere ? "not asked" : "is \(item.status)"
        let why = item.skip.map { "skipped: \($0.reason)" } ?? status
        let head = "  \(padded(number, 3)) \(padded(item.resource.text, 8)) \(item.label)"
        var lines = ["\(head)  (\(item.position); \(why))"]
        for part in forecast.resources[item.resource] ?? [] where !part.isAboutStep {
            lines += self.lines(of: part, indent: "        ")
        }
        for step in item.steps { lines += self.lines(of: step, item) }
        return lines
    }

    private func lines(of step: Step, _ item: PlanItem) -> [String] {
        if case .together(let steps) = step {
            return ["        together:"] + steps.flatMap { self.lines(of: $0, item) }
        }
        var lines = ["        \(text(of: step, item.resource))"]
        for part in forecast.resources[item.resource] ?? [] where part.title == step.summary {
            lines += self.lines(of: part, indent: "          ").dropFirst()
        }
        return lines
    }

    /// The step with its answer. A step that is no requirement is shown with one only when something is amiss.
    private func text(of step: Step, _ resource: ResourceID) -> String {
        guard let answer = forecast.answer(to: step, of: resource) else { return step.planLine }
        if case .fail = step { return answer.description }
        return "\(step.planLine): \(answer)"
    }

    private func lines(of part: Forecast.Part, indent: String) -> [String] {
        var lines = ["\(indent)\(part.title)  (\(part.position))"]
        lines += part.lines.map { "\(indent)  \($0)" }
        if let after = part.incompleteAfter {
            lines.append("\(indent)  plan incomplete after \(after)")
        }
        if let refusal = part.refusal {
            let what = part.isDecisive ? "would end the action" : "would fail, and the action go on"
            lines.append("\(indent)  NOT MET: \(what): \(refusal)")
        } else if case .unknown(let when) = part.answer {
            lines.append("\(indent)  unknown \(when)")
        }
        return lines
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension Forecast.Part {
    /// Whether it is shown below the step that its title names: a launcher's or an unmount.
    fileprivate var isAboutStep: Bool { title.hasPrefix("st") || title.hasPrefix("umount ") }
}

extension PlanItem.Skip {
    /// Why a resource does not take part in the action, for people.
    var reason: String {
        switch self {
        case .disabled: "disabled"
        case .filtered: "not chosen by --rid or --tags"
        case .noAction: "tagged noaction"
        case .zone: "tagged zone: this release does not support zones"
        case .standby: "stays up on this node (always_on); --force stops it"
        case .notStandby: "not kept up on this node"
        }
    }
}

extension Step {
    var isNote: Bool {
        if case .note = self { return true }
        return false
    }

    /// The step as a plan shows it; notes report what is already done.
    var planLine: String {
        switch self {
        case .note(_, let text): text
        case .launch(let launcher, let action):
            "\(summary)"
                + (launcher.arguments(for: action).map { ": \($0.joined(separator: " "))" } ?? "")
        default: summary
        }
    }
}
