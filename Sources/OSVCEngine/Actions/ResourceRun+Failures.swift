extension StatusReport {
    /// A message about a resource that does not do its work: `is warn after its start (fs is not writable)`.
    func failure(after event: String) -> String {
        let notes = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
        return "is \(status) after \(event)\(notes)"
    }
}

extension Resource {
    /// Whether a start goes on when this resource fails; only launchers can have that (decisions.md 9).
    var toleratesFailedStart: Bool {
        guard let application = driver as? Application else { return false }
        return application.onError == .continue
            || application.launchers.contains { $0.onError == .continue }
    }
}
