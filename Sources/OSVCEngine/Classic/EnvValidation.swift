internal import OrderedCollections

/// The checks of a load that refuse a service as a whole, in the order and words of the classic release
/// (classic-env.md section 5). Reports the first that fails. Pure.
struct EnvValidation {
    static let modes = ["hosted", "sg", "rhcs", "vcs"]
    static let serviceTypes = [
        "PRD", "PPRD", "REC", "INT", "DEV", "TST", "TMP", "DRP", "FOR", "PRA",
    ]
    private static let clusterTypes = ["failover", "flex", "autoflex"]

    let file: EnvFile
    /// The path of the file, for positions.
    let path: String
    let name: String
    /// The node that loads the service; nil: checks that depend on the node are left out.
    let node: EnvNode?

    var refusal: EnvMessage? {
        if let problem = modeProblem {
            return message(problem, "mode", "pkg_name", subject: "init")
        }
        if let problem = nodeProblem { return message(problem, "nodes", isNotForNode: true) }
        if let problem = clusterProblem { return message(problem, "cluster_type") }
        if let problem = flexNodesProblem {
            return message(problem, "flex_min_nodes", "flex_max_nodes")
        }
        if let problem = flexLoadProblem {
            return message(problem, "flex_cpu_low_threshold", "flex_cpu_high_threshold")
        }
        return typeProblem.map { message($0, "service_type", isNotForNode: true) }
    }

    /// A message at the first of the keywords that is written.
    private func message(
        _ text: String,
        _ keywords: String...,
        subject: String? = nil,
        isNotForNode: Bool = false
    ) -> EnvMessage {
        let lines = keywords.compactMap { file.defaults.entries[$0]?.line }
        return EnvMessage(
            .error,
            text,
            place: SourcePosition(file: path, line: lines.first ?? file.defaults.line),
            subject: subject,
            isNotForNode: isNotForNode
        )
    }

    private func value(_ key: String) -> String? { file.defaults.entries[key]?.value }

    private var mode: String { value("mode") ?? "hosted" }

    private var modeProblem: String? {
        if value("pkg_name") != nil, !["sg", "rhcs", "vcs"].contains(mode) {
            return "can not set 'pkg_name' with '\(mode)' mode in \(name) env"
        }
        return Self.modes.contains(mode) ? nil : "unknown service mode: \(mode)"
    }

    private var nodeProblem: String? {
        guard let node else { return nil }
        let nodes = EnvWords.nodeLists.flatMap {
            EnvValue.words(value($0)?.lowercased() ?? "")
        }
        return nodes.contains(node.name) ? nil : "service \(name) not managed here"
    }

    private var clusterProblem: String? {
        guard let type = value("cluster_type"), !Self.clusterTypes.contains(type) else {
            return nil
        }
        return "invalid cluster_type '\(type)' (\(Self.clusterTypes.joined(separator: ", ")))"
    }

    /// The bounds on the number of nodes on which a flex service runs.
    private var flexNodesProblem: String? {
        let most = max(1, EnvValue.words(value("autostart_node") ?? "").count)
        let least = number("flex_min_nodes")
        if let least, least < 0 { return "invalid flex_min_nodes '\(least)' (<0)." }
        if let least, least > most {
            return "invalid flex_min_nodes '\(least)' (>\(most) nb of nodes)."
        }
        guard let bound = number("flex_max_nodes") else { return nil }
        if bound < 0 { return "invalid flex_max_nodes '\(bound)' (<0)." }
        return bound < least ?? 1 ? "invalid flex_max_nodes '\(bound)' (<flex_min_nodes)." : nil
    }

    /// The processor load, in percent, at which a flex service wants one node less or more.
    private var flexLoadProblem: String? {
        for keyword in ["flex_cpu_low_threshold", "flex_cpu_high_threshold"] {
            guard let percent = number(keyword), !(0...100).contains(percent) else { continue }
            return "invalid \(keyword) '\(percent)' (\(percent < 0 ? "<0" : ">100"))."
        }
        return nil
    }

    /// A value that is not a number is reported with its line when the values are read.
    private func number(_ key: String) -> Int? { value(key).flatMap { Int($0) } }

    private var typeProblem: String? {
        let type = value("service_type") ?? CommonKeywords.defaultServiceType
        guard Self.serviceTypes.contains(type) else {
            let known = Self.serviceTypes.joined(separator: ", ")
            return "service \(name) type \(type) is not a known service type (\(known))"
        }
        guard let node, node.hostMode == "PRD", type != "PRD" else { return nil }
        return "service \(name) type \(type) is not allowed to run on this node"
            + " (host mode \(node.hostMode))"
    }
}
