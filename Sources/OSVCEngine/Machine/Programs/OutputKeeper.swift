/// Keeps the output of a program: all of it up to a limit, beyond that the first and the last half.
struct OutputKeeper {
    private let headLimit: Int
    private let tailLimit: Int
    private var head: [UInt8] = []
    /// At most twice its limit, so that dropping the excess costs little per byte.
    private var tail: [UInt8] = []
    private var total = 0

    init(limit: Int) {
        tailLimit = max(0, limit) / 2
        headLimit = max(0, limit) - tailLimit
    }

    var isTruncated: Bool { total > headLimit + tailLimit }

    var bytes: [UInt8] { head + tail.suffix(tailLimit) }

    mutating func append(_ bytes: some Collection<UInt8>) {
        total += bytes.count
        let room = headLimit - head.count
        head.append(contentsOf: bytes.prefix(room))
        tail.append(contentsOf: bytes.dropFirst(room).suffix(tailLimit))
        if tail.count > 2 * tailLimit { tail.removeFirst(tail.count - tailLimit) }
    }
}
