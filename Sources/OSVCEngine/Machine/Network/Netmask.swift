/// A mask or prefix length as users write it: `255.255.255.224`, `27`, `64`, `ffff:ffff::`.
struct Netmask: Sendable, Equatable {
    let text: String
    private let length: Int
    /// Whether it is an IPv6 mask; nil: a number, which suits both families.
    private let isIPv6: Bool?

    /// Nil when the text is neither a contiguous mask nor a number from 0 to 128.
    init?(_ text: String) {
        self.text = text
        if let mask = IPAddress(text) {
            guard let length = mask.prefixLengthAsMask else { return nil }
            self.length = length
            isIPv6 = mask.isIPv6
        } else {
            guard let length = Int(text), (0...128).contains(length) else { return nil }
            self.length = length
            isIPv6 = nil
        }
    }

    /// The prefix length for an address; nil when the mask is of the other family or too long.
    func prefixLength(for address: IPAddress) -> Int? {
        guard isIPv6 ?? address.isIPv6 == address.isIPv6, length <= address.bytes.count * 8 else {
            return nil
        }
        return length
    }
}
