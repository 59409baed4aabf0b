internal import OrderedCollections

/// One value of a service, as it is compared and shown.
struct Facet: CustomStringConvertible {
    /// The value as it is shown; nil: there is none.
    let text: String?
    let position: SourcePosition?
    let function: ScriptReference?
    /// The value itself, which is compared too, because several values may have the same text.
    private let value: SettingValue?

    init(_ text: String?, at position: SourcePosition?, function: ScriptReference? = nil) {
        self.text = text
        self.position = position
        self.function = function
        value = nil
    }

    init(_ value: SettingValue?, at position: SourcePosition?) {
        text = value?.shown
        self.value = value
        self.position = position
        function = nil
    }

    init(_ work: Trigger.Work, at position: SourcePosition) {
        switch work {
        case .program(let arguments): self.init(.list(arguments), at: position)
        case .script(let script): self.init("a function", at: script.position, function: script)
        }
    }

    func isSame(as other: Facet, inSameFiles: Bool) -> Bool {
        guard text == other.text, value == other.value else { return false }
        return function == nil && other.function == nil
            || inSameFiles && function == other.function
    }

    /// `/a (a.env:7)`, `not set (b.lua:12)`.
    var description: String {
        (text ?? "not set") + (position.map { " (\($0.withoutColumn))" } ?? "")
    }
}

/// The values of a resource's keywords on one node.
@EngineActor
struct ResourceView {
    private let resource: Resource
    private let side: Equivalence.Side
    private let settings: Settings
    let keywords: [String]

    /// The pairs of keywords that make one flag: `disable`, and `disable_on` where the first is absent.
    private static let flags = ["disable", "optional", "monitor"]
    private static let nodeLists = ["disable_on", "optional_on", "monitor_on"]

    init(
        _ resource: Resource,
        of service: Service,
        _ side: Equivalence.Side,
        _ registry: DriverRegistry
    ) {
        self.resource = resource
        self.side = side
        let driver = registry.driver(resource.type)
        let own = driver?.keywords ?? []
        let written = service.definition.completed.resources.first { $0.id == resource.id }
        settings = Settings(
            written
                ?? ResourceDefinition(
                    id: resource.id,
                    driver: resource.type,
                    position: resource.position
                ),
            defaults: driver.map(registry.defaults) ?? [],
            facts: service.facts
        )
        keywords = (own + CommonKeywords.resource).map(\.name)
            .filter { !Self.nodeLists.contains($0) }
    }

    func value(of keyword: String) -> Facet {
        let position = side.locate(keyword, settings.position(of: keyword))
        switch keyword {
        case "disable": return Facet("\(resource.isDisabled)", at: position)
        case "optional": return Facet("\(resource.isOptional)", at: position)
        case "monitor": return Facet("\(resource.isMonitored)", at: position)
        case "always_on": return Facet("\(resource.isStandby)", at: position)
        default: return Facet(settings.value(keyword), at: position)
        }
    }
}

extension SettingValue {
    /// The value as text in which an empty one is visible.
    fileprivate var shown: String {
        switch self {
        case .string(let text) where text.isEmpty || text.contains(where: \.isNewline):
            text.debugDescription
        case .list(let words) where words.isEmpty: "no words"
        // Only arguments of programs contain blanks.
        case .list(let words):
            words.map {
                $0.isEmpty || $0.contains(where: \.isWhitespace) ? $0.debugDescription : $0
            }
            .joined(separator: " ")
        default: text
        }
    }
}

extension SourcePosition {
    var withoutColumn: SourcePosition { SourcePosition(file: file, line: line) }

    /// The position without its column; line `number` when the position has no line.
    func line(_ number: Int) -> SourcePosition {
        line > 0 ? withoutColumn : SourcePosition(file: file, line: number)
    }
}

/// The fields of a launcher, for comparison.
struct LauncherFacets {
    private var facets: OrderedDictionary<String, Facet> = [:]

    init(_ launcher: Launcher) {
        func add(_ name: String, _ words: [String]) {
            facets[name] = Facet(.list(words), at: launcher.position)
        }
        func add(_ name: String, _ text: String?, function: ScriptReference? = nil) {
            facets[name] = Facet(
                text,
                at: function?.position ?? launcher.position,
                function: function
            )
        }
        add("S", launcher.startOrder.map(String.init))
        add("K", launcher.stopOrder.map(String.init))
        add("C", launcher.statusOrder.map(String.init))
        for action in LauncherAction.allCases {
            switch launcher.methods[action] {
            case .program(let arguments): add(action.rawValue, arguments)
            case .script(let script): add(action.rawValue, "a function", function: script)
            case .check(let check): add(action.rawValue, "\(check)")
            case .daemon: add(action.rawValue, "by osvc")
            case nil: add(action.rawValue, nil)
            }
            add("timeout.\(action.rawValue)", launcher.limits[action]?.text)
        }
        add("daemon", launcher.daemon.map { "\($0)" })
        add("user", launcher.user)
        add("group", launcher.group)
        let environment = launcher.environment.sorted { $0.key < $1.key }
        add("env", environment.map { "\($0.key)=\($0.value)" })
        add("cwd", launcher.directory)
        add("on_error", launcher.onError?.rawValue)
    }

    var names: [String] { Array(facets.keys) }

    subscript(name: String) -> Facet { facets[name] ?? Facet(nil, at: nil) }
}

/// The fields of a hook, for comparison. The functions of a site's hooks are known to be the same.
struct HookFacets {
    static let names = ["on", "resource", "order", "timeout", "on_error", "run"]

    private let hook: Hook
    private let isSite: Bool

    init(_ hook: Hook, isSite: Bool) {
        self.hook = hook
        self.isSite = isSite
    }

    subscript(name: String) -> Facet {
        let script = hook.script
        switch name {
        case "on": return Facet(hook.event.rawValue, at: script.position)
        case "resource": return Facet(hook.resourcePattern, at: script.position)
        case "order": return Facet("\(hook.order)", at: script.position)
        case "timeout": return Facet(hook.limit.text, at: script.position)
        case "on_error": return Facet(hook.onError.rawValue, at: script.position)
        default:
            return Facet("a function", at: script.position, function: isSite ? nil : script)
        }
    }
}
