internal import OrderedCollections

/// One line that loading a classic file has to tell.
public struct EnvMessage: Sendable, Hashable, CustomStringConvertible {
    public var level: LogLevel
    public var text: String
    /// Nil: the text is that of the classic release, which named no line.
    public var position: SourcePosition?
    /// Where it is written, though the line of the log does not name it: the text is that of the classic release.
    public var place: SourcePosition?
    /// Who speaks in the log; nil: the service.
    public var subject: String?
    /// Whether the node does not take the service, for its nodes or its type: a table of services leaves it
    /// out, as the classic release does.
    public var isNotForNode: Bool

    public init(
        _ level: LogLevel,
        _ text: String,
        at position: SourcePosition? = nil,
        place: SourcePosition? = nil,
        subject: String? = nil,
        isNotForNode: Bool = false
    ) {
        self.level = level
        self.text = text
        self.position = position
        self.place = position ?? place
        self.subject = subject
        self.isNotForNode = isNotForNode
    }

    /// With the position before it, where there is one.
    public var description: String { position.map { "\($0): \(text)" } ?? text }
}

/// Why a classic service is refused as a whole: everything that was found, errors and warnings.
public struct EnvRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    public var messages: [EnvMessage]

    public init(_ messages: [EnvMessage]) {
        self.messages = messages
    }

    public var description: String { messages.map(\.description).joined(separator: "\n") }
}

/// What the checks of a load need to know of the node.
public struct EnvNode: Sendable, Equatable {
    public var name: String
    /// `host_mode` of `node.conf`: what the node is for.
    public var hostMode: String

    public init(name: String, hostMode: String = NodeSettings.defaultHostMode) {
        self.name = name
        self.hostMode = hostMode
    }
}
