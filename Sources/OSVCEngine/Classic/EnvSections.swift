/// The meaning of a section name of a classic file (classic-env.md section 3).
struct EnvSectionName: Equatable {
    enum Kind: Equatable {
        /// A resource with a driver in the registry.
        case known
        /// `[sync]`: the schedule of the generated syncs.
        case schedule
        /// The section of a generated sync: `[sync#i0]`.
        case generated
        /// A resource that only the classic release supports.
        case later
        case unknown
    }

    /// The section word, in lower case.
    let word: String
    let kind: Kind
    /// The position of the section word in the order in which resources are made.
    let creationPlace: Int

    init(_ name: String, registry: DriverRegistry) {
        let sign = name.utf8.firstIndex(of: UInt8(ascii: "#"))
        let word = name[..<(sign ?? name.endIndex)].lowercased()
        // A name without a number must be the bare word; there is no bare container.
        let bare = name == word && word != "container" ? "0" : ""
        var index = sign.map { name.utf8[name.utf8.index(after: $0)...] } ?? bare.utf8[...]
        if ["container", "sync"].contains(word), index.first.map({ $0 | 0x20 }) == 0x69 {
            index = index.dropFirst()
        }
        let isNumbered = index.first.map { (0x30...0x39).contains($0) } ?? false
        let isNamed = word == Application.section ? name == word : isNumbered
        self.word = word
        if isNamed, word == GeneratedSyncs.section, registry.driver(section: word) != nil {
            kind = Self.kind(ofSync: name)
        } else if isNamed, registry.driver(section: word) != nil {
            kind = .known
        } else if isNamed, CommonKeywords.sectionsLater.contains(word) {
            kind = .later
        } else {
            kind = .unknown
        }
        let place = kind == .unknown ? nil : Self.creationOrder.firstIndex(of: word)
        creationPlace = place ?? Self.creationOrder.count
    }

    private static func kind(ofSync name: String) -> Kind {
        let id = ResourceID(name.lowercased())
        if GeneratedSyncs.contains(id) { return .generated }
        guard !name.contains("#") else { return .later }
        return name == GeneratedSyncs.section ? .schedule : .unknown
    }

    /// The order in which the classic release makes resources, and reports what is wrong with them. A word
    /// that it does not know comes last.
    private static let creationOrder = [
        "container", "hb", "stonith", "ip", "drbd", "loop", "vdisk", "vg", "vmdg", "pool", "fs",
        "flag", "share", "app", "sync",
    ]

    /// The required keywords of resources that this release does not support, by section word and `type`:
    /// without them the resource is dropped.
    private static let required = [
        "drbd": ["res"], "pool": ["poolname"], "share": ["type"], "share.nfs": ["path", "opts"],
        "stonith.ilo": ["target"], "sync.btrfs": ["src", "dst", "target"],
        "sync.dcsckpt": ["dcs", "manager"], "sync.dcssnap": ["dcs", "manager", "snapname"],
        "sync.dds": ["src", "target"], "sync.evasnap": ["eva_name", "pairs"],
        "sync.ibmdssnap": ["array", "pairs", "bgcopy", "recording"],
        "sync.netapp": ["filer", "path", "user"], "sync.nexenta": ["name", "path", "filer"],
        "sync.rsync": ["src", "dst"], "sync.symclone": ["symdg", "symdevs"],
        "sync.symsrdfs": ["symdg", "rdfg"], "sync.zfs": ["src", "dst", "target"],
        "vdisk": ["path@node"],
    ]

    /// The classic message about the first keyword that an unsupported resource lacks; nil: it lacks none.
    func complaint(type: String?, lacking: (String) -> Bool, in name: String) -> String? {
        let type = type ?? (word == GeneratedSyncs.section ? "rsync" : "")
        let required = Self.required["\(word).\(type)"] ?? Self.required[word] ?? []
        guard let key = required.first(where: lacking) else { return nil }
        guard word == GeneratedSyncs.section else { return "\(key) must be set in section \(name)" }
        return "config file section \(name) must have \(key) set"
    }
}
