internal import OrderedCollections

/// Compares two services as one node sees them.
@EngineActor
struct ServiceComparison {
    let one: Service
    let other: Service
    let sides: (one: Equivalence.Side, other: Equivalence.Side)
    let registry: DriverRegistry

    /// One sentence for each difference.
    func differences() async throws(ConfigurationError) -> [String] {
        let model = name + settings + resources + hooks
        // The plans of services that differ, differ too, and add nothing.
        guard model.isEmpty else { return model }
        let order = try order()
        return order.isEmpty ? await plans() : order
    }

    // MARK: The service

    private var name: [String] {
        guard one.name != other.name else { return [] }
        return [
            "name: \(one.name) (\(one.definition.position.line(1)))"
                + " and \(other.name) (\(other.definition.position.line(1)))"
        ]
    }

    private var settings: [String] {
        CommonKeywords.service.flatMap { keyword in
            difference(
                one.name,
                keyword.name,
                value(keyword, of: one, sides.one),
                value(keyword, of: other, sides.other)
            )
        }
            + triggers(
                (one.triggers, one.definition.position),
                (other.triggers, other.definition.position),
                of: one.name
            )
    }

    private func value(_ keyword: Keyword, of service: Service, _ side: Equivalence.Side) -> Facet {
        let setting = service.definition.settings[keyword.name]
        let entry = setting?.entry(on: service.facts.node, of: service.facts.groups)
        let value = entry?.value ?? keyword.defaultValue
        return Facet(
            value,
            at: side.locate(keyword.name, entry?.position ?? service.definition.position)
        )
    }

    // MARK: Resources

    private var resources: [String] {
        let ids = OrderedSet(one.resources.map(\.id)).union(other.resources.map(\.id))
        return ids.flatMap { id -> [String] in
            switch (one.resource(id), other.resource(id)) {
            case (let first?, let second?): return compare(first, second)
            case (let only?, nil), (nil, let only?): return ["\(id): only in \(only.position)"]
            case (nil, nil): return []
            }
        }
    }

    private func compare(_ first: Resource, _ second: Resource) -> [String] {
        guard first.type == second.type else {
            let both = "\(first.type) (\(first.position)) and \(second.type) (\(second.position))"
            return ["\(first.id): type: \(both)"]
        }
        let views = (
            ResourceView(first, of: one, sides.one, registry),
            ResourceView(second, of: other, sides.other, registry)
        )
        let keywords = views.0.keywords.flatMap { keyword in
            difference(
                first.id.text,
                keyword,
                views.0.value(of: keyword),
                views.1.value(of: keyword)
            )
        }
        return keywords
            + triggers(
                (first.triggers, first.position),
                (second.triggers, second.position),
                of: first.id.text
            ) + launchers(first, second)
    }

    /// Triggers, and the position to report for one that is missing.
    private typealias Written = (triggers: [Trigger], position: SourcePosition)

    private func triggers(_ first: Written, _ second: Written, of owner: String) -> [String] {
        let names = OrderedSet((first.triggers + second.triggers).map(\.name))
        return names.flatMap { name in
            difference(owner, name, facet(first, name), facet(second, name))
        }
    }

    private func facet(_ written: Written, _ name: String) -> Facet {
        guard let trigger = written.triggers.first(where: { $0.name == name }) else {
            return Facet(nil, at: written.position)
        }
        return Facet(trigger.work, at: trigger.position)
    }

    private func launchers(_ first: Resource, _ second: Resource) -> [String] {
        let pair = [first, second].map { ($0.driver as? Application)?.launchers ?? [] }
        let names = OrderedSet(pair.flatMap(\.self).map(\.name))
        return names.flatMap { name -> [String] in
            let found = pair.map { $0.first { $0.name == name } }
            switch (found[0], found[1]) {
            case (let launcher?, let twin?):
                let facets = (LauncherFacets(launcher), LauncherFacets(twin))
                return facets.0.names.flatMap { field in
                    difference(
                        "\(first.id): \(name)",
                        field,
                        facets.0[field],
                        facets.1[field]
                    )
                }
            case (let only?, nil), (nil, let only?):
                return ["\(first.id): launcher \(name): only in \(only.position)"]
            case (nil, nil): return []
            }
        }
    }

    // MARK: Hooks

    private var hooks: [String] {
        let first = one.definition.hooks
        let second = other.definition.hooks
        return OrderedSet((first + second).map(\.name)).flatMap { name -> [String] in
            let found = (first.first { $0.name == name }, second.first { $0.name == name })
            switch found {
            case (let hook?, let twin?):
                // Both services read the site's hooks from the same files.
                let isSite = hook.set != one.name && hook.script.position == twin.script.position
                let facets = (HookFacets(hook, isSite: isSite), HookFacets(twin, isSite: isSite))
                return HookFacets.names.flatMap { field in
                    difference("hook \(name)", field, facets.0[field], facets.1[field])
                }
            case (let only?, nil), (nil, let only?):
                return ["hook \(name): only in \(only.script.position)"]
            case (nil, nil): return []
            }
        }
    }

    // MARK: Order and plans

    /// Differences of order. Resources of one section are made, shown and counted in the order of the file.
    private func order() throws(ConfigurationError) -> [String] {
        let sections = OrderedSet(one.resources.map { $0.id.section.lowercased() })
        let made = sections.flatMap { section in
            difference(
                "order of \(section)",
                one.resources.filter { $0.id.section.lowercased() == section },
                other.resources.filter { $0.id.section.lowercased() == section }
            )
        }
        guard made.isEmpty else { return made }
        return difference(
            "order of the start",
            try StartOrder.sorted(one.resources),
            try StartOrder.sorted(other.resources)
        )
    }

    private func difference(_ what: String, _ first: [Resource], _ second: [Resource]) -> [String] {
        guard first.map(\.id) != second.map(\.id) else { return [] }
        let texts = [first, second].map { list in
            let file = list.first?.position.file ?? ""
            return "\(list.map(\.id.text).joined(separator: " ")) (\(file))"
        }
        return ["\(what): \(texts[0]) and \(texts[1])"]
    }

    private func plans() async -> [String] {
        var found: [String] = []
        for (action, direction) in [
            (Action.start, Action.Direction.up), (.stop, .down), (.startstandby, .up),
        ] {
            let plans = [
                await plan(of: one, action, direction), await plan(of: other, action, direction),
            ]
            for (first, second) in zip(plans[0], plans[1]) where first.text != second.text {
                let both = "\(first.text) (\(first.at)) and \(second.text) (\(second.at))"
                found.append("\(first.id): \(action.rawValue): \(both)")
            }
        }
        return found
    }

    /// The steps of an action for each resource on a machine that has nothing.
    private func plan(
        of service: Service,
        _ action: Action,
        _ direction: Action.Direction
    ) async -> [(id: ResourceID, text: String, at: SourcePosition)] {
        let host = BareMachine(node: service.facts.node)
        var seen: [ResourceID: Observation] = [:]
        for resource in service.resources {
            seen[resource.id] = await resource.look(host, for: .action, scripts: NoScripts())
        }
        let options = ActionOptions()
        let plan: Plan
        do throws(PlanError) {
            plan = try Planner.plan(
                service,
                seen,
                action: action,
                direction: direction,
                options: options
            )
        } catch {
            // `Service` has sorted its resources, and only filters name what may not be there.
            preconditionFailure("a service that was made, without filters, has a plan: \(error)")
        }
        let checks = Dictionary(
            plan.conflictChecks.map { ($0.resource, $0.steps) },
            uniquingKeysWith: { first, _ in first }
        )
        return plan.items.map { item in
            let steps = (checks[item.resource] ?? []) + item.steps
            let words = item.skip.map { "skipped (\($0))" } ?? ""
            let text = ([words] + steps.map(\.summary)).filter { !$0.isEmpty }
            return (item.resource, text.joined(separator: "; "), item.position)
        }
    }

    // MARK: Sentences

    private func difference(_ owner: String, _ what: String, _ first: Facet, _ second: Facet)
        -> [String]
    {
        guard !first.isSame(as: second, inSameFiles: isSameService) else { return [] }
        let note =
            first.function != nil && second.function != nil
            ? ": what functions do cannot be compared" : ""
        return ["\(owner): \(what): \(first) and \(second)\(note)"]
    }

    private var isSameService: Bool { one.definition.files == other.definition.files }
}
