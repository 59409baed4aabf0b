extension [String] {
    /// As the standard library's, which makes the runtime search the whole program for conformances when it
    /// is first called: a hundredth of the time of a status.
    package func joined(separator: String) -> String {
        guard var text = first else { return "" }
        for part in dropFirst() {
            text += separator
            text += part
        }
        return text
    }
}
