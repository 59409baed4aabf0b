/// Finds where in a file a key of a table constructor is written, for messages.
///
///     bad.lua:5:17: ip#0: unknown field 'ipdve' (did you mean 'ipdev'?)
///        5 |                 ipdve = "eth0" },
///          |                 ^
///
/// It reads tokens, not values: a key computed by the script is not found, and answers are nil.
struct LuaSourceLocator {
    /// One step into a constructor.
    enum Key: Hashable {
        case name(String)
        /// From 1: the place among the positional items, or a key written `[n]`.
        case index(Int)
    }

    /// From 1; the column in letters.
    struct Location: Equatable {
        var line: Int
        var column: Int
    }

    private let source: [UInt8]
    private let tokens: [LuaTokenizer.Token]
    private let constructors: [Constructor]
    /// Constructors by the line they close on.
    private let closing: [Int: [Int]]
    /// The last item of each key, which is the one that Lua keeps.
    private let items: [Place: Item]

    init(_ source: [UInt8]) {
        self.source = source
        tokens = LuaTokenizer.tokens(of: source)
        var scan = ConstructorScan(tokens)
        scan.run()
        constructors = scan.constructors
        closing = Dictionary(grouping: constructors.indices) { [tokens, constructors] in
            tokens[constructors[$0].close].line
        }
        items = scan.items
        repeated = scan.repeated.map { [tokens] in
            ($0.key, Self.location($0.first, tokens), Self.location($0.second, tokens))
        }
    }

    /// Keys written twice in one constructor, each with its second place: Lua keeps the last.
    private let repeated: [(key: Key, first: Location, second: Location)]

    func duplicateKeys() -> [(key: Key, first: Location, second: Location)] { repeated }

    /// Where the last key of `path` is written, in the constructor that the call on `line` opens.
    ///
    /// `line` is what a host function sees as its caller's: the line of the constructor or of its
    /// closing brace. When several constructors fit, the one that has the whole path is meant.
    func location(of path: [Key], callOn line: Int) -> Location? {
        for open in candidates(line) {
            guard let location = location(of: path[...], in: open) else { continue }
            return location
        }
        return nil
    }

    /// The line and a caret under the column, as two lines of text; nil when that line does not exist.
    func excerpt(_ location: Location) -> String? {
        let lines = String(decoding: source, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(location.line - 1) else { return nil }
        let line = lines[location.line - 1]
        let number = String(location.line)
        let margin = String(repeating: " ", count: max(0, 4 - number.count))
        // Tabs stay tabs, so that the caret is where the terminal shows the letter.
        let before = line.prefix(location.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        let blank = String(repeating: " ", count: max(4, number.count))
        return "\(margin)\(number) | \(line)\n\(blank) | \(before)^"
    }

    /// Constructors opened on the line, then those that are open there or close there, inner first,
    /// then the next one after it.
    private func candidates(_ line: Int) -> [Int] {
        let first = firstConstructor(from: line)
        let end = firstConstructor(from: line + 1)
        // Those around hold each other; what else closes on the line was opened before it too.
        var around: [Int] = []
        var outer = first > 0 ? first - 1 : nil
        while let index = outer {
            if tokens[constructors[index].close].line >= line { around.append(index) }
            outer = constructors[index].outer
        }
        let closing = closing[line, default: []].filter { $0 < first && !around.contains($0) }
        around = (around + closing).sorted(by: >)
        return Array(first..<end) + around + (end < constructors.count ? [end] : [])
    }

    /// The first constructor whose brace stands on this line or a later one.
    private func firstConstructor(from line: Int) -> Int {
        var (low, high) = (0, constructors.count)
        while low < high {
            let middle = (low + high) / 2
            if tokens[constructors[middle].open].line < line {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func location(of path: ArraySlice<Key>, in constructor: Int) -> Location? {
        guard let key = path.first else { return location(constructors[constructor].open) }
        guard let item = items[Place(constructor: constructor, key: key)] else { return nil }
        let rest = path.dropFirst()
        guard !rest.isEmpty else { return location(item.start) }
        guard let inner = item.constructor else { return nil }
        return location(of: rest, in: inner)
    }

    private func location(_ token: Int) -> Location { Self.location(token, tokens) }

    private static func location(_ token: Int, _ tokens: [LuaTokenizer.Token]) -> Location {
        Location(line: tokens[token].line, column: tokens[token].column)
    }
}
