internal import CLua

enum LuaVersion {
    static let number = LUA_VERSION_NUM
}
