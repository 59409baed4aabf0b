/// The state of a resource, of a group, or of a service.
///
/// Statuses add up by a table, not by a rule: it is the classic release's, complete and commutative but
/// not associative, so the order in which `ServiceStatus` adds is part of the contract
/// (classic-status.md sections 1 to 3). Two internal values appear only while adding:
/// `standbyUpWithUp` shows as `up`, `standbyUpWithDown` as `stdby up`.
public enum Status: Int, Sendable, CaseIterable, CustomStringConvertible {
    case up = 0
    case down = 1
    case warn = 2
    case notApplicable = 3
    case todo = 4
    case undefined = 5
    case standbyUp = 6
    case standbyDown = 7
    case standbyUpWithUp = 8
    case standbyUpWithDown = 9

    /// As users see it.
    public var description: String {
        switch self {
        case .up, .standbyUpWithUp: "up"
        case .down: "down"
        case .warn: "warn"
        case .notApplicable: "n/a"
        case .todo: "todo"
        case .undefined: "undef"
        case .standbyUp, .standbyUpWithDown: "stdby up"
        case .standbyDown: "stdby down"
        }
    }

    /// The words a script or a user may say: `up down warn n/a undef`, `stdby up`, `stdby down`.
    public init?(word: String) {
        let spoken: [Status] = [
            .up, .down, .warn, .notApplicable, .undefined, .standbyUp, .standbyDown,
        ]
        guard let found = spoken.first(where: { $0.description == word }) else { return nil }
        self = found
    }

    /// This status and `other` added up.
    public func merged(with other: Status) -> Status {
        Status.table[rawValue][other.rawValue]
    }

    /// What a resource that stays up on this node shows instead of `up` and `down`.
    public var asStandby: Status {
        switch self {
        case .up: .standbyUp
        case .down: .standbyDown
        default: self
        }
    }

    /// True for the states in which a resource does its work: nothing is left to start.
    public var isUp: Bool { self == .up || self == .standbyUp || self == .standbyUpWithUp }

    private static let table: [[Status]] = {
        let (u, d, w, n, t, x): (Status, Status, Status, Status, Status, Status) =
            (.up, .down, .warn, .notApplicable, .todo, .undefined)
        let (su, sd, m, v): (Status, Status, Status, Status) =
            (.standbyUp, .standbyDown, .standbyUpWithUp, .standbyUpWithDown)
        // Rows and columns: up down warn n/a todo undef stdby-up stdby-down SU SD.
        return [
            [u, w, w, u, w, u, m, w, m, w],
            [w, d, w, d, w, d, v, sd, w, v],
            [w, w, w, w, w, w, w, w, w, w],
            [u, d, w, n, w, n, su, sd, m, v],
            [w, w, w, w, t, t, t, t, t, t],
            [u, d, w, n, t, x, su, sd, m, v],
            [m, v, w, su, t, su, su, w, m, v],
            [w, sd, w, sd, t, sd, w, sd, w, w],
            [m, w, w, m, t, m, m, w, m, w],
            [w, v, w, v, t, v, v, w, w, v],
        ]
    }()
}

/// What a driver says of its resource: a status, and the notes `print status` shows under it.
public struct StatusReport: Sendable, Equatable {
    public var status: Status
    public var notes: [String]
    /// What only `json status` says (classic-status.md section 5, `Evaluation trick`).
    public var verboseNotes: [String]
    /// Whether the resource does its work with less than it should have, as a mirror with one disk does. Its
    /// status is warn, and yet its start has succeeded and monitoring does not act.
    public var isDegraded = false
    /// What was put right to be able to look, as command lines; the log shows them.
    public var mended: [String] = []

    public init(_ status: Status, notes: [String] = [], verboseNotes: [String] = []) {
        self.status = status
        self.notes = notes
        self.verboseNotes = verboseNotes
    }

    /// Whether the resource does not do its work. `n/a` is not a failure.
    var hasFailed: Bool { !status.isUp && !isDegraded && status != .notApplicable }

    /// Everything that there is to say.
    public var allNotes: [String] { verboseNotes + notes }
}
