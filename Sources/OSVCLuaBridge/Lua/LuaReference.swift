internal import CLua
internal import OSVCEngine

/// The registry slots to be freed by the interpreter's owner.
///
/// A reference may end anywhere, also after the interpreter: it only notes its slot here.
final class LuaReleases: Sendable {
    private let slots = Locked<[CInt]>([])

    func add(_ slot: CInt) {
        slots.withLock { $0.append(slot) }
    }

    /// What was added since the last time.
    func take() -> [CInt] {
        slots.withLock { slots in
            defer { slots.removeAll() }
            return slots
        }
    }
}

/// A Lua value kept by Swift, a function most often. It may outlive its interpreter, unused.
final class LuaReference {
    let slot: CInt
    let releases: LuaReleases

    init(slot: CInt, releases: LuaReleases) {
        self.slot = slot
        self.releases = releases
    }

    deinit {
        releases.add(slot)
    }
}
