/// The values of one keyword by scope.
///
/// Most keywords have one value that holds everywhere: that takes no storage of its own.
public struct ScopedEntries: Sendable {
    public typealias Entry = ScopedSetting.Entry

    private struct Pair: Sendable, Equatable {
        var scope: Scope
        var entry: Entry
    }

    private var everywhere: Entry?
    private var others: [Pair] = []
    /// Where each scope is in `others`, once these are many; few are searched faster.
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

    public var count: Int { others.count + (everywhere == nil ? 0 : 1) }
    public var isEmpty: Bool { everywhere == nil && others.isEmpty }
    /// Whether no node may see another value than the others.
    var isEverywhereOnly: Bool { others.isEmpty }
    public var values: [Entry] { map(\.value) }
    public var keys: [Scope] { map(\.key) }

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

    public func mapValues(_ transform: (Entry) -> Entry) -> ScopedEntries {
        var mapped = self
        mapped.everywhere = everywhere.map(transform)
        for index in others.indices { mapped.others[index].entry = transform(others[index].entry) }
        return mapped
    }
}

extension ScopedEntries: Sequence {
    /// What holds everywhere first, then in the order in which it was written.
    public func makeIterator() -> AnyIterator<(key: Scope, value: Entry)> {
        let first = everywhere.map { [(key: Scope.everywhere, value: $0)] } ?? []
        var all = (first + others.map { (key: $0.scope, value: $0.entry) })[...]
        return AnyIterator { all.popFirst() }
    }
}

extension ScopedEntries: Equatable {
    /// The order does not count.
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
