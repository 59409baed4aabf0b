/// Something that a start of the service brought up and that no resource of its file describes any more, because the
/// file was edited, a name resolves to another address, or an image was replaced (decisions.md 46).
///
/// It has the place in the start order that the resource had. The status shows it while it is up, and a stop takes it
/// down.
public struct FormerHolding<Origin: Driver>: Driver, Appearing {
    public static var id: DriverID { Origin.id }
    public static var section: String { Origin.section }
    public static var startOrder: Int { Origin.startOrder }
    public static var summary: String { "What an earlier start of the service left up." }
    public static var keywords: [Keyword] { [] }

    /// The thing, as the record names it.
    public let thing: Holding
    private let stop: @Sendable (Holding, Seen) -> [Step]

    /// `stop` makes the steps from what was seen to down.
    init(_ thing: Holding, stop: @escaping @Sendable (Holding, Seen) -> [Step]) {
        self.thing = thing
        self.stop = stop
    }

    /// Throws always: no file describes such a resource.
    public init(_ settings: Settings) throws(ConfigurationError) {
        throw .unknownDriver(
            owner: settings.owner,
            word: Self.id.text,
            known: [],
            at: settings.position
        )
    }

    public var label: String { thing.text }
    public var sortKey: String? {
        if case .mount(let entry) = thing { entry.mountPoint } else { nil }
    }

    public struct Seen: Sendable, Equatable {
        /// Whether the thing is on the machine.
        public var isThere = false
        /// The mount table, for a mount.
        public var mounts: [MountEntry] = []
        /// The interfaces, for an address.
        public var interfaces: [NetworkInterface] = []
        /// Why the machine could not be asked; nil: it could.
        public var problem: String?
    }

    /// Whether it is up. If that cannot be determined it is shown with the reason.
    public func isThere(on host: any Host) -> Bool {
        do throws(HostError) {
            return try thing.isThere(on: host)
        } catch {
            return true
        }
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        var seen = Seen()
        do throws(HostError) {
            seen.isThere = try thing.isThere(on: host)
            switch thing {
            case .address: seen.interfaces = try host.interfaces()
            case .mount: seen.mounts = try host.mounts()
            case .loop: break
            }
        } catch {
            seen.problem = error.description
        }
        return seen
    }

    public func status(_ seen: Seen) -> StatusReport {
        if let problem = seen.problem { return StatusReport(.warn, notes: [problem]) }
        return seen.isThere ? StatusReport(.warn, notes: [note]) : StatusReport(.down)
    }

    private var note: String {
        "is up since an earlier start, and not what the service file describes now: a stop takes it down"
    }

    public func startSteps(_ seen: Seen) -> [Step] {
        seen.isThere ? [.note(.warning, "\(label) \(note)")] : []
    }

    public func stopSteps(_ seen: Seen) -> [Step] {
        if let problem = seen.problem { return [.fail(problem)] }
        guard seen.isThere else { return [.note(.info, "\(label) is already down")] }
        let text =
            "\(label) is up since an earlier start, and not what the service file describes now"
        return [.note(.warning, text)] + stop(thing, seen)
    }
}
