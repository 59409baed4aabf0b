/// The state of a resource, of a group, or of a service.
///
/// Statuses are summed by a table, that of the classic release. It is complete and commutative but not associative, so
/// the order in which `ServiceStatus` sums is part of the contract (classic-status.md sections 1 to 3). Two internal
/// values occur only in sums: `standbyUpWithUp` is shown as `up`, `standbyUpWithDown` as `stdby up`.
public enum Status: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// The resource is active and works.
    case up = 0
    /// The resource is not active.
    case down = 1
    /// The resource is in an unexpected or partial state, or could not be looked at.
    case warn = 2
    /// There is nothing to report: disabled, not asked, or without a status of its own. Shown as `n/a`.
    case notApplicable = 3
    /// A value of the classic table, for `--status todo`; no driver of this release reports it.
    case todo = 4
    /// Nothing is known; the neutral start of a sum. Shown as `undef`.
    case undefined = 5
    /// Up on a node where the resource stays up (`always_on`). Shown as `stdby up`.
    case standbyUp = 6
    /// Down on a node where the resource should stay up. Shown as `stdby down`.
    case standbyDown = 7
    /// A sum of `stdby up` and `up`.
    case standbyUpWithUp = 8
    /// A sum of `stdby up` and `down`.
    case standbyUpWithDown = 9

    /// The word that users see: `n/a`, `stdby up`.
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

    /// The status that a script or a user names: `up down warn n/a undef`, `stdby up`, `stdby down`; nil for
    /// other words.
    public init?(word: String) {
        let spoken: [Status] = [
            .up, .down, .warn, .notApplicable, .undefined, .standbyUp, .standbyDown,
        ]
        guard let found = spoken.first(where: { $0.description == word }) else { return nil }
        self = found
    }

    /// The sum of both statuses, by the table.
    public func merged(with other: Status) -> Status {
        Status.table[rawValue][other.rawValue]
    }

    /// The status that a standby resource shows: `stdby up` for `up`, `stdby down` for `down`.
    public var asStandby: Status {
        switch self {
        case .up: .standbyUp
        case .down: .standbyDown
        default: self
        }
    }

    /// Whether the resource is up, standby or not: nothing is left to start.
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

/// What a driver reports about its resource: a status, and the notes that `print status` shows under it.
public struct StatusReport: Sendable, Equatable {
    /// The status before standby is taken into account.
    public var status: Status
    /// The lines under the resource in `print status`, such as the reason why it is not up.
    public var notes: [String]
    /// Notes that only `json status` shows (classic-status.md section 5, `Evaluation trick`).
    public var verboseNotes: [String]
    /// Lines above the notes that warn of nothing, such as the device that a label names. No log has them.
    public var details: [String] = []
    /// The status of a degraded resource if it were whole; nil: it is not degraded. It does its work with less than
    /// it should have, as a mirror with one disk does: its status is warn, and yet its start has succeeded and
    /// monitoring does not act.
    public var wholeStatus: Status?
    /// What was put right to be able to look, as command lines; the log shows them.
    public var mended: [String] = []

    public init(_ status: Status, notes: [String] = [], verboseNotes: [String] = []) {
        self.status = status
        self.notes = notes
        self.verboseNotes = verboseNotes
    }

    public var isDegraded: Bool { wholeStatus != nil }

    /// Whether the resource does not do its work. `n/a` is not a failure.
    var hasFailed: Bool { !status.isUp && !isDegraded && status != .notApplicable }

    /// Everything that there is to say.
    public var allNotes: [String] { verboseNotes + details + notes }
}
