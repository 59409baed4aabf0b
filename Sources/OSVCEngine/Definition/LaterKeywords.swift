/// The keywords of the classic release that this release does not support. They are refused by name, never accepted
/// and ignored. `docs/status.md` is made from these lists and those of the supported keywords.
extension CommonKeywords {
    /// Unsupported keywords of the service itself.
    public static let serviceLater: Set<String> = [
        "anti_affinity", "bwlimit", "cluster", "container_cpu_share", "container_cpu_shares",
        "container_cpus", "container_mem_limit", "container_mems", "container_vmem_limit",
        "containerize", "disable", "drnoaction", "drp_type", "encapnodes",
        "flex_cpu_high_threshold", "flex_cpu_low_threshold", "flex_cpu_max_threshold",
        "flex_cpu_min_threshold", "flex_max_nodes", "flex_min_nodes", "flex_primary", "monitor",
        "no_preempt_abort", "optional", "pkg_name", "postsnap_trigger",
        "presnap_trigger", "restart", "scsireserv",
    ]

    /// Unsupported keywords of every resource.
    public static let resourceLater: Set<String> = [
        "no_preempt_abort", "post_syncdrp", "post_syncnodes", "post_syncresync", "pre_syncdrp",
        "pre_syncnodes", "pre_syncresync", "scsireserv", "subset",
    ]

    /// Unsupported keywords of one section, by section word, besides those of every resource.
    public static let sectionKeywordsLater: [String: Set<String>] = [
        "fs": ["size", "snap_size", "vg", "zone"],
        "ip": ["gateway", "ipdevext", "type", "zone"],
        "loop": ["size"],
        "stonith": ["name", "target"],
        "sync": ["bwlimit", "dst", "dstfs", "exclude", "options", "snap", "src", "target"],
        "vg": [
            "cloud_id", "devs", "dsf", "group", "name", "node", "options", "perm", "pvs", "type",
            "user", "vgtype",
        ],
    ]

    /// Keywords that the classic release accepted and never acted on, by section word. A classic file may keep them.
    public static let withoutEffect: [String: Set<String>] = [
        "DEFAULT": [
            "container_cpu_share", "container_cpu_shares", "container_cpus", "container_mem_limit",
            "container_mems", "container_vmem_limit", "containerize", "drnoaction", "drp_type",
            "flex_cpu_max_threshold", "flex_cpu_min_threshold",
        ],
        "hb": ["monitor", "monitor_on", "restart"],
        "stonith": ["monitor", "monitor_on", "restart"],
        "sync": ["monitor", "monitor_on", "restart"],
        "vg": ["vgtype"],
    ]

    /// Section words for which this release has no driver.
    public static let sectionsLater: Set<String> = [
        "container", "drbd", "pool", "share", "vdisk", "vmdg",
    ]

    /// Whether a keyword is refused by name in DEFAULT, where it may stand for any section.
    static func isLaterInDefault(_ word: String) -> Bool {
        serviceLater.contains(word) || resourceLater.contains(word)
            || sectionKeywordsLater.values.contains { $0.contains(word) }
    }

    /// The keywords that are refused by name in a section.
    public static func later(in section: String) -> Set<String> {
        resourceLater.union(sectionKeywordsLater[section] ?? [])
    }
}
