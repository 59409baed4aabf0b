internal import OrderedCollections

/// Edits the text of a classic file, or of `node.conf`, line by line: bytes in, bytes out.
///
/// What an edit is not about survives to the byte: comments, order, blank lines, line ends, a missing
/// final newline, bytes that are no text (decisions.md 20). Each edit is read back before it counts: the
/// key has exactly the value, and every other key the one it had; if not, the edit throws and the text
/// is as before. Pure.
public struct EnvEditor: Sendable, Equatable {
    public private(set) var bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    // MARK: Questions

    /// The value as a read of the classic release gives it: the section's own, else that of DEFAULT.
    /// Continued lines are joined by newlines; bytes that are no text stay as they are.
    public func value(of key: String, in section: String) -> [UInt8]? {
        let meaning = EnvText(bytes).meaning
        let key = key.lowercased()
        return meaning[Self.name(section)]?[key] ?? meaning[EnvFile.defaultName]?[key]
    }

    /// In the order in which each first occurs, DEFAULT included where it is written.
    public var sections: [String] { Array(EnvText(bytes).meaning.keys) }

    /// DEFAULT is always there.
    public func hasSection(_ name: String) -> Bool {
        Self.name(name) == EnvFile.defaultName || sections.contains(name)
    }

    private static func name(_ section: String) -> String {
        section == "default" ? EnvFile.defaultName : section
    }

    // MARK: Edits

    /// Gives the key the value: in its line, else at the end of its section, else in a new section at the
    /// end of the file. Of a key written several times the last counts, and is edited.
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

    /// Takes the key out of the section, wherever it is written there.
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

    /// Appends a section without keys, unless it is there.
    public mutating func addSection(_ name: String) throws(EnvEditError) {
        let name = Self.name(name)
        let text = EnvText(bytes)
        var wanted = text.meaning
        guard wanted[name] == nil else { return }
        wanted[name] = [:]
        try take(text.appending(name, []), of: text, wanted, .unwritableSection(name))
    }

    /// Takes a section out, every part of it, with the comments between its keys.
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
        // Lines that belong to no key may go with their section; none may come.
        guard EnvText(edited).says(wanted, problems: text.problems) else { throw failure }
        bytes = edited
    }
}

/// Why a text is not edited. Where the classic release has words for it, these are they.
public enum EnvEditError: Error, Sendable, Equatable, CustomStringConvertible {
    case noSection(String)
    case noKey(String, section: String)
    /// No form of the file would give the value back.
    case unwritableValue(String, reason: String)
    /// The name cannot be written as a key of the section.
    case unwritableKey(String, section: String)
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
