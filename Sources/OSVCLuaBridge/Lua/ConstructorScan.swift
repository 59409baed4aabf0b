extension LuaSourceLocator {
    /// One table constructor; tokens by their index.
    struct Constructor {
        var open: Int
        /// The token that closes it, or the last one.
        var close: Int
        /// The constructor that contains it.
        var outer: Int?
    }

    struct Item {
        /// The first token of the item.
        var start: Int
        var isPositional: Bool
        /// The first constructor in its value.
        var constructor: Int?
    }

    /// A key of one constructor.
    struct Place: Hashable {
        var constructor: Int
        var key: Key
    }
}

/// Finds all table constructors of a file and their items in one pass over its tokens.
struct ConstructorScan {
    typealias Key = LuaSourceLocator.Key
    typealias Place = LuaSourceLocator.Place

    /// What an opening token began: a constructor, or another bracket or block.
    private struct Open {
        var constructor: Int?
        /// The item of a constructor that is being read: its first token, its key, and the last `[n]`.
        var start = 0
        var place: Place?
        var position = 0
    }

    private let tokens: [LuaTokenizer.Token]
    private var open: [Open] = []
    /// For each `if` or `elseif` whose `then` has not come: whether it is an `elseif`.
    private var conditions: [Bool] = []
    private var innermost: Int?

    private(set) var constructors: [LuaSourceLocator.Constructor] = []
    private(set) var items: [Place: LuaSourceLocator.Item] = [:]
    /// Keys written twice, with the tokens of both.
    private(set) var repeated: [(key: Key, first: Int, second: Int)] = []

    init(_ tokens: [LuaTokenizer.Token]) {
        self.tokens = tokens
    }

    mutating func run() {
        for index in tokens.indices {
            switch change(at: index) {
            case 1: begin(index)
            case -1: end(index)
            default:
                if isSymbol(index, ",") || isSymbol(index, ";") {
                    next(index + 1)
                } else {
                    startItem(index)
                }
            }
        }
    }

    private mutating func begin(_ index: Int) {
        startItem(index)
        guard isSymbol(index, "{") else {
            open.append(Open())
            return
        }
        let own = constructors.count
        constructors.append(
            LuaSourceLocator.Constructor(open: index, close: tokens.count - 1, outer: innermost)
        )
        noteConstructor(own, at: index)
        innermost = own
        open.append(Open(constructor: own, start: index + 1))
    }

    /// The first constructor in a value belongs to each item that the value is in.
    private mutating func noteConstructor(_ own: Int, at index: Int) {
        for level in open.indices.reversed() {
            guard let place = open[level].place else { continue }
            // A key in brackets is not a value.
            let isKey = isSymbol(open[level].start, "[") && index < open[level].start + 4
            if isKey { continue }
            guard items[place]?.constructor == nil else { return }
            items[place]?.constructor = own
        }
    }

    private mutating func end(_ index: Int) {
        guard let last = open.popLast() else { return }
        guard let own = last.constructor else { return }
        constructors[own].close = index
        innermost = constructors[own].outer
    }

    /// Begins the next item after a separator of a constructor.
    private mutating func next(_ start: Int) {
        guard let level = open.indices.last, open[level].constructor != nil else { return }
        open[level].start = start
        open[level].place = nil
    }

    /// Reads the key of an item from its first token.
    private mutating func startItem(_ index: Int) {
        guard let level = open.indices.last, let own = open[level].constructor,
            open[level].start == index
        else { return }
        let written = named(index)
        if written == nil {
            // `[f()] = 1` has no key that can be found.
            guard !isSymbol(index, "[") else { return }
            open[level].position += 1
        }
        let key = written ?? .index(open[level].position)
        let place = Place(constructor: own, key: key)
        if let first = items[place], written != nil, !first.isPositional {
            repeated.append((key, first.start, index))
        }
        items[place] = LuaSourceLocator.Item(start: index, isPositional: written == nil)
        open[level].place = place
    }

    /// The key of `name = ...`, `["name"] = ...` or `[3] = ...`.
    private func named(_ start: Int) -> Key? {
        if case .name(let name) = tokens[start].kind, isSymbol(start + 1, "=") {
            return .name(name)
        }
        guard isSymbol(start, "["), isSymbol(start + 2, "]"), isSymbol(start + 3, "=") else {
            return nil
        }
        switch tokens[start + 1].kind {
        case .string(let text): return .name(text)
        case .number(let text): return Int(text).map(Key.index)
        default: return nil
        }
    }

    /// 1 where a bracket or block opens, -1 where one closes.
    private mutating func change(at index: Int) -> Int {
        switch tokens[index].kind {
        case .symbol("{"), .symbol("("), .symbol("["): return 1
        case .symbol("}"), .symbol(")"), .symbol("]"): return -1
        case .name("if"): conditions.append(false)
        case .name("elseif"): conditions.append(true)
        // An `elseif` is part of the block that its `if` opened; `while` and `for` are counted by their `do`.
        case .name("then"): return conditions.popLast() == true ? 0 : 1
        case .name("function"), .name("do"), .name("repeat"): return 1
        case .name("end"), .name("until"): return -1
        default: break
        }
        return 0
    }

    private func isSymbol(_ index: Int, _ text: String) -> Bool {
        index < tokens.count && tokens[index].kind == .symbol(text)
    }
}
