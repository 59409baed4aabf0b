#ifndef OSVC_CLUA_OBJECT_H
#define OSVC_CLUA_OBJECT_H

/*
 * Swift's objects as scripts hold them: userdata with a handle, a table of fields (user value 1)
 * and a label (user value 2). Methods and fields are found in C; only what neither has is asked
 * of Swift.
 */

#include "call.h"
#include "suggestion.h"

#pragma clang assume_nonnull begin

/* Upvalues: methods, the Swift function for other fields or nil, the class's name. */
static int osvc_object_index(lua_State *L) {
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE) {
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) != LUA_TNIL)
            return 1;
    }
    lua_settop(L, 2);
    if (!lua_isnil(L, lua_upvalueindex(2))) {
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 2);
        lua_call(L, 2, LUA_MULTRET);
        if (lua_gettop(L) > 2)
            return 1;
    }
    const char *class_name = lua_tostring(L, lua_upvalueindex(3));
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has no field that is a %s", class_name, luaL_typename(L, 2));
    size_t length;
    const char *name = lua_tolstring(L, 2, &length);
    lua_pushvalue(L, lua_upvalueindex(1));
    osvc_push_suggestion(L, 3, name, length);
    if (lua_rawlen(L, -1) == 0 && lua_getiuservalue(L, 1, 1) == LUA_TTABLE)
        osvc_push_suggestion(L, lua_gettop(L), name, length);
    return luaL_error(L, "%s has no '%s'%s", class_name, name, lua_tostring(L, -1));
}

static int osvc_object_newindex(lua_State *L) {
    return luaL_error(L, "%s is read-only", lua_tostring(L, lua_upvalueindex(1)));
}

static int osvc_object_tostring(lua_State *L) {
    if (lua_getiuservalue(L, 1, 2) != LUA_TSTRING)
        lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

/*
 * Makes the metatable of a class of: methods, index function or nil, call function or nil, close
 * function or nil. [-4, +1, m]
 */
static void osvc_make_class(lua_State *L, const char *name) {
    int methods = lua_gettop(L) - 3;
    lua_createtable(L, 0, 10);
    lua_pushvalue(L, methods);
    lua_pushvalue(L, methods + 1);
    lua_pushstring(L, name);
    lua_pushcclosure(L, osvc_object_index, 3);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, methods + 2);
    lua_setfield(L, -2, "__call");
    lua_pushvalue(L, methods + 3);
    lua_setfield(L, -2, "__close");
    lua_pushstring(L, name);
    lua_pushcclosure(L, osvc_object_newindex, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushstring(L, name);
    lua_pushcclosure(L, osvc_object_tostring, 1);
    lua_setfield(L, -2, "__tostring");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushcfunction(L, osvc_box_gc);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "osvc.object");
    lua_replace(L, methods);
    lua_settop(L, methods);
}

/* Makes an object of: metatable, fields or nil, label or nil. [-3, +1, m] */
static void osvc_make_object(lua_State *L, int64_t handle, int64_t kind) {
    int metatable = lua_gettop(L) - 2;
    osvc_push_box(L, handle, kind, 2);
    lua_pushvalue(L, metatable + 1);
    lua_setiuservalue(L, -2, 1);
    lua_pushvalue(L, metatable + 2);
    lua_setiuservalue(L, -2, 2);
    lua_pushvalue(L, metatable);
    lua_setmetatable(L, -2);
    lua_replace(L, metatable);
    lua_settop(L, metatable);
}

/* The box of the object at `index`, or NULL: known by its metatable alone. [-0, +0] */
static const osvc_box *_Nullable osvc_test_object(lua_State *L, int index) {
    const osvc_box *box = (const osvc_box *)lua_touserdata(L, index);
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
        return NULL;
    lua_pushliteral(L, "osvc.object");
    int known = lua_rawget(L, -2) == LUA_TBOOLEAN;
    lua_pop(L, 2);
    return known ? box : NULL;
}

#pragma clang assume_nonnull end
#endif
