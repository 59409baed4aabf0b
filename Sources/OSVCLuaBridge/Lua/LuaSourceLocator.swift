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

    private let tokens: [LuaTokenizer.Token]
    private let lines: [Substring]

    init(_ source: [UInt8]) {
        tokens = LuaTokenizer.tokens(of: source)
        lines = String(decoding: source, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

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

    /// Keys written twice in one constructor, each with its second place: Lua keeps the last.
    func duplicateKeys() -> [(key: Key, first: Location, second: Location)] {
        var found: [(key: Key, first: Location, second: Location)] = []
        for open in tokens.indices where isSymbol(open, "{") {
            var seen: [Key: Location] = [:]
            for item in items(in: open) where !item.isPositional {
                let place = location(item.start)
                if let first = seen[item.key] { found.append((item.key, first, place)) }
                seen[item.key] = place
            }
        }
        return found
    }

    /// The line and a caret under the column, as two lines of text; nil when there is none such.
    func excerpt(_ location: Location) -> String? {
        guard lines.indices.contains(location.line - 1) else { return nil }
        let line = lines[location.line - 1]
        let number = String(location.line)
        let margin = String(repeating: " ", count: max(0, 4 - number.count))
        // Tabs stay tabs, so that the caret stands where the terminal puts the letter.
        let before = line.prefix(location.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        let blank = String(repeating: " ", count: max(4, number.count))
        return "\(margin)\(number) | \(line)\n\(blank) | \(before)^"
    }

    /// Constructors opened on the line, then those that are open there or close there, inner first,
    /// then the next one after it.
    private func candidates(_ line: Int) -> [Int] {
        var opened: [Int] = []
        var around: [Int] = []
        var next: Int?
        for open in tokens.indices where isSymbol(open, "{") {
            if tokens[open].line == line {
                opened.append(open)
            } else if tokens[open].line < line {
                let end = close(of: open)
                if tokens[end].line >= line { around.insert(open, at: 0) }
            } else if next == nil {
                next = open
            }
        }
        return opened + around + (next.map { [$0] } ?? [])
    }

    private func location(of path: ArraySlice<Key>, in open: Int) -> Location? {
        guard let key = path.first else { return location(open) }
        // Lua keeps the last of two equal keys; that is the one a message is about.
        guard let item = items(in: open).last(where: { $0.key == key }) else { return nil }
        let rest = path.dropFirst()
        guard !rest.isEmpty else { return location(item.start) }
        for inner in item.value..<item.end where isSymbol(inner, "{") {
            return location(of: rest, in: inner)
        }
        return nil
    }

    private func location(_ token: Int) -> Location {
        Location(line: tokens[token].line, column: tokens[token].column)
    }

    private func isSymbol(_ index: Int, _ text: String) -> Bool {
        index < tokens.count && tokens[index].kind == .symbol(text)
    }
}

/// The items of one constructor.
extension LuaSourceLocator {
    private struct Item {
        var key: Key
        var isPositional: Bool
        /// The token the item starts with, the one its value starts with, the one after it.
        var start: Int
        var value: Int
        var end: Int
    }

    /// Items of the constructor whose brace is the token `open`; those with computed keys left out.
    private func items(in open: Int) -> [Item] {
        var items: [Item] = []
        var start = open + 1
        var position = 0
        while start < tokens.count, !isSymbol(start, "}") {
            let end = endOfItem(start)
            if let item = named(start, end) {
                items.append(item)
            } else if !isSymbol(start, "[") {
                position += 1
                items.append(
                    Item(
                        key: .index(position),
                        isPositional: true,
                        start: start,
                        value: start,
                        end: end
                    )
                )
            }
            start = isSymbol(end, ",") || isSymbol(end, ";") ? end + 1 : end
        }
        return items
    }

    /// `name = ...`, `["name"] = ...` or `[3] = ...`.
    private func named(_ start: Int, _ end: Int) -> Item? {
        if case .name(let name) = tokens[start].kind, isSymbol(start + 1, "=") {
            return Item(
                key: .name(name),
                isPositional: false,
                start: start,
                value: start + 2,
                end: end
            )
        }
        guard isSymbol(start, "["), isSymbol(start + 2, "]"), isSymbol(start + 3, "=") else {
            return nil
        }
        let key: Key
        switch tokens[start + 1].kind {
        case .string(let text): key = .name(text)
        case .number(let text):
            guard let index = Int(text) else { return nil }
            key = .index(index)
        default: return nil
        }
        return Item(key: key, isPositional: false, start: start, value: start + 4, end: end)
    }

    /// The token after the item: a separator or brace that belongs to no bracket or function in it.
    private func endOfItem(_ start: Int) -> Int {
        var depth = 0
        var index = start
        while index < tokens.count {
            let change = depthChange(index)
            if depth == 0 {
                if change < 0 || isSymbol(index, ",") || isSymbol(index, ";") { return index }
            }
            depth += change
            index += 1
        }
        return index
    }

    private func depthChange(_ index: Int) -> Int {
        switch tokens[index].kind {
        case .symbol("{"), .symbol("("), .symbol("["): 1
        case .symbol("}"), .symbol(")"), .symbol("]"): -1
        // `while` and `for` are counted by their `do`.
        case .name("function"), .name("do"), .name("then"), .name("repeat"):
            tokens[index].kind == .name("then") && isElseif(before: index) ? 0 : 1
        case .name("end"), .name("until"): -1
        default: 0
        }
    }

    /// Whether the `then` at `index` belongs to an `elseif`, whose `if` was counted.
    private func isElseif(before index: Int) -> Bool {
        var nested = 0
        for earlier in tokens[..<index].indices.reversed() {
            switch tokens[earlier].kind {
            case .name("end"): nested += 1
            case .name("function"): nested -= 1
            case .name("elseif") where nested <= 0: return true
            case .name("if") where nested <= 0: return false
            default: continue
            }
        }
        return false
    }

    /// The token that closes the constructor, or the last one.
    private func close(of open: Int) -> Int {
        var index = open + 1
        while index < tokens.count {
            index = endOfItem(index)
            guard isSymbol(index, ",") || isSymbol(index, ";") else { break }
            index += 1
        }
        return min(index, tokens.count - 1)
    }
}
