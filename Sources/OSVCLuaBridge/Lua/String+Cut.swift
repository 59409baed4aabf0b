extension String {
    /// Bytes of one text that a person is shown.
    private static let shownLimit = 64 << 10

    /// This text, or its beginning and how long it is.
    var cut: String { cut(to: Self.shownLimit) }

    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let beginning = String(decoding: utf8.prefix(limit), as: UTF8.self)
        return "\(beginning)… (\(utf8.count) bytes)"
    }
}
