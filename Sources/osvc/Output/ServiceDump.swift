import OSVCEngine

/// `printsvc`: the service as this node has read it, one line for each resource and its settings, for the
/// analysis of a fault (classic-status.md section 6).
struct ServiceDump {
    private let service: Service

    init(_ service: Service) {
        self.service = service
    }

    var text: String {
        var lines = ["service \(service.name) on \(service.facts.node)"]
        for file in service.definition.files { lines.append("  file=\(file)") }
        for (name, value) in service.fields.sorted(by: { $0.key < $1.key }) where name != "name" {
            lines.append("  \(name)=\(value)")
        }
        for resource in service.resources { lines += self.lines(of: resource) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(of resource: Resource) -> [String] {
        let marks = [
            ("opt", resource.isOptional), ("disa", resource.isDisabled),
            ("mon", resource.isMonitored), ("standby", resource.isStandby),
        ].filter(\.1).map { " \($0.0)=True" }.joined()
        let head = "rid=\(resource.id) type=\(resource.type) label=\(resource.label)\(marks)"
        guard let written = service.definition.resources.first(where: { $0.id == resource.id })
        else { return [head] }
        let settings = written.settings.compactMap { name, setting in
            setting.entry(on: service.facts.node, of: service.facts.groups).map {
                "  \(name)=\($0.value.text) (\($0.position))"
            }
        }
        return [head] + settings
    }
}
