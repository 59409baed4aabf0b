internal import OSVCEngine

/// The constructors `ip`, `fs`, …: one for each section word of the registry, made from the keywords of
/// its drivers.
@EngineActor
enum ResourceConstructor {
    static func make(_ section: String, _ loading: Loading) -> LuaValue {
        loading.constructor(section, needsID: false) { [unowned loading] id, table, place in
            let draft = read(section, id, table, place, loading)
            let object = loading.state.makeObject(
                loading.types.resource,
                Boxed(draft),
                label: draft.name
            )
            return .object(object)
        }
    }

    /// A constructor for a section that only the classic release supports; it refuses by name.
    static func makeRefusing(_ section: String, _ loading: Loading) -> LuaValue {
        let refuse = loading.state.makeFunction { call throws(LuaError) in
            throw LuaError(.lua, "\(section): is not supported by this release")
        }
        return .function(refuse)
    }

    private static func read(
        _ section: String,
        _ id: String?,
        _ table: LuaTable,
        _ place: WrittenTable,
        _ loading: Loading
    ) -> ResourceDraft {
        let owner = id.map { "\(section)#\($0)" } ?? section
        let driver = chooseDriver(section, table, loading)
        let reader = SettingsReader(
            loading: loading,
            owner: owner,
            keywords: (driver?.keywords ?? []) + CommonKeywords.resource,
            later: CommonKeywords.later(in: section),
            others: [],
            place: place
        )
        let triggers = TriggerReader(loading: loading, owner: owner, place: place)
        return ResourceDraft(
            section: section,
            id: id,
            driver: driver?.id ?? DriverID(section),
            settings: reader.read(table),
            triggers: triggers.read(table),
            launchers: launchers(section, owner, table, place, loading),
            position: place.position
        )
    }

    /// The driver of a section; of several drivers, the one whose id ends in the written `type`.
    private static func chooseDriver(
        _ section: String,
        _ table: LuaTable,
        _ loading: Loading
    ) -> (any Driver.Type)? {
        if case .string(let bytes)? = table["type"],
            let type = String(validating: bytes, as: UTF8.self),
            let driver = loading.registry.driver(DriverID("\(section).\(type)")),
            driver.section == section
        {
            return driver
        }
        return loading.registry.driver(section: section)
    }

    /// The values at the places 1 to n: launchers in an `app`; other resources have none.
    private static func launchers(
        _ section: String,
        _ owner: String,
        _ table: LuaTable,
        _ place: WrittenTable,
        _ loading: Loading
    ) -> [Launcher] {
        do throws(ValueProblem) {
            try ValueReader.checkHasNoHoles(table)
        } catch {
            loading.report("\(owner): \(error.text)", at: place.position)
        }
        var launchers: [Launcher] = []
        var seen: [String: SourcePosition] = [:]
        for (index, value) in table.list.enumerated() {
            guard section == "app", case .object(let object) = value,
                let boxed = object.payload as? Boxed<Launcher>
            else {
                let what = section == "app" ? ", a launcher is expected" : ""
                loading.report(
                    "\(owner): [\(index + 1)]: \(value.noun) has no place here\(what)",
                    at: place.position(of: [.place(index + 1)])
                )
                continue
            }
            let launcher = boxed.value
            if let first = seen.updateValue(launcher.position, forKey: launcher.name) {
                let text = "launcher '\(launcher.name)' occurs twice, first at \(first)"
                loading.report("\(owner): \(text)", at: launcher.position)
                continue
            }
            launchers.append(launcher)
        }
        return launchers
    }
}
