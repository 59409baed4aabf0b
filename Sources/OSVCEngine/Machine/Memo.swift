/// Values that are made when they are first asked for, and kept. What `make` returns must depend on the key
/// alone: two threads may make it at once.
final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let known = Locked<[Key: Value]>([:])

    func value(for key: Key, _ make: () -> Value) -> Value {
        if let value = known.withLock({ $0[key] }) { return value }
        let value = make()
        known.withLock { $0[key] = value }
        return value
    }
}
