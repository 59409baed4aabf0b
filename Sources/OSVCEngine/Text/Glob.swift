/// A pattern over names: `*` matches any number of bytes, `?` one byte, `[a-z]` one byte of the set and
/// `[!a-z]` one byte outside it. A `[` that is not closed stands for itself.
public struct Glob: Sendable, Equatable {
    private enum Piece: Sendable, Equatable {
        case any
        case one
        case letter(UInt8)
        case set([ClosedRange<UInt8>], isNegated: Bool)
    }

    /// The pattern as it was written.
    public let text: String
    private let pieces: [Piece]

    public init(_ text: String) {
        self.text = text
        pieces = Self.pieces(of: Array(text.utf8))
    }

    /// Whether the text contains `*`, `?` or `[`. A pattern without them matches only itself.
    public static func isPattern(_ text: some StringProtocol) -> Bool {
        text.utf8.contains {
            $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
        }
    }

    /// Whether the pattern matches the whole name.
    ///
    /// Backtracks to the last `*` only, so the time is at most proportional to the product of both lengths.
    public func matches(_ name: some StringProtocol) -> Bool {
        let name = Array(name.utf8)
        var (place, piece) = (0, 0)
        var star: (piece: Int, place: Int)?
        while place < name.count {
            if piece < pieces.count, pieces[piece] == .any {
                star = (piece, place)
                piece += 1
            } else if piece < pieces.count, Self.piece(pieces[piece], takes: name[place]) {
                piece += 1
                place += 1
            } else if let last = star {
                star = (last.piece, last.place + 1)
                piece = last.piece + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .any }
    }

    private static func piece(_ piece: Piece, takes letter: UInt8) -> Bool {
        switch piece {
        case .any: false
        case .one: true
        case .letter(let own): own == letter
        case .set(let ranges, let isNegated):
            ranges.contains { $0.contains(letter) } != isNegated
        }
    }

    private static func pieces(of text: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let letter = rest.popFirst() {
            switch letter {
            case UInt8(ascii: "*"): pieces.append(.any)
            case UInt8(ascii: "?"): pieces.append(.one)
            case UInt8(ascii: "["): pieces.append(set(&rest) ?? .letter(letter))
            default: pieces.append(.letter(letter))
            }
        }
        return pieces
    }

    /// Consumes `a-z]`. Returns nil and consumes nothing when the bracket is not closed.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Piece? {
        var own = rest
        let isNegated = own.first == UInt8(ascii: "!")
        if isNegated { own.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let letter = own.popFirst() {
            if letter == UInt8(ascii: "]"), !ranges.isEmpty {
                rest = own
                return .set(ranges, isNegated: isNegated)
            }
            if own.count > 1, own.first == UInt8(ascii: "-"),
                own.dropFirst().first != UInt8(ascii: "]")
            {
                let last = own[own.startIndex + 1]
                own.removeFirst(2)
                ranges.append(min(letter, last)...max(letter, last))
            } else {
                ranges.append(letter...letter)
            }
        }
        return nil
    }
}
