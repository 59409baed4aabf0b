/// Wraps text into lines of at most `width` characters, as the classic status tree does: blanks are
/// collapsed, lines also break after hyphens inside words, and a word longer than a line is cut
/// (classic-status.md section 5).
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for chunk in chunks(of: text) {
        var chunk = chunk
        if chunk == " ", line.isEmpty { continue }
        if line.count + chunk.count <= width {
            line += chunk
            continue
        }
        // A chunk longer than a whole line fills what is left of this one.
        while chunk.count > width {
            let room = width - line.count
            line += chunk.prefix(room)
            chunk = String(chunk.dropFirst(room))
            lines.append(trimmedEnd(line))
            line = ""
        }
        if line.count + chunk.count > width {
            lines.append(trimmedEnd(line))
            line = ""
        }
        if chunk != " " || !line.isEmpty { line += chunk }
    }
    let last = trimmedEnd(line)
    if !last.isEmpty { lines.append(last) }
    return lines
}

/// Words and single blanks; words are cut after hyphens that stand between letters.
private func chunks(of text: String) -> [String] {
    var chunks: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
        if !chunks.isEmpty { chunks.append(" ") }
        var part = ""
        let letters = Array(word)
        for (index, letter) in letters.enumerated() {
            part.append(letter)
            let isBreak =
                letter == "-" && index > 0 && letters[index - 1].isLetter
                && index + 1 < letters.count && letters[index + 1].isLetter
            if isBreak {
                chunks.append(part)
                part = ""
            }
        }
        if !part.isEmpty { chunks.append(part) }
    }
    return chunks
}

private func trimmedEnd(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
}
