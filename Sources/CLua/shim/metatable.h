#ifndef OSVC_CLUA_METATABLE_H
#define OSVC_CLUA_METATABLE_H

/* What scripts may put into a metatable, when it is set and later. */

#include "host.h"

#pragma clang assume_nonnull begin

/* Raises when `name` may not be in a metatable of a script. Weak tables would make a load depend on
 * when the collector runs. */
static const char *_Nullable const osvc_refused[] = {"__gc", "__metatable", "__mode", "__name", NULL};

static int osvc_refuse_metafield(lua_State *L, const char *name) {
    return luaL_error(L, "setmetatable: %s is not available", name);
}

/* __newindex of a table that is a metatable: as without it, but for names that are refused. */
static int osvc_set_metafield(lua_State *L) {
    lua_settop(L, 3);
    if (lua_type(L, 2) == LUA_TSTRING)
        for (const char *_Nullable const *name = osvc_refused; *name; name++)
            if (strcmp(lua_tostring(L, 2), *name) == 0)
                return osvc_refuse_metafield(L, *name);
    if (lua_isnil(L, 2))
        return luaL_error(L, "index is nil");
    if (lua_type(L, 2) == LUA_TNUMBER && lua_tonumber(L, 2) != lua_tonumber(L, 2))
        return luaL_error(L, "index is NaN");
    if (lua_istable(L, 1))
        lua_rawset(L, 1);
    return 0;
}

/*
 * Sees to it that what is not in the metatable at `index` now gets there only past
 * osvc_set_metafield. Its own metatable does that: ours when it has none, else that one, which a
 * script set, with our __newindex unless it has one; a script's adds no key, for scripts have no rawset.
 */
static void osvc_guard_metatable(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) {
        if (luaL_newmetatable(L, "osvc.metatable")) {
            lua_pushcfunction(L, osvc_set_metafield);
            lua_setfield(L, -2, "__newindex");
        }
        lua_setmetatable(L, index);
        return;
    }
    lua_pushliteral(L, "__newindex");
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -3) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushcfunction(L, osvc_set_metafield);
        lua_rawset(L, -3);
        lua_pop(L, 1);
    } else {
        lua_pop(L, 3);
    }
}

/* Whether the table at `index` is a metatable; from now on when `mark`. The list does not hold them. */
static int osvc_is_metatable(lua_State *L, int index, int mark) {
    lua_getfield(L, LUA_REGISTRYINDEX, "osvc.metatables");
    lua_pushvalue(L, index);
    int known = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 1);
    if (mark) {
        lua_pushvalue(L, index);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    lua_pop(L, 1);
    return known;
}

static int osvc_setmetatable(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "this table's metatable is locked");
    for (const char *_Nullable const *name = osvc_refused; lua_istable(L, 2) && *name; name++) {
        lua_pushstring(L, *name);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return osvc_refuse_metafield(L, *name);
        lua_pop(L, 1);
    }
    lua_settop(L, 2);
    if (lua_istable(L, 2) && !osvc_is_metatable(L, 2, 1))
        osvc_guard_metatable(L, 2);
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 1);
    if (osvc_is_metatable(L, 1, 0))
        osvc_guard_metatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

/*
 * Makes the list of metatables, which holds none of them, and sees to it that no other table is weak.
 *
 * A script that takes the guard off a metatable can still set __mode. The collector looks for that field by
 * one string, which Lua makes with the interpreter and keeps. Here that string gets other bytes, the address
 * of the interpreter, which scripts cannot know: their "__mode" is another string, and means nothing.
 */
static void osvc_open_metatables(lua_State *L) {
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, "osvc.metatables");
    const char *name = lua_pushliteral(L, "__mode");
    uint64_t secret = (uint64_t)(uintptr_t)L;
    memcpy((char *)name, &secret, sizeof "__mode" - 1);
    lua_pop(L, 1);
}

#pragma clang assume_nonnull end
#endif
