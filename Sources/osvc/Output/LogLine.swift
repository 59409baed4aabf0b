import OSVCEngine

/// One line of the log as standard error shows it (classic-actions.md section 7): the time, the level,
/// who speaks, what is said. A message of several lines goes on at the first column.
struct LogLine {
    let service: String
    /// `14:40:11`.
    let clock: String
    let level: LogLevel
    let message: String
    let resource: ResourceID?

    /// Without its newline. The name's column is that of the service, for all its resources.
    var text: String {
        let subject = (resource.map { "\(service).\($0)" } ?? service).uppercased()
        return
            "\(clock) \(padded(level.rawValue, 7)) \(padded(subject, service.count + 8)) \(message)"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
