internal import OrderedCollections

/// The checks of a load that refuse a service as a whole, in the classic order and words
/// (classic-env.md section 5). The first that fails is told. Pure.
struct EnvValidation {
    static let modes = ["hosted", "sg", "rhcs", "vcs"]
    static let serviceTypes = [
        "PRD", "PPRD", "REC", "INT", "DEV", "TST", "TMP", "DRP", "FOR", "PRA",
    ]
    private static let clusterTypes = ["failover", "flex", "autoflex"]

    let file: EnvFile
    let name: String
    /// Nil: what depends on the node is not asked.
    let node: EnvNode?

    var refusal: EnvMessage? {
        if let problem = modeProblem { return EnvMessage(.error, problem, subject: "init") }
        return problem.map { EnvMessage(.error, $0) }
    }

    private func value(_ key: String) -> String? { file.defaults.entries[key]?.value }

    private var mode: String { value("mode") ?? "hosted" }

    private var modeProblem: String? {
        if value("pkg_name") != nil, !["sg", "rhcs", "vcs"].contains(mode) {
            return "can not set 'pkg_name' with '\(mode)' mode in \(name) env"
        }
        return Self.modes.contains(mode) ? nil : "unknown service mode: \(mode)"
    }

    private var problem: String? {
        nodeProblem ?? clusterProblem ?? typeProblem
    }

    private var nodeProblem: String? {
        guard let node else { return nil }
        let nodes = ["nodes", "drpnodes"].flatMap { EnvValue.words(value($0)?.lowercased() ?? "") }
        return nodes.contains(node.name) ? nil : "service \(name) not managed here"
    }

    private var clusterProblem: String? {
        guard let type = value("cluster_type"), !Self.clusterTypes.contains(type) else {
            return nil
        }
        return "invalid cluster_type '\(type)' (\(Self.clusterTypes.joined(separator: ", ")))"
    }

    private var typeProblem: String? {
        let type = value("service_type") ?? ""
        guard Self.serviceTypes.contains(type) else {
            let known = Self.serviceTypes.joined(separator: ", ")
            return "service \(name) type \(type) is not a known service type (\(known))"
        }
        guard let node, node.hostMode == "PRD", type != "PRD" else { return nil }
        return "service \(name) type \(type) is not allowed to run on this node"
            + " (host mode \(node.hostMode))"
    }
}
