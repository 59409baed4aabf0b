import OSVCEngine
import OrderedCollections

extension ServiceStatus {
    /// `json status` (classic-status.md section 6): the resources by id, then the groups.
    var json: JSONValue {
        var members: OrderedDictionary<String, JSONValue> = [:]
        // A service has no two ids that are one text.
        members["resources"] = .object(
            OrderedDictionary(uniqueKeysWithValues: lines.map { ($0.id.text, $0.json) })
        )
        members["overall"] = .string(overall.description)
        members["avail"] = .string(avail.description)
        for group in StatusGroup.shown {
            members[group.rawValue] = .string((groups[group] ?? .notApplicable).description)
        }
        return .object(members)
    }
}

extension ServiceStatus.Line {
    fileprivate var json: JSONValue {
        [
            "status": .string(report.status.description),
            "label": .string(label),
            "log": .string(report.allNotes.map { "# \($0)\n" }.joined()),
            "monitor": .boolean(flags.contains("M")),
            "disable": .boolean(isDisabled),
            "optional": .boolean(flags.contains("O")),
            "encap": false,
        ]
    }
}
