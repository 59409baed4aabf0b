/// A kind of Swift object that scripts hold: its methods, computed fields, and what calling it does.
///
/// Made once per interpreter with `LuaState.makeClass`.
final class LuaClass {
    let name: String
    let id: Int64
    let metatable: LuaReference

    init(name: String, id: Int64, metatable: LuaReference) {
        self.name = name
        self.id = id
        self.metatable = metatable
    }
}

/// A Swift object as a script holds it, by identity: opaque and read-only there.
final class LuaObject {
    let type: LuaClass
    /// The Swift value that the script's handle represents.
    let payload: AnyObject
    let handle: Int64
    let reference: LuaReference

    init(type: LuaClass, payload: AnyObject, handle: Int64, reference: LuaReference) {
        self.type = type
        self.payload = payload
        self.handle = handle
        self.reference = reference
    }
}

/// The parts of a class.
struct LuaClassDefinition {
    var name: String
    /// Functions made with `makeFunction` or in Lua; they get the object first.
    var methods: [String: LuaReference] = [:]
    /// Asked for a field that is neither method nor one of the object's: (object, name). It answers
    /// one value, or nothing for an unknown field; it cannot wait.
    var index: LuaReference?
    /// Called when a script calls the object: (object, arguments...).
    var call: LuaReference?
    /// Called when a `<close>` variable that holds the object goes out of scope.
    var close: LuaReference?
}
