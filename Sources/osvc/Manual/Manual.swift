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
