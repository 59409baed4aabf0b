/// What the earlier parts of a plan will have changed. What depends on it cannot be told before.
@EngineActor
struct Movers {
    let host: any Host
    /// When anything at all is known: `until node2 is asked`; nil: now.
    let start: String?
    private var all: [(when: String, reach: [Ground]?)] = []

    init(host: any Host, start: String? = nil) {
        self.host = host
        self.start = start
    }

    /// When everything that was added has happened; nil: nothing was added.
    var end: String? { start ?? all.last?.when }

    /// Adds what has changed `until fs#0 is up`. The reach is nil for what may change anything.
    mutating func add(_ when: String, _ reach: [Ground]?) {
        all.append((when, reach))
    }

    /// When an answer that rests on these paths is known; nil: now.
    ///
    /// A requirement that `holds` now does not depend on what may change anything: a script that makes
    /// directories is no reason to doubt those that exist.
    func end(of footing: [String], holds: Bool = false) -> String? {
        if let start { return start }
        let paths = footing.flatMap { [$0, host.realPathSoFar($0)] }
        let last = all.last { mover in
            guard let reach = mover.reach else { return !holds }
            return reach.contains { ground in paths.contains(where: ground.holds) }
        }
        return last?.when
    }
}
