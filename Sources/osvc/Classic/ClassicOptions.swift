/// The options of the classic programs (classic-actions.md section 3): before or after the words; long ones
/// with `=` or a word of their own, and shortened as long as they are unique.
struct ClassicOptions: Equatable {
    typealias Path<Value> = any WritableKeyPath<ClassicOptions, Value> & Sendable

    /// What an option takes and what it sets.
    enum Kind: Sendable {
        case flag(Path<Bool>)
        case text(Path<String?>)
        /// Words separated by commas.
        case list(Path<[String]>)
        /// May be given more than once.
        case repeated(Path<[String]>)
        case seconds(Path<Int>)
        /// Only the classic release has it: refused by name.
        case later
    }

    struct Option: Sendable {
        var long: String
        var short: Character?
        var kind: Kind
        /// What `--help` says.
        var help: String

        init(_ long: String, _ short: Character? = nil, _ kind: Kind, _ help: String = "") {
            self.long = long
            self.short = short
            self.kind = kind
            self.help = help
        }
    }

    /// The words that are not options, in order.
    var words: [String] = []
    var services: [String] = []
    var status: String?
    var onlyPrimary = false
    var onlySecondary = false
    var debug = false
    var disableRollback = false
    var parallel = false
    var ignoreAffinity = false
    var force = false
    var cron = false
    var cluster = false
    var interactive = false
    var dryRun = false
    /// The node that a plan is for; nil: this one.
    var node: String?
    var rids: [String] = []
    var tags: [String] = []
    var resources: [String] = []
    var waitlock = 60
    var destination: String?
    var envFile: String?
    var parameter: String?
    var value: String?
    var updateDatabase = false
    var maximumDelay = 0
    var verbose = false
    /// Set in a process that another osvc started for a part of the table.
    var rows = false
    var version = false
    var help = false

    /// What is wrong with a command line.
    struct Problem: Error, Equatable {
        var text: String
    }

    /// Parses the arguments by the options of one program, which are made only when there is an argument.
    init(_ arguments: [String], options: @autoclosure () -> [Option]) throws(Problem) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                return
            }
            if argument.hasPrefix("--") {
                try readLong(argument.dropFirst(2), &rest, options())
            } else if argument.hasPrefix("-"), argument.count > 1 {
                try readShort(argument.dropFirst(), &rest, options())
            } else {
                words.append(argument)
            }
        }
    }

    private mutating func readLong(
        _ text: Substring,
        _ rest: inout ArraySlice<String>,
        _ options: [Option]
    ) throws(Problem) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let option = try Self.option(named: name, options)
        let value = parts.count > 1 ? String(parts[1]) : nil
        if case .flag = option.kind, value != nil {
            throw Problem(text: "--\(option.long) option does not take a value")
        }
        try set(option, value, &rest, as: "--\(option.long)")
    }

    private static func option(named name: String, _ options: [Option]) throws(Problem) -> Option {
        if let exact = options.first(where: { $0.long == name }) { return exact }
        let longer = name.isEmpty ? [] : options.filter { $0.long.hasPrefix(name) }
        guard let only = longer.first else { throw Problem(text: "no such option: --\(name)") }
        guard longer.count == 1 else {
            let names = longer.map { "--\($0.long)" }.sorted().joined(separator: ", ")
            throw Problem(text: "ambiguous option: --\(name) (\(names)?)")
        }
        return only
    }

    /// `-fc` is `-f -c`; what follows a letter that takes a value is its value: `-ssvc1`.
    private mutating func readShort(
        _ letters: Substring,
        _ rest: inout ArraySlice<String>,
        _ options: [Option]
    ) throws(Problem) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else {
                throw Problem(text: "no such option: -\(letter)")
            }
            var value: String?
            if !option.isFlag, !letters.isEmpty {
                value = String(letters)
                letters = ""
            }
            try set(option, value, &rest, as: "-\(letter)")
        }
    }

    private mutating func set(
        _ option: Option,
        _ given: String?,
        _ rest: inout ArraySlice<String>,
        as written: String
    ) throws(Problem) {
        if case .flag(let path) = option.kind {
            self[keyPath: path] = true
            return
        }
        if case .later = option.kind {
            throw Problem(text: "option \(written) is not supported by this release")
        }
        guard let value = given ?? rest.popFirst() else {
            throw Problem(text: "\(written) option requires an argument")
        }
        switch option.kind {
        case .text(let path): self[keyPath: path] = value
        case .list(let path):
            let words = value.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
            // An empty list would select everything.
            guard !words.isEmpty else {
                throw Problem(text: "option \(written): at least one word expected, got '\(value)'")
            }
            self[keyPath: path] += words
        case .repeated(let path): self[keyPath: path].append(value)
        case .seconds(let path):
            guard let number = Int(value), number >= 0 else {
                throw Problem(
                    text: "option \(written): a number of seconds expected, got '\(value)'"
                )
            }
            self[keyPath: path] = number
        case .flag, .later: break
        }
    }
}

extension ClassicOptions.Option {
    fileprivate var isFlag: Bool {
        if case .flag = kind { return true }
        return false
    }
}
