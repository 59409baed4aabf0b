internal import OSVCEngine
internal import OrderedCollections

/// One field of `ctx` and `ev`: its entry in the reference, and its value in a call; a value of nil means that
/// the field is nil.
struct ContextField: Sendable {
    var name: String
    var summary: String
    var value: @EngineActor @Sendable (CallContext) -> LuaValue?

    static let all: [ContextField] = [
        ContextField(
            name: "service",
            summary: "The service: name, and its fields as text.",
            value: service
        ),
        ContextField(
            name: "resource",
            summary: "The resource: rid, label, type, fields; nil for the service itself.",
            value: resource
        ),
        ContextField(name: "action", summary: "The action asked for, such as start.") {
            .text($0.call.action)
        },
        ContextField(name: "node", summary: "The name of this node.") {
            .text($0.call.service.node)
        },
        ContextField(name: "peers", summary: "The service's other nodes.", value: peers),
        ContextField(
            name: "reason",
            summary: "Why the action is done: user, cluster, autostart, rollback or monitor."
        ) { .text($0.call.reason.rawValue) },
        ContextField(
            name: "last_node",
            summary: "The node that ran the service last; nil: not known."
        ) { $0.call.lastNode.map(LuaValue.text) },
        ContextField(name: "force", summary: "Whether --force was given.") {
            .boolean($0.call.force)
        },
        ContextField(
            name: "dry_run",
            summary: "Whether this is only a plan; for log texts, osvc does the rest."
        ) { .boolean($0.call.isPlanning) },
        ContextField(
            name: "deadline",
            summary: "When the call must be over, as now() counts; nil: no limit.",
            value: deadline
        ),
        ContextField(name: "attempt", summary: "The number of attempts, this one included.") { _ in
            .integer(1)
        },
        ContextField(
            name: "state",
            summary: "What scripts keep on this node: state.get(key), state.set(key, value)."
        ) { context in
            let state = context.session.state
            return .object(
                state.makeObject(
                    context.session.classes.store,
                    context,
                    label: "ctx.state",
                    fields: StateStore.members(context, state)
                )
            )
        },
    ]

    @EngineActor
    private static func peers(_ context: CallContext) -> LuaValue? {
        let groups = context.call.service.groups
        let others = (groups.nodes + groups.drpnodes).filter { $0 != context.call.service.node }
        return .table(LuaTable(list: others.map(LuaValue.text)))
    }

    @EngineActor
    private static func deadline(_ context: CallContext) -> LuaValue? {
        guard let limit = context.call.limit, let host = context.session.host else { return nil }
        return .number(host.now() + limit.inSeconds)
    }

    /// The fields of the service that the engine passed, else those of the definition: a status passes none.
    @EngineActor
    private static func service(_ context: CallContext) -> LuaValue? {
        let call = context.call
        let written = context.session.draft.definition.settings
        var all: [String: LuaValue] = [:]
        for keyword in CommonKeywords.service {
            let entry = written[keyword.name]?
                .entry(on: call.service.node, of: call.service.groups)
            guard let value = entry?.value ?? keyword.defaultValue else { continue }
            all[keyword.name] = .text(value.text)
        }
        for (name, text) in call.serviceFields { all[name] = .text(text) }
        all["name"] = .text(call.service.name)
        let state = context.session.state
        let object = state.makeObject(
            context.session.classes.service,
            context,
            label: call.service.name,
            fields: all
        )
        return .object(object)
    }

    @EngineActor
    private static func resource(_ context: CallContext) -> LuaValue? {
        let call = context.call
        guard let rid = call.key.resource else { return nil }
        let state = context.session.state
        let written = context.session.draft.definition.resources.first { $0.id == rid }
        var settings: [String: LuaValue] = [:]
        for (name, setting) in written?.settings ?? OrderedDictionary<String, ScopedSetting>() {
            let entry = setting.entry(on: call.service.node, of: call.service.groups)
            settings[name] = entry.map { LuaValue($0.value) }
        }
        let classes = context.session.classes
        let fields = state.makeObject(classes.fields, context, label: rid.text, fields: settings)
        let object = state.makeObject(
            classes.resource,
            context,
            label: rid.text,
            fields: [
                "rid": .text(rid.text),
                "label": .text(call.resourceLabel),
                "type": .text(call.resourceType),
                "fields": .object(fields),
            ]
        )
        return .object(object)
    }
}

extension LuaValue {
    init(_ value: SettingValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .integer(let number): self = .integer(number)
        case .boolean(let flag): self = .boolean(flag)
        case .duration(let time): self = .number(time.inSeconds)
        case .list(let words): self = .table(LuaTable(list: words.map(LuaValue.text)))
        }
    }
}
