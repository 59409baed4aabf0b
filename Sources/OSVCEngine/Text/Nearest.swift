/// The word of `known` that `word` is most likely meant to be; nil when none is close.
///
/// Close means that at most max(1, a third of the letters of `word`) letters are inserted, removed, changed or
/// swapped with a neighbour.
public func nearest(to word: String, in known: some Sequence<String>) -> String? {
    let length = word.utf8.count
    // No name is that long, and the time for a distance grows with the product of both lengths.
    guard length <= 256 else { return nil }
    let limit = max(1, word.count / 3)
    let candidates = known.filter { abs($0.utf8.count - length) <= limit }
        .map { (word: $0, distance: editDistance(word, $0)) }
    let best = candidates.min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    guard let best, best.distance <= limit else { return nil }
    return best.word
}

/// Insertions, removals, changes and swaps of neighbours that turn one word into the other.
private func editDistance(_ one: String, _ other: String) -> Int {
    let a = Array(one.utf8)
    let b = Array(other.utf8)
    var beforeLast = [Int]()
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), row[j] + 1, last[j + 1] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
