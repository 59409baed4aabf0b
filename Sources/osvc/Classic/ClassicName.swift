import OSVCEngine

/// The program that osvc was called as: its name, links not resolved (classic-actions.md section 2).
enum ClassicName: Equatable {
    /// `osvc` itself: the command tree.
    case osvc
    case svcmgr
    /// `allservices` and its relatives.
    case all(ServiceFilter)
    case svcmon
    case nodemgr
    case svcfreeze
    case svcthaw
    case svcfrozen
    /// A link to the program in `etc`, named like a service.
    case service(String)
    /// `<svc>.cluster`: called by the cluster software.
    case cluster(String)
    /// `<svc>.stonith`: called by the cluster software to cut off the other node.
    case stonith(String)

    static let clusterSuffix = ".cluster"
    static let stonithSuffix = ".stonith"

    /// The links that an installation makes beside the program.
    static let linkNames = [
        "alldownservices", "allprimaryservices", "allsecondaryservices", "allservices",
        "allupservices", "freezer", "nodemgr", "svcfreeze", "svcfrozen", "svcmgr", "svcmon",
        "svcthaw",
    ]

    /// The program with this name. A switch, because a table would be made at every start.
    private init?(program name: String) {
        switch name {
        case "osvc": self = .osvc
        case "svcmgr": self = .svcmgr
        case "svcmon": self = .svcmon
        case "nodemgr": self = .nodemgr
        case "freezer", "svcfreeze": self = .svcfreeze
        case "svcthaw": self = .svcthaw
        case "svcfrozen": self = .svcfrozen
        case "allservices": self = .all(ServiceFilter())
        case "allupservices": self = .all(ServiceFilter(statuses: [.up, .warn]))
        case "alldownservices": self = .all(ServiceFilter(statuses: [.down]))
        case "allprimaryservices": self = .all(ServiceFilter(place: .primary))
        case "allsecondaryservices": self = .all(ServiceFilter(place: .secondary))
        default: return nil
        }
    }

    /// `argument` is `argv[0]`. Any name but those of the programs is the name of a service.
    init(calledAs argument: String) {
        let name = argument.pathParts.last ?? "osvc"
        if let program = Self(program: name) {
            self = program
        } else if name.ends(Self.clusterSuffix) {
            self = .cluster(name.withoutLast(bytes: Self.clusterSuffix.utf8.count))
        } else if name.ends(Self.stonithSuffix) {
            self = .stonith(name.withoutLast(bytes: Self.stonithSuffix.utf8.count))
        } else {
            self = .service(name)
        }
    }
}
