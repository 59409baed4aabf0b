internal import OrderedCollections

/// Edits the text of a classic file, or of `node.conf`, line by line. Pure.
///
/// Everything that an edit does not concern stays the same to the byte: comments, order, blank lines, line ends, a
/// missing final newline, invalid UTF-8 (decisions.md 20). Each edit is read back before it counts: the key must have
/// exactly the value, and every other key the value it had. If not, the edit throws and the text stays as it was.
public struct EnvEditor: Sendable, Equatable {
    /// The text with all edits so far.
    public private(set) var bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    // MARK: Questions

    /// The value as the classic release reads it: the section's own, else that of DEFAULT; nil: neither has the
    /// key. Continued lines are joined by newlines; invalid UTF-8 stays as it is.
    public func value(of key: String, in section: String) -> [UInt8]? {
        let meaning = EnvText(bytes).meaning
        let key = key.lowercased()
        return meaning[Self.name(section)]?[key] ?? meaning[EnvFile.defaultName]?[key]
    }

    /// The names of the sections in the order of the file, each once, DEFAULT included where it is written.
    public var sections: [String] { Array(EnvText(bytes).meaning.keys) }

    /// Whether the file has the section; DEFAULT always exists.
    public func hasSection(_ name: String) -> Bool {
        Self.name(name) == EnvFile.defaultName || sections.contains(name)
    }

    private static func name(_ section: String) -> String {
        section == "default" ? EnvFile.defaultName : section
    }

    // MARK: Edits

    /// Sets the key to the value: in its line, else at the end of its section, else in a new section at the end
    /// of the file. Of a key written several times the last one counts, and is edited.
    ///
    /// Throws `.unwritableValue` or `.unwritableKey` when no form of the line would be read back as this value.
    public mutating func set(_ key: String, in section: String, to value: String)
        throws(EnvEditError)
    {
        let section = Self.name(section)
        let key = key.lowercased()
        if let reason = EnvValueForm.problem(with: value) {
            throw .unwritableValue(value, reason: reason)
        }
        let text = EnvText(bytes)
        var wanted = text.meaning
        guard wanted[section]?[key] != Array(value.utf8) else { return }
        wanted[section, default: [:]][key] = Array(value.utf8)
        for form in EnvValueForm.all(of: value) {
            let edited = text.setting(key, in: section, to: form)
            guard EnvText(edited).says(wanted, problems: text.problems) else { continue }
            bytes = edited
            return
        }
        throw .unwritableKey(key, section: section)
    }

    /// Removes the key from the section, every line of it. Throws `.noSection` or `.noKey` when it is not
    /// written there.
    public mutating func unset(_ key: String, in section: String) throws(EnvEditError) {
        let section = Self.name(section)
        let key = key.lowercased()
        guard hasSection(section) else { throw .noSection(section) }
        let text = EnvText(bytes)
        var wanted = text.meaning
        guard wanted[section]?.removeValue(forKey: key) != nil else {
            throw .noKey(key, section: section)
        }
        try take(
            text.removing(key, in: section),
            of: text,
            wanted,
            .unwritableKey(key, section: section)
        )
    }

    /// Appends a section without keys, unless it exists. Throws `.unwritableSection` for a name that cannot be
    /// read back.
    public mutating func addSection(_ name: String) throws(EnvEditError) {
        let name = Self.name(name)
        let text = EnvText(bytes)
        var wanted = text.meaning
        guard wanted[name] == nil else { return }
        wanted[name] = [:]
        try take(text.appending(name, []), of: text, wanted, .unwritableSection(name))
    }

    /// Removes a section, every part of it, with the comments between its keys. Throws `.noSection` when the
    /// file does not have it.
    public mutating func removeSection(_ name: String) throws(EnvEditError) {
        let name = Self.name(name)
        let text = EnvText(bytes)
        var wanted = text.meaning
        guard wanted.removeValue(forKey: name) != nil else { throw .noSection(name) }
        try take(text.removing(section: name), of: text, wanted, .unwritableSection(name))
    }

    private mutating func take(
        _ edited: [UInt8],
        of text: EnvText,
        _ wanted: EnvText.Meaning,
        _ failure: EnvEditError
    ) throws(EnvEditError) {
        // Lines that belong to no key may disappear with their section; none may be added.
        guard EnvText(edited).says(wanted, problems: text.problems) else { throw failure }
        bytes = edited
    }
}

/// Why a text is not edited. Messages of the classic release keep its wording.
public enum EnvEditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file does not have the section.
    case noSection(String)
    /// The section does not have the key.
    case noKey(String, section: String)
    /// No form of a line would be read back as the value, for this reason.
    case unwritableValue(String, reason: String)
    /// The name cannot be written as a key of the section.
    case unwritableKey(String, section: String)
    /// The name cannot be written as a section.
    case unwritableSection(String)

    public var description: String {
        switch self {
        case .noSection(let name): "section '\(name)' not found"
        case .noKey(let key, let section): "option '\(key)' not found in section '\(section)'"
        case .unwritableValue(let value, let reason):
            "value '\(value)' cannot be written: \(reason)"
        case .unwritableKey(let key, let section):
            "option '\(key)' cannot be written in section '\(section)':"
                + " it would not be read back as the same"
        case .unwritableSection(let name):
            "section '\(name)' cannot be written: it would not be read back as the same"
        }
    }
}
