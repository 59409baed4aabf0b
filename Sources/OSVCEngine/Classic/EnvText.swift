internal import OrderedCollections

/// A classic file split into its lines, and the texts that edits of it make. See `EnvEditor`.
struct EnvText {
    /// The values of a file by section and key.
    typealias Meaning = OrderedDictionary<String, OrderedDictionary<String, [UInt8]>>

    private struct Line {
        /// Without the newline.
        var range: Range<Int>
        var kind: EnvLine
        /// The section that contains the line; nil: the line precedes all sections.
        var section: String?
        /// The key whose value the line begins or continues.
        var key: String?
    }

    private let bytes: [UInt8]
    private let lines: [Line]
    let meaning: Meaning
    /// The number of lines that are invalid in a classic file.
    let problems: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var lexer = EnvLexer()
        var lines: [Line] = []
        var meaning: Meaning = [:]
        var section: String?
        var pending: (key: String, value: [UInt8])?
        func store() {
            guard let section, let (key, value) = pending else { return }
            meaning[section, default: [:]][key] = value
            pending = nil
        }
        for slice in EnvLexer.lines(of: bytes) {
            let kind = lexer.read(slice)
            switch kind {
            case .section(let name):
                store()
                section = name
                if meaning[name] == nil { meaning[name] = [:] }
            case .key(let key, _, let value):
                store()
                pending = (key, value.elementsEqual(Array("\"\"".utf8)) ? [] : Array(value))
            case .continuation(let text): pending?.value += [EnvLexer.newline] + text
            case .nothing, .problem: break
            }
            let isOfKey =
                switch kind {
                case .key, .continuation: true
                default: false
                }
            lines.append(
                Line(
                    range: slice.startIndex..<slice.endIndex,
                    kind: kind,
                    section: section,
                    key: isOfKey ? pending?.key : nil
                )
            )
        }
        store()
        self.lines = lines
        self.meaning = meaning
        problems = lines.count { if case .problem = $0.kind { true } else { false } }
    }

    func says(_ wanted: Meaning, problems: Int) -> Bool {
        self.problems <= problems
            && meaning.elementsEqual(wanted) { one, other in
                one.key == other.key && one.value.elementsEqual(other.value) { $0 == $1 }
            }
    }

    // MARK: Setting

    func setting(_ key: String, in section: String, to form: EnvValueForm) -> [UInt8] {
        let isSame = { (line: Line) in line.section == section && line.key == key }
        if let index = lines.lastIndex(where: { isSame($0) && $0.kind.isKey }) {
            return changing(index, to: form)
        }
        let written = form.lines(of: key)
        if let index = lines.lastIndex(where: { $0.section == section && $0.kind.saysSomething }) {
            return inserting(written, after: lines[index])
        }
        return appending(section, written)
    }

    /// The text with another value in a key's line, without the lines that continued the old value.
    private func changing(_ index: Int, to form: EnvValueForm) -> [UInt8] {
        let line = lines[index]
        guard case .key(_, let head, let value) = line.kind else { return bytes }
        let further = lines[(index + 1)...].prefix { !$0.kind.isKey && !$0.kind.isSection }
            .filter { $0.kind.isContinuation }
        var text = Array(bytes[line.range.lowerBound..<head.endIndex])
        text += form.gap(Array(bytes[head.endIndex..<value.startIndex]), behind: head, of: value)
        text += form.first
        text += form.tail(bytes[value.endIndex..<line.range.upperBound])
        let indent = further.first.map { Array(bytes[$0.range].prefix(while: \.isBlank)) }
        for rest in form.rest {
            text += [EnvLexer.newline] + (indent ?? [UInt8(ascii: "\t")]) + rest + end(of: line)
        }
        var result = Array(bytes[..<line.range.lowerBound]) + text
        var place = line.range.upperBound
        for gone in further {
            result += bytes[place..<(gone.range.lowerBound - 1)]
            place = gone.range.upperBound
        }
        return result + bytes[place...]
    }

    private func inserting(_ written: [[UInt8]], after line: Line) -> [UInt8] {
        let isEnded = line.range.upperBound < bytes.count
        let end = isEnded ? end(of: line) : end(behindLast: line)
        var text: [UInt8] = []
        for row in written {
            text += isEnded ? [EnvLexer.newline] + row + end : end + [EnvLexer.newline] + row
        }
        return bytes[..<line.range.upperBound] + text + bytes[line.range.upperBound...]
    }

    /// The text with a new section at the end, after a blank line. The last line ends as it did before.
    func appending(_ section: String, _ written: [[UInt8]]) -> [UInt8] {
        let last = lines.last { !$0.range.isEmpty }
        let isEnded = last == nil || bytes.last == EnvLexer.newline
        let end = lines.first { !$0.range.isEmpty }.map { self.end(of: $0) } ?? []
        let newline = end + [EnvLexer.newline]
        var result = bytes
        if let last {
            if !isEnded { result += self.end(behindLast: last) + [EnvLexer.newline] }
            let isBlank = bytes[last.range].allSatisfy(\.isBlank)
            if !isBlank, !endsInBlankLine { result += newline }
        }
        result += ([Array("[\(section)]".utf8)] + written).joined(separator: newline)
        return isEnded ? result + newline : result
    }

    /// The line ending to append to the last line, if it has none: the one that the first line uses.
    private func end(behindLast line: Line) -> [UInt8] {
        guard end(of: line).isEmpty, let first = lines.first else { return [] }
        return end(of: first)
    }

    private var endsInBlankLine: Bool {
        guard bytes.last == EnvLexer.newline, lines.count > 1 else { return false }
        return bytes[lines[lines.count - 2].range].allSatisfy(\.isBlank)
    }

    /// The carriage return before the newline, if the line has one.
    private func end(of line: Line) -> [UInt8] {
        bytes[line.range].last == UInt8(ascii: "\r") ? [UInt8(ascii: "\r")] : []
    }

    // MARK: Removing

    func removing(_ key: String, in section: String) -> [UInt8] {
        removing(lines.indices.filter { lines[$0].section == section && lines[$0].key == key })
    }

    /// The text without a section. Each part of it ends with its last line that is not a comment, and the blank
    /// lines after it.
    func removing(section: String) -> [UInt8] {
        var gone: [Int] = []
        var index = 0
        while index < lines.count {
            guard case .section(section) = lines[index].kind else {
                index += 1
                continue
            }
            let part = lines[(index + 1)...].prefix { !$0.kind.isSection }
            let last = part.lastIndex { $0.kind.saysSomething } ?? index
            let blank = lines[(last + 1)...].prefix { bytes[$0.range].allSatisfy(\.isBlank) }
            gone += index..<blank.endIndex
            index = max(blank.endIndex, index + 1)
        }
        return removing(gone)
    }

    private func removing(_ indices: [Int]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        for index in indices {
            let range = lines[index].range
            let hasNewline = range.upperBound < bytes.count
            let isAlone = range.lowerBound == 0 || bytes[range.lowerBound - 1] != EnvLexer.newline
            // The newline before the last line is removed with it, so that the file still ends without one.
            let start =
                hasNewline || isAlone || range.isEmpty ? range.lowerBound : range.lowerBound - 1
            if start > place { result += bytes[place..<start] }
            if start < place, result.last == EnvLexer.newline { result.removeLast() }
            place = hasNewline ? range.upperBound + 1 : range.upperBound
        }
        return result + bytes[place...]
    }
}

extension EnvLine {
    fileprivate var isKey: Bool { if case .key = self { true } else { false } }
    fileprivate var isSection: Bool { if case .section = self { true } else { false } }
    fileprivate var isContinuation: Bool { if case .continuation = self { true } else { false } }
    fileprivate var saysSomething: Bool { self != .nothing }
}
