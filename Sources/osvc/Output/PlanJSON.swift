import OSVCEngine
import OrderedCollections

/// A plan for programs: `osvc plan FILE ACTION -o json`.
struct PlanJSON {
    let plan: Plan
    let direction: Action.Direction
    let rehearsal: Rehearsal

    var value: JSONValue {
        [
            "service": .string(plan.service),
            "node": .string(plan.node),
            "action": .string(plan.action.rawValue),
            "direction": .string(direction == .up ? "start" : "stop"),
            "hooks": .array(rehearsal.service.map(value)),
            "conflict_checks": .array(
                plan.conflictChecks.map {
                    ["rid": .string($0.resource.text), "steps": .array($0.steps.map(value))]
                }
            ),
            "stages": .array(plan.stages.map { .array($0.map(value)) }),
        ]
    }

    private func value(_ item: PlanItem) -> JSONValue {
        var members: OrderedDictionary<String, JSONValue> = [
            "rid": .string(item.resource.text),
            "label": .string(item.label),
            "origin": .string(item.position.description),
            "status": .string(item.status.description),
            "skipped": item.skip.map { .string($0.reason) } ?? .null,
            "steps": .array(item.steps.map(value)),
        ]
        let parts = rehearsal.resources[item.resource] ?? []
        if !parts.isEmpty { members["scripts"] = .array(parts.map(value)) }
        return .object(members)
    }

    private func value(_ step: Step) -> JSONValue {
        if case .together(let steps) = step { return ["together": .array(steps.map(value))] }
        var members: OrderedDictionary<String, JSONValue> = [
            "text": .string(step.planLine),
            "changes": .boolean(step.changesMachine),
        ]
        if let arguments = step.arguments {
            members["argv"] = .array(arguments.map(JSONValue.string))
        }
        return .object(members)
    }

    private func value(_ part: Rehearsal.Part) -> JSONValue {
        [
            "title": .string(part.title),
            "origin": .string(part.position.description),
            "steps": .array(part.lines.map(JSONValue.string)),
            "incomplete_after": part.incompleteAfter.map(JSONValue.string) ?? .null,
            "refusal": part.refusal.map(JSONValue.string) ?? .null,
        ]
    }
}
