/// One array in /proc/mdstat (md(4)).
public struct MDArray: Sendable, Equatable {
    /// `md127`.
    public var name: String
    public var isActive: Bool
    /// `raid1`; nil for an array that is not active.
    public var level: String?
    /// The members that the kernel marks as faulty: `sdb1`.
    public var faulty: [String]
    /// Which members work, by slot: `[U_]` is true, false. Empty for levels without redundancy.
    public var slots: [Bool]

    public init(
        name: String,
        isActive: Bool,
        level: String? = nil,
        faulty: [String] = [],
        slots: [Bool] = []
    ) {
        self.name = name
        self.isActive = isActive
        self.level = level
        self.faulty = faulty
        self.slots = slots
    }

    public var file: String { "/dev/\(name)" }

    /// What the array works without, a line each; empty: it is whole.
    var missing: [String] {
        let empty = slots.indices.filter { !slots[$0] }
        let lost = faulty.map { "member \($0) has failed" }
        guard empty.count > faulty.count else { return lost }
        let places = empty.map(String.init).joined(separator: ", ")
        return lost + ["degraded: no member in slot \(places) of 0 to \(slots.count - 1)"]
    }

    /// Whether all data is there: no more members are missing than the level can do without (md(4)). Of raid10
    /// that is one for certain; whether it works without two depends on which they are.
    var isUsable: Bool {
        let spare =
            switch level {
            case "raid1": max(0, slots.count - 1)
            case "raid4", "raid5", "raid10": 1
            case "raid6": 2
            default: 0
            }
        return slots.count { !$0 } <= spare
    }

    /// Reads `/proc/mdstat`. Lines that do not describe an array are skipped.
    public static func all(in table: String) -> [MDArray] {
        var arrays: [MDArray] = []
        for line in table.split(separator: "\n") {
            if line.hasPrefix(" ") {
                if let slots = slots(in: line), !arrays.isEmpty {
                    arrays[arrays.count - 1].slots = slots
                }
            } else if let array = MDArray(line) {
                arrays.append(array)
            }
        }
        return arrays
    }

    /// `md0 : active raid1 loop1[1] loop0[0](F)`
    private init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count > 2, words[0].hasPrefix("md"), words[1] == ":",
            words[2] == "active" || words[2] == "inactive"
        else { return nil }
        name = String(words[0])
        isActive = words[2] == "active"
        // `(read-only)` or `(auto-read-only)` may stand before it.
        let after = words.dropFirst(3).first { !$0.hasPrefix("(") }
        level = after.flatMap { $0.contains("[") ? nil : String($0) }
        faulty = words.filter { $0.hasSuffix("(F)") }
            .compactMap { $0.split(separator: "[").first.map(String.init) }
        slots = []
    }

    /// The `[U_]` of `102272 blocks super 1.2 [2/1] [U_]`.
    private static func slots(in line: Substring) -> [Bool]? {
        line.split(separator: " ").lazy.compactMap { word -> [Bool]? in
            guard word.hasPrefix("["), word.hasSuffix("]"), word.count > 2 else { return nil }
            let inner = word.dropFirst().dropLast()
            guard inner.allSatisfy({ $0 == "U" || $0 == "_" }) else { return nil }
            return inner.map { $0 == "U" }
        }.first
    }
}
