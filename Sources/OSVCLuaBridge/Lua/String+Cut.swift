extension String {
    /// The maximum length in bytes of a text that is shown to people.
    private static let shownLimit = 64 << 10

    /// This text, or its beginning and its length.
    var cut: String { cut(to: Self.shownLimit) }

    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let beginning = String(decoding: utf8.prefix(limit), as: UTF8.self)
        return "\(beginning)… (\(utf8.count) bytes)"
    }
}
