/// The values of one keyword by scope.
///
/// Most keywords have one value that holds everywhere; it takes no storage of its own.
public struct ScopedEntries: Sendable {
    /// A value and where it is written.
    public typealias Entry = ScopedSetting.Entry

    private struct Pair: Sendable, Equatable {
        var scope: Scope
        var entry: Entry
    }

    private var everywhere: Entry?
    private var others: [Pair] = []
    /// The index of each scope in `others`, filled when there are more than `few`; few are searched faster.
    private var places: [Scope: Int] = [:]
    private static let few = 8

    public init() {}

    private func place(of scope: Scope) -> Int? {
        others.count <= Self.few ? others.firstIndex { $0.scope == scope } : places[scope]
    }

    private mutating func index() {
        places = [:]
        guard others.count > Self.few else { return }
        for (place, pair) in others.enumerated() { places[pair.scope] = place }
    }

    private mutating func append(_ pair: Pair) {
        others.append(pair)
        if others.count == Self.few + 1 {
            index()
        } else if others.count > Self.few {
            places[pair.scope] = others.count - 1
        }
    }

    /// How many scopes have a value.
    public var count: Int { others.count + (everywhere == nil ? 0 : 1) }
    /// Whether no scope has a value.
    public var isEmpty: Bool { everywhere == nil && others.isEmpty }
    /// Whether the value is the same on all nodes.
    var isEverywhereOnly: Bool { others.isEmpty }
    /// The values in the order of iteration.
    public var values: [Entry] { map(\.value) }
    /// The scopes in the order of iteration.
    public var keys: [Scope] { map(\.key) }

    /// The value written for exactly this scope; setting nil removes it. A new scope comes last in the order.
    public subscript(scope: Scope) -> Entry? {
        get {
            if scope == .everywhere { return everywhere }
            return place(of: scope).map { others[$0].entry }
        }
        set {
            if scope == .everywhere {
                everywhere = newValue
                return
            }
            switch (place(of: scope), newValue) {
            case (let place?, let entry?): others[place].entry = entry
            case (let place?, nil):
                others.remove(at: place)
                index()
            case (nil, let entry?): append(Pair(scope: scope, entry: entry))
            case (nil, nil): break
            }
        }
    }

    /// The same scopes in the same order, with each entry replaced.
    public func mapValues(_ transform: (Entry) -> Entry) -> ScopedEntries {
        var mapped = self
        mapped.everywhere = everywhere.map(transform)
        for index in others.indices { mapped.others[index].entry = transform(others[index].entry) }
        return mapped
    }
}

extension ScopedEntries: Sequence {
    /// Iterates over the value that holds everywhere, then over the others in the order in which they were written.
    public func makeIterator() -> AnyIterator<(key: Scope, value: Entry)> {
        let first = everywhere.map { [(key: Scope.everywhere, value: $0)] } ?? []
        var all = (first + others.map { (key: $0.scope, value: $0.entry) })[...]
        return AnyIterator { all.popFirst() }
    }
}

extension ScopedEntries: Equatable {
    /// Compares the values of each scope; the order does not count.
    public static func == (one: Self, other: Self) -> Bool {
        guard one.everywhere == other.everywhere, one.others.count == other.others.count else {
            return false
        }
        return one.others.allSatisfy { other[$0.scope] == $0.entry }
    }
}

extension ScopedEntries: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Scope, Entry)...) {
        for (scope, entry) in elements { self[scope] = entry }
    }
}
