import OSVCEngine

/// What `osvc doc` says and what the reference pages hold: all from the registries, nothing by hand.
struct Manual {
    private let registry = DriverRegistry.builtIn

    /// Everything that can be asked.
    var words: [String] {
        registry.sections + CommonKeywords.service.map(\.name) + CommonKeywords.resource.map(\.name)
            + registry.drivers.flatMap { type in
                type.keywords.map { "\(type.section).\($0.name)" }
            }
    }

    var index: String {
        var lines = ["resource types:"]
        lines += registry.drivers.map { "  \(padded($0.section)) \($0.summary)" }
        lines += ["", "keywords of a service:"]
        lines += CommonKeywords.service.map { "  \(padded($0.name)) \($0.summary)" }
        lines += ["", "keywords of every resource:"]
        lines += CommonKeywords.resource.map { "  \(padded($0.name)) \($0.summary)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The text on one word; nil: there is none.
    func page(on word: String) -> String? {
        var pages: [String] = []
        for type in registry.drivers where type.section == word || type.id.text == word {
            pages.append(page(on: type))
        }
        let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2, let type = registry.driver(section: parts[0]) {
            let keywords = type.keywords + CommonKeywords.resource
            pages += keywords.filter { $0.name == parts[1] }.map { page(on: $0, of: parts[0]) }
        }
        pages += CommonKeywords.service.filter { $0.name == word }.map {
            page(on: $0, of: "service")
        }
        pages += CommonKeywords.resource.filter { $0.name == word }.map {
            page(on: $0, of: "every resource")
        }
        for type in registry.drivers {
            pages += type.keywords.filter { $0.name == word }.map { page(on: $0, of: type.section) }
        }
        return pages.isEmpty ? nil : pages.joined(separator: "\n")
    }

    private func page(on type: any Driver.Type) -> String {
        var lines = ["\(type.section) (\(type.id))", "  \(type.summary)", ""]
        for keyword in type.keywords {
            let need = keyword.isRequired ? ", required" : ""
            lines.append("  \(padded(keyword.name)) \(keyword.kind.text)\(need)")
            lines.append("  \(padded("")) \(keyword.summary)")
        }
        lines.append("  and the keywords of every resource: see osvc doc")
        return lines.map { $0 + "\n" }.joined()
    }

    private func page(on keyword: Keyword, of owner: String) -> String {
        var lines = ["\(keyword.name) (\(owner))", "  \(keyword.summary)"]
        lines.append("  type: \(keyword.kind.text)\(keyword.isRequired ? ", required" : "")")
        if let value = keyword.defaultValue { lines.append("  default: \(value.text)") }
        lines.append("  may differ between nodes: \(keyword.isScopable ? "yes" : "no")")
        if !keyword.example.isEmpty {
            lines.append("  example: \(keyword.name) = \(keyword.example)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, 16 - text.count))
    }
}

// MARK: Reference pages

extension Manual {
    /// `docs/keywords.md`
    var keywordReference: String {
        var text = """
            # Keywords

            Made by `make docs` from the registry that checks service files.

            ## Of a service

            """
        text += table(CommonKeywords.service)
        text += "\n## Of every resource\n\n" + table(CommonKeywords.resource)
        for type in registry.drivers {
            text += "\n## \(type.section) (`\(type.id)`)\n\n\(type.summary)\n\n"
            text += table(type.keywords)
        }
        text += "\n## Refused by name\n\nKnown to the classic release, not to this one yet:\n\n"
        text += "- of a service: \(words(CommonKeywords.serviceLater))\n"
        text += "- of a resource: \(words(CommonKeywords.resourceLater))\n"
        text += "- sections: \(words(CommonKeywords.sectionsLater))\n"
        return text
    }

    private func table(_ keywords: [Keyword]) -> String {
        var text = "| keyword | type | required | default | per node | what | example |\n"
        text += "|---|---|---|---|---|---|---|\n"
        for keyword in keywords {
            let cells = [
                "`\(keyword.name)`", escaped(keyword.kind.text), keyword.isRequired ? "yes" : "",
                keyword.defaultValue?.text ?? "", keyword.isScopable ? "yes" : "no",
                escaped(keyword.summary),
                keyword.example.isEmpty ? "" : "`\(escaped(keyword.example))`",
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    private func words(_ names: Set<String>) -> String {
        names.sorted().map { "`\($0)`" }.joined(separator: " ")
    }

    private func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}

extension Keyword.Kind {
    /// The type as the manual names it.
    var text: String {
        switch self {
        case .string: "text"
        case .path: "absolute path"
        case .integer(let range): "integer, \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .duration: "duration: seconds, or 500ms, 10s, 5m, 2h"
        case .size: "size: bytes, or 64M, 2G"
        case .list: "list of words"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        }
    }
}
