/// What the machine says to a plan: the answer to each requirement, and whether the action would succeed.
public struct Forecast: Sendable, Equatable {
    /// The answer to one requirement.
    public enum Answer: Sendable, Equatable, CustomStringConvertible {
        case ok
        /// The requirement does not hold, for this reason.
        case notMet(String)
        /// Nobody can tell yet: `until fs#0 is up`.
        case unknown(String)

        public var description: String {
            switch self {
            case .ok: "ok"
            case .notMet(let reason): "NOT MET: \(reason)"
            case .unknown(let when): "unknown \(when)"
            }
        }
    }

    /// What one hook, trigger or launcher would do.
    public struct Part: Sendable, Equatable {
        /// `hook site-policy/change-window`, `start mysqld`.
        public var title: String
        /// Where the script or trigger is written.
        public var position: SourcePosition
        /// What it would do, one line for each deed.
        public var lines: [String] = []
        /// The line after which the rest is not known; nil: all is known.
        public var incompleteAfter: String?
        /// Why it would fail or refuse; nil: it would not, or that is not known.
        public var refusal: String?
        /// Whether the action ends, or exits with 1, when this part fails.
        public var isDecisive = true
        /// When a part that cannot be asked is known: `until it runs`; nil: it was asked.
        public var unknown: String?
    }

    /// A step with the answer to what it requires.
    public struct Answered: Sendable, Equatable {
        public var step: Step
        public var answer: Answer
    }

    /// Why nothing would be begun, such as a frozen service; empty: it would.
    public var obstacles: [String] = []
    /// The hooks and triggers of the service.
    public var service: [Part] = []
    /// The hooks, triggers and launchers of each resource that takes part.
    public var resources: [ResourceID: [Part]] = [:]
    /// The answers to the steps and conflict checks of each resource. A step that requires nothing has none.
    public var answers: [ResourceID: [Answered]] = [:]
    public var verdict = Verdict()
    /// Whether it is about another node, of which nothing was seen.
    public var isElsewhere = false

    /// The answer to a step of a resource; nil: it requires nothing that can be asked.
    public func answer(to step: Step, of resource: ResourceID) -> Answer? {
        answers[resource]?.first { $0.step == step }?.answer
    }
}

/// Whether an action would succeed, as far as that can be known before.
public struct Verdict: Sendable, Equatable {
    /// A requirement that ends the action.
    public struct Failure: Sendable, Equatable {
        /// The resource whose requirement it is; nil: it concerns the service.
        public var resource: ResourceID?
        public var reason: String
    }

    /// The first requirement that is not met; nil: none is known.
    public var failure: Failure?
    /// Those whose requirements are unknown: `fs#0`, `hook web/window`. Each once, in the order of the plan.
    public var conditions: [String] = []
    /// Whether something would be changed.
    public var changes = false

    public init() {}

    /// The line that ends a plan.
    public var text: String {
        if let failure {
            let place = failure.resource.map { " at \($0)" } ?? ""
            return "verdict: would fail\(place): \(failure.reason)"
        }
        guard conditions.isEmpty else {
            return "verdict: would succeed, if what is unknown is as required: "
                + conditions.joined(separator: ", ")
        }
        return "verdict: would succeed" + (changes ? "" : ", and change nothing")
    }

    /// The verdict about this action and another one after it.
    public func followed(by next: Verdict) -> Verdict {
        var both = self
        both.failure = failure ?? next.failure
        for condition in next.conditions { both.depend(on: condition) }
        both.changes = changes || next.changes
        return both
    }

    mutating func depend(on condition: String) {
        if !conditions.contains(condition) { conditions.append(condition) }
    }

    mutating func take(_ answer: Forecast.Answer, _ resource: ResourceID?, _ subject: String) {
        switch answer {
        case .ok: break
        case .notMet(let reason):
            failure = failure ?? Failure(resource: resource, reason: reason)
        case .unknown: depend(on: subject)
        }
    }
}
