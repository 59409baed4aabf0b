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

    /// The mask of the keyword `netmask` for an address or a name; nil: it is not written. Throws for one that can
    /// suit no address, or not this one.
    init?(_ settings: Settings, for name: String) throws(ConfigurationError) {
        guard let text = settings.string("netmask"), !text.isEmpty else { return nil }
        guard let mask = Netmask(text) else {
            throw settings.badValue("netmask", "'\(text)' is neither a mask nor a prefix length")
        }
        guard mask.length > 0 else {
            let problem = "'\(text)' would make every address one of the interface's own network"
            throw settings.badValue("netmask", problem)
        }
        if let address = IPAddress(name), mask.prefixLength(for: address) == nil {
            throw settings.badValue("netmask", "'\(text)' does not suit \(address)")
        }
        self = mask
    }
}
