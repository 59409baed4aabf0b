/// The fields that one kind of table may have. The list is complete, checked at every depth, and printed by the
/// manual.
struct OptionSchema: Sendable {
    /// The values at the places 1 to n.
    enum List: Sendable {
        case nothing
        /// A program and its arguments.
        case arguments
        /// Values that the function which takes the table checks itself.
        case values
    }

    var options: [Option]
    var list: List

    init(_ options: [Option], list: List = .nothing) {
        self.options = options
        self.list = list
    }

    func option(_ name: String) -> Option? {
        options.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

/// One field of a table.
struct Option: Sendable {
    enum Kind: Sendable {
        case text
        case path
        case integer(ClosedRange<Int>)
        case boolean
        case duration
        case size
        case words
        case choice([String])
        case integers
        /// Names with texts: `{ LANG = "C" }`.
        case map
        /// A program and its arguments.
        case arguments
        case function
        case table(OptionSchema)
        /// Checked by the function that takes the table.
        case any
    }

    var name: String
    var kind: Kind
    var isRequired: Bool
    var summary: String

    init(_ name: String, _ kind: Kind, required: Bool = false, _ summary: String) {
        self.name = name
        self.kind = kind
        self.isRequired = required
        self.summary = summary
    }
}

/// A problem in a table and its place: `timeout.strat: unknown field`.
struct FieldProblem: Error, Equatable {
    /// Names and places from the outermost table on; empty: the table itself.
    var path: [Step]
    var text: String

    enum Step: Equatable, Sendable {
        case field(String)
        case place(Int)
    }

    init(_ path: [Step] = [], _ text: String) {
        self.path = path
        self.text = text
    }

    /// `field 'timeout.start': a time expected`; without a path the text alone.
    var sentence: String { isAboutField && !path.isEmpty ? "field '\(pathText)': \(text)" : text }

    /// Whether the sentence must name the field; the message about an unknown field already does.
    var isAboutField = true

    var pathText: String {
        var words = ""
        for step in path {
            switch step {
            case .field(let name): words += words.isEmpty ? name : ".\(name)"
            case .place(let index): words += "[\(index)]"
            }
        }
        return words
    }

    func below(_ step: Step) -> FieldProblem {
        var copy = self
        copy.path.insert(step, at: 0)
        return copy
    }
}
