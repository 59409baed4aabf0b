#ifndef OSVC_CLUA_MODULE_H
#define OSVC_CLUA_MODULE_H

/* Tables as scripts may see them: read-only, with an error for a name that they do not have. */

#include "sorted.h"
#include "suggestion.h"

#pragma clang assume_nonnull begin

/* __index of a module's contents: an unknown name. Upvalue 1: the module's name. */
static int osvc_unknown_member(lua_State *L) {
    const char *module = lua_tostring(L, lua_upvalueindex(1));
    size_t length;
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has no member that is a %s", module, luaL_typename(L, 2));
    const char *name = lua_tolstring(L, 2, &length);
    osvc_push_suggestion(L, 1, name, length);
    return luaL_error(L, "%s has no '%s'%s", module, name, lua_tostring(L, -1));
}

static int osvc_unknown_global(lua_State *L) {
    size_t length;
    const char *name = luaL_checklstring(L, 2, &length);
    osvc_push_suggestion(L, 1, name, length);
    return luaL_error(L, "undefined global '%s'%s", name, lua_tostring(L, -1));
}

static int osvc_set_global(lua_State *L) {
    return luaL_error(
        L, "global '%s' cannot be set: write local %s", luaL_checkstring(L, 2),
        luaL_checkstring(L, 2));
}

static int osvc_module_newindex(lua_State *L) {
    const char *module = lua_tostring(L, lua_upvalueindex(1));
    return luaL_error(L, "%s is read-only", module);
}

/* Upvalue 1: the contents. */
static int osvc_module_pairs(lua_State *L) {
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    osvc_push_sorted(L, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int osvc_module_len(lua_State *L) {
    lua_pushinteger(L, luaL_len(L, lua_upvalueindex(1)));
    return 1;
}

static int osvc_module_call_continue(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L);
}

static int osvc_module_call(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, osvc_module_call_continue);
    return lua_gettop(L);
}

/* Replaces the table on the top by a read-only view of it. When `strict`, reading a name it does
 * not have is an error. [-1, +1, m] */
static void osvc_make_module(lua_State *L, const char *name, int strict) {
    int contents = lua_gettop(L);
    if (strict) {
        lua_createtable(L, 0, 1);
        lua_pushstring(L, name);
        lua_pushcclosure(L, osvc_unknown_member, 1);
        lua_setfield(L, -2, "__index");
        lua_setmetatable(L, contents);
    }
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 8);
    lua_pushvalue(L, contents);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, contents);
    lua_setfield(L, -2, "osvc.contents");
    lua_pushstring(L, name);
    lua_pushcclosure(L, osvc_module_newindex, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, contents);
    lua_pushcclosure(L, osvc_module_pairs, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushvalue(L, contents);
    lua_pushcclosure(L, osvc_module_len, 1);
    lua_setfield(L, -2, "__len");
    lua_pushvalue(L, contents);
    lua_pushcclosure(L, osvc_module_call, 1);
    lua_setfield(L, -2, "__call");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, contents);
}

/* What a table to be copied is: OSVC_PLAIN; OSVC_VIEW: a module, replaced by its contents at
 * `index`; OSVC_COMPUTED: its metatable invents entries. [-0, +0] */
enum { OSVC_PLAIN = 0, OSVC_VIEW = 1, OSVC_COMPUTED = 2 };

static int osvc_look_through(lua_State *L, int index) {
    if (!lua_getmetatable(L, index))
        return OSVC_PLAIN;
    lua_pushliteral(L, "osvc.contents");
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        lua_replace(L, index);
        lua_pop(L, 1);
        return OSVC_VIEW;
    }
    lua_pop(L, 1);
    lua_pushliteral(L, "__index");
    int computed = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return computed ? OSVC_COMPUTED : OSVC_PLAIN;
}

#pragma clang assume_nonnull end
#endif
