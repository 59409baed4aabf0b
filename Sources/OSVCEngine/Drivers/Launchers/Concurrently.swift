/// The results of `work` on each item, in the order of the items, at most `limit` of them at once.
@EngineActor
func concurrently<Item: Sendable, Output: Sendable>(
    _ items: [Item],
    atMost limit: Int,
    _ work: @escaping @EngineActor @Sendable (Item) async -> Output
) async -> [Output] {
    let queue = WorkQueue<Item, Output>(items)
    let workers = (0..<min(max(1, limit), items.count)).map { _ in
        Task { @EngineActor in
            while let (index, item) = queue.next() {
                queue.results[index] = await work(item)
            }
        }
    }
    for worker in workers { await worker.value }
    return queue.results.compactMap(\.self)
}

/// The state that the workers share: the next item, and the results so far.
@EngineActor
private final class WorkQueue<Item: Sendable, Output: Sendable> {
    private let items: [Item]
    private var taken = 0
    var results: [Output?]

    init(_ items: [Item]) {
        self.items = items
        results = Array(repeating: nil, count: items.count)
    }

    func next() -> (Int, Item)? {
        guard taken < items.count else { return nil }
        defer { taken += 1 }
        return (taken, items[taken])
    }
}
