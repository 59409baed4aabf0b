/// A program that powers off the other node when the heartbeat asks for it
/// (classic-resources.md sections 7 and 9). It has no status and is never shown.
public struct StonithCallout: Driver {
    public static let id = DriverID("stonith.callout")
    public static let section = "stonith"
    public static let startOrder = StartPlace.stonith
    public static let summary = "A program that ends the other node when the heartbeat asks for it."
    public static let isDriven = false
    public static let keywords = [
        Keyword(
            "type",
            .choice(["callout"]),
            required: true,
            scopable: false,
            summary: "How the other node is ended: by a program of one's own.",
            example: "callout"
        ),
        Keyword(
            "cmd",
            .list,
            required: true,
            summary: "The program and its arguments.",
            example: "/usr/local/bin/power-off sles2"
        ),
    ]

    /// The program and its arguments; at least the program.
    public let arguments: [String]

    public init(_ settings: Settings) throws(ConfigurationError) {
        _ = try settings.requiredString("type")
        arguments = settings.list("cmd")
        guard !arguments.isEmpty else {
            throw .missingKeyword(owner: settings.owner, keyword: "cmd", at: settings.position)
        }
    }

    public var label: String { "stonith.callout" }

    /// There is nothing to see.
    public struct Seen: Sendable, Equatable {
        public init() {}
    }

    /// Looks at nothing.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen { Seen() }
    /// Always `n/a`.
    public func status(_ seen: Seen) -> StatusReport { StatusReport(.notApplicable) }
    /// None: `Stonith` runs the program.
    public func startSteps(_ seen: Seen) -> [Step] { [] }
    /// None: there is nothing to stop.
    public func stopSteps(_ seen: Seen) -> [Step] { [] }
}
