import OSVCEngine

/// One line of the log on standard error (classic-actions.md section 7): the time, the level,
/// the subject, the message. A message of several lines continues at the first column.
struct LogLine {
    let service: String
    /// `14:40:11`.
    let clock: String
    let level: LogLevel
    let message: String
    let resource: ResourceID?

    /// The line without its newline. The column of the name has the width of the service's name, for all its
    /// resources.
    var text: String {
        let subject = (resource.map { "\(service).\($0)" } ?? service).uppercased()
        return
            "\(clock) \(padded(level.rawValue, 7)) \(padded(subject, service.count + 8)) \(message)"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
