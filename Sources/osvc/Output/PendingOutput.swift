import OSVCEngine

/// The output that a standard stream has not accepted yet, in order. Beyond the limit whole texts are dropped
/// and counted; a line in their place reports that as soon as the stream accepts the rest.
struct PendingOutput {
    /// The answer of a stream to an offer of bytes.
    enum Answer: Equatable {
        /// This many bytes were accepted, at least one.
        case took(Int)
        case notNow
        /// It accepts none any longer.
        case gone
    }

    /// The limit in bytes.
    static let limit = 1 << 20

    private var bytes: [UInt8] = []
    /// The number of those bytes that were accepted.
    private var taken = 0
    private var lostLines = 0
    /// The text after the number of dropped lines.
    let remark: String

    init(remark: String) {
        self.remark = remark
    }

    var isEmpty: Bool { taken == bytes.count && lostLines == 0 }

    /// Adds a text; a nil limit means no limit. After a loss further texts are dropped too, until the line
    /// about it is added.
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

    /// Offers the pending output until the stream accepts no more. Returns whether it accepted anything.
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
