import OSVCEngine

/// Which program osvc is asked to be: the name it was called by, unresolved (classic-actions.md section 2).
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
    /// `<svc>.cluster`: the cluster software calls.
    case cluster(String)
    /// `<svc>.stonith`: the cluster software wants the other node cut off.
    case stonith(String)

    static let clusterSuffix = ".cluster"
    static let stonithSuffix = ".stonith"

    private static let programs: [String: ClassicName] = [
        "osvc": .osvc, "svcmgr": .svcmgr, "svcmon": .svcmon, "nodemgr": .nodemgr,
        "freezer": .svcfreeze, "svcfreeze": .svcfreeze, "svcthaw": .svcthaw,
        "svcfrozen": .svcfrozen,
        "allservices": .all(ServiceFilter()),
        "allupservices": .all(ServiceFilter(statuses: [.up, .warn])),
        "alldownservices": .all(ServiceFilter(statuses: [.down])),
        "allprimaryservices": .all(ServiceFilter(place: .primary)),
        "allsecondaryservices": .all(ServiceFilter(place: .secondary)),
    ]

    /// The links that an installation makes beside the program.
    static var linkNames: [String] { programs.keys.filter { $0 != "osvc" }.sorted() }

    /// `argument` is `argv[0]`. Any name but those of the programs is the name of a service.
    init(calledAs argument: String) {
        let name = argument.pathParts.last ?? "osvc"
        if let program = Self.programs[name] {
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
