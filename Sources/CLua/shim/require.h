#ifndef OSVC_CLUA_REQUIRE_H
#define OSVC_CLUA_REQUIRE_H

/* require: a module's file, compiled and run once. */

#include "module.h"

#pragma clang assume_nonnull begin

/* Whether a module's name is like `lib.web_site`. */
static int osvc_is_module_name(const char *name, size_t length) {
    int first = 1;
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        int letter = (c >= 'a' && c <= 'z') || c == '_';
        if (c == '.' && !first)
            first = 1;
        else if (letter || (!first && c >= '0' && c <= '9'))
            first = 0;
        else
            return 0;
    }
    return length > 0 && !first;
}

/* Raises "require: cycle a -> b -> a"; the list of names being loaded is at `list`. */
static int osvc_cycle(lua_State *L, int list, const char *name) {
    lua_Integer count = luaL_len(L, list), from = 1;
    luaL_Buffer text;
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, list, i);
        if (strcmp(lua_tostring(L, -1), name) == 0)
            from = i;
        lua_pop(L, 1);
    }
    luaL_buffinit(L, &text);
    luaL_addstring(&text, "require: cycle ");
    for (lua_Integer i = from; i <= count; i++) {
        lua_rawgeti(L, list, i);
        luaL_addvalue(&text);
        luaL_addstring(&text, " -> ");
    }
    luaL_addstring(&text, name);
    luaL_pushresult(&text);
    return luaL_error(L, "%s", lua_tostring(L, -1));
}

/* Compiles and runs the module's text (source 4, chunk name 5); its value on the top. */
static void osvc_run_module(lua_State *L, const char *name, int list) {
    size_t length;
    const char *text = lua_tolstring(L, 4, &length);
    lua_Integer depth = luaL_len(L, list) + 1;
    if (depth > 32)
        luaL_error(L, "require: more than 32 files deep");
    lua_pushvalue(L, 1);
    lua_rawseti(L, list, depth);
    lua_pushcfunction(L, osvc_handler);
    int handler = lua_gettop(L);
    int status = luaL_loadbufferx(L, text, length, lua_tostring(L, 5), "t");
    if (status == LUA_OK) {
        lua_pushvalue(L, 1);
        status = lua_pcallk(L, 1, 1, handler, 0, NULL);
    }
    lua_pushnil(L);
    lua_rawseti(L, list, depth);
    if (status != LUA_OK)
        lua_error(L);
    if (lua_isnil(L, -1))
        luaL_error(L, "require: %s returned nothing", name);
    if (lua_type(L, -1) != LUA_TTABLE)
        return;
    osvc_look_through(L, lua_gettop(L));
    osvc_make_module(L, name, 0);
}

/*
 * require. Upvalues: modules by name, the names being loaded, the Swift function that finds one: it
 * answers a value, or a file's text and chunk name, which are then compiled and run here, after
 * Swift has returned. Nothing may wait under it.
 */
static int osvc_require(lua_State *L) {
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    if (!osvc_is_module_name(name, length))
        return luaL_error(L, "require: '%s' is no module's name", name);
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    lua_Integer loading = luaL_len(L, 2);
    for (lua_Integer i = 1; i <= loading; i++) {
        lua_rawgeti(L, 2, i);
        if (lua_rawequal(L, -1, 1))
            return osvc_cycle(L, 2, name);
        lua_pop(L, 1);
    }
    lua_settop(L, 3);
    lua_pushvalue(L, lua_upvalueindex(3));
    lua_pushvalue(L, 1);
    lua_call(L, 1, LUA_MULTRET);
    if (lua_gettop(L) == 5)
        osvc_run_module(L, name, 2);
    if (lua_gettop(L) < 4 || lua_isnil(L, -1))
        return luaL_error(L, "require: no module '%s'", name);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, lua_upvalueindex(1));
    return 1;
}

#pragma clang assume_nonnull end
#endif
