internal import CLua

/// Makes what Swift passes to scripts: functions, modules, classes and objects.
extension LuaState {
    /// A Lua function that calls `body`.
    ///
    /// With `format`, the arguments from that one on are a format and its values, and arrive as the
    /// one string that `string.format` makes of them; a format alone arrives as it is.
    func makeFunction(_ body: @escaping LuaBody, format: Int = 0) -> LuaReference {
        main.reserve(4)
        prepareObject(weight: 0)
        let handle = handles.insert(LuaFunctionBody(body))
        unsafe osvc_push_function(main.state, handle, CInt(format))
        return popReference(main)
    }

    /// A read-only table. Reading a name it does not have is an error with the nearest one.
    func makeModule(_ name: String, _ members: [String: LuaValue]) -> LuaValue {
        main.reserve(8)
        main.push(.table(LuaTable(fields: members)))
        unsafe osvc_make_module(main.state, name, 1)
        return .opaque(popReference(main))
    }

    func makeClass(_ definition: LuaClassDefinition) -> LuaClass {
        main.reserve(10)
        main.push(.table(LuaTable(fields: definition.methods.mapValues { .function($0) })))
        for function in [definition.index, definition.call, definition.close] {
            main.push(function.map { .function($0) } ?? .nil)
        }
        unsafe osvc_make_class(main.state, definition.name)
        return addClass(name: definition.name, metatable: popReference(main))
    }

    /// A new object, kept while Swift or Lua holds it.
    ///
    /// `label` is what `tostring` and `%s` give; `fields` are read without Swift.
    func makeObject(
        _ type: LuaClass,
        _ payload: AnyObject,
        label: String? = nil,
        fields: [String: LuaValue] = [:]
    ) -> LuaObject {
        main.reserve(10)
        let weight = copied
        copied = 0
        prepareObject(weight: weight)
        main.push(type.metatable)
        main.push(fields.isEmpty ? .nil : .table(LuaTable(fields: fields)))
        main.push(label.map(LuaValue.text) ?? .nil)
        let handle = handles.insert(payload)
        unsafe osvc_make_object(main.state, handle, type.id)
        addWeight(weight, of: handle)
        let reference = popReference(main)
        return LuaObject(type: type, payload: payload, handle: handle, reference: reference)
    }
}
