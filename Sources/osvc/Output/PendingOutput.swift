import OSVCEngine

/// What a standard stream has not taken yet, in order. Beyond its limit whole texts are dropped and
/// counted; a line in their place says so as soon as the stream takes the rest.
struct PendingOutput {
    /// How a stream answers an offer of bytes.
    enum Answer: Equatable {
        /// So many were taken, at least one.
        case took(Int)
        case notNow
        /// It takes none any more.
        case gone
    }

    /// In bytes.
    static let limit = 1 << 20

    private var bytes: [UInt8] = []
    /// How many bytes of those were taken.
    private var taken = 0
    private var lostLines = 0
    /// Follows the count of the lines that were dropped.
    let remark: String

    init(remark: String) {
        self.remark = remark
    }

    var isEmpty: Bool { taken == bytes.count && lostLines == 0 }

    /// Adds a text; nil: there is no limit. Once something is lost so is what follows, until the line
    /// about it is in its place.
    mutating func add(_ text: [UInt8], limit: Int?) {
        guard !text.isEmpty else { return }
        let isFull = limit.map { bytes.count - taken + text.count > $0 } ?? false
        guard isFull || lostLines > 0 else {
            if taken > bytes.count / 2 {
                bytes.removeFirst(taken)
                taken = 0
            }
            bytes += text
            return
        }
        lostLines += max(1, text.count { $0 == UInt8(ascii: "\n") })
    }

    /// Offers what is pending until the stream takes no more. Returns whether it took something.
    mutating func flush(_ offer: (ArraySlice<UInt8>) -> Answer) -> Bool {
        var isMoved = false
        while !isEmpty {
            if taken == bytes.count {
                bytes = Array("osvc: \(lostLines) lines were not shown here\(remark)\n".utf8)
                taken = 0
                lostLines = 0
            }
            switch offer(bytes[taken...]) {
            case .took(let count):
                taken += count
                isMoved = true
            case .notNow: return isMoved
            case .gone:
                bytes = []
                taken = 0
                lostLines = 0
            }
        }
        bytes.removeAll(keepingCapacity: false)
        taken = 0
        return isMoved
    }
}
