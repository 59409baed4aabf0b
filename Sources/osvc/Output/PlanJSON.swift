import OSVCEngine
import OrderedCollections

/// A plan for programs: `osvc plan FILE ACTION -o json`.
struct PlanJSON {
    private let plan: Plan
    private let direction: Action.Direction
    private let forecast: Forecast

    init(_ forecast: ForecastPlan) {
        plan = forecast.plan
        direction = forecast.direction
        self.forecast = forecast.forecast
    }

    var value: JSONValue {
        [
            "service": .string(plan.service),
            "node": .string(plan.node),
            "action": .string(plan.action.rawValue),
            "direction": .string(direction == .up ? "start" : "stop"),
            "obstacles": .array(forecast.obstacles.map(JSONValue.string)),
            "hooks": .array(forecast.service.map(value)),
            "conflict_checks": .array(
                plan.conflictChecks.map { check in
                    [
                        "rid": .string(check.resource.text),
                        "steps": .array(check.steps.map { value($0, check.resource) }),
                    ]
                }
            ),
            "stages": .array(plan.stages.map { .array($0.map(value)) }),
            "verdict": value(forecast.verdict),
        ]
    }

    private func value(_ verdict: Verdict) -> JSONValue {
        let outcome =
            verdict.failure != nil ? "fail" : verdict.conditions.isEmpty ? "succeed" : "unknown"
        return [
            "outcome": .string(outcome),
            "rid": verdict.failure?.resource.map { .string($0.text) } ?? .null,
            "reason": verdict.failure.map { .string($0.reason) } ?? .null,
            "conditions": .array(verdict.conditions.map(JSONValue.string)),
            "changes": .boolean(verdict.changes),
            "text": .string(verdict.text),
        ]
    }

    private func value(_ item: PlanItem) -> JSONValue {
        var members: OrderedDictionary<String, JSONValue> = [
            "rid": .string(item.resource.text),
            "label": .string(item.label),
            "origin": .string(item.position.description),
            "status": forecast.isElsewhere ? .null : .string(item.status.description),
            "skipped": item.skip.map { .string($0.reason) } ?? .null,
            "steps": .array(item.steps.map { value($0, item.resource) }),
        ]
        let parts = forecast.resources[item.resource] ?? []
        if !parts.isEmpty { members["scripts"] = .array(parts.map(value)) }
        return .object(members)
    }

    private func value(_ step: Step, _ resource: ResourceID) -> JSONValue {
        if case .together(let steps) = step {
            return ["together": .array(steps.map { value($0, resource) })]
        }
        var members: OrderedDictionary<String, JSONValue> = [
            "text": .string(step.planLine),
            "changes": .boolean(step.changesMachine),
        ]
        if let arguments = step.arguments {
            members["argv"] = .array(arguments.map(JSONValue.string))
        }
        if let answer = forecast.answer(to: step, of: resource) {
            members["answer"] = value(answer)
        }
        return .object(members)
    }

    private func value(_ answer: Forecast.Answer) -> JSONValue {
        switch answer {
        case .ok: ["result": "ok", "text": "ok"]
        case .notMet: ["result": "not met", "text": .string(answer.description)]
        case .unknown: ["result": "unknown", "text": .string(answer.description)]
        }
    }

    private func value(_ part: Forecast.Part) -> JSONValue {
        [
            "title": .string(part.title),
            "origin": .string(part.position.description),
            "steps": .array(part.lines.map(JSONValue.string)),
            "incomplete_after": part.incompleteAfter.map(JSONValue.string) ?? .null,
            "refusal": part.refusal.map(JSONValue.string) ?? .null,
            "answer": value(part.answer),
        ]
    }
}
