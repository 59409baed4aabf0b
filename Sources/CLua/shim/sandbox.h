#ifndef OSVC_CLUA_SANDBOX_H
#define OSVC_CLUA_SANDBOX_H

/*
 * The environment of scripts: an allow-list, built fresh. It guards against mistakes and makes
 * load the same everywhere; it is no jail, since scripts may run any program.
 */

#include "guard.h"
#include "list.h"
#include "metatable.h"
#include "pattern.h"
#include "protect.h"
#include "require.h"
#include "text.h"

#include <lualib.h>

#pragma clang assume_nonnull begin

/* Copies the named functions from the table at -2 to the one at -1; the list ends with NULL. */
static void osvc_copy(lua_State *L, const char *_Nullable const *_Nonnull names) {
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
}

static void osvc_set(lua_State *L, const char *name, lua_CFunction function) {
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
}

/* Pushes the basic functions, taken from the library's table on the top. [-1, +1] */
static void osvc_open_base(lua_State *L) {
    static const char *const kept[] = {
        "assert", "error", "ipairs", "rawequal", "rawlen", "select", "tonumber", "type", NULL};
    lua_createtable(L, 0, 32);
    osvc_copy(L, kept);
    lua_remove(L, -2);
    osvc_set(L, "tostring", osvc_tostring);
    osvc_set(L, "setmetatable", osvc_setmetatable);
    osvc_set(L, "pcall", osvc_pcall);
    osvc_set(L, "xpcall", osvc_xpcall);
    osvc_set(L, "next", osvc_next);
    lua_getfield(L, -1, "next");
    lua_pushcclosure(L, osvc_pairs, 1);
    lua_setfield(L, -2, "pairs");
}

static void osvc_open_string(lua_State *L) {
    luaL_requiref(L, "string", luaopen_string, 0);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    osvc_set(L, "find", osvc_string_find);
    osvc_set(L, "match", osvc_string_match);
    osvc_set(L, "gmatch", osvc_string_gmatch);
    osvc_set(L, "gsub", osvc_string_gsub);
    osvc_guard(L, "rep", osvc_string_rep);
    static const char *_Nullable const linear[] = {
        "byte", "lower", "pack", "packsize", "reverse", "sub", "unpack", "upper", NULL};
    for (const char *_Nullable const *name = linear; *name; name++)
        osvc_guard(L, *name, osvc_linear);
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, osvc_format, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "osvc.format");
    lua_setfield(L, -2, "format");
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

static void osvc_open_table(lua_State *L) {
    luaL_requiref(L, "table", luaopen_table, 0);
    osvc_set(L, "concat", osvc_table_concat);
    osvc_set(L, "insert", osvc_table_insert);
    osvc_set(L, "move", osvc_table_move);
    osvc_set(L, "remove", osvc_table_remove);
    osvc_set(L, "sort", osvc_table_sort);
    osvc_set(L, "unpack", osvc_table_unpack);
}

static void osvc_open_utf8(lua_State *L) {
    static const char *_Nullable const linear[] = {"codepoint", "len", "offset", NULL};
    luaL_requiref(L, "utf8", luaopen_utf8, 0);
    for (const char *_Nullable const *name = linear; *name; name++)
        osvc_guard(L, *name, osvc_linear);
}

/* At load `math` has no random numbers; they are put back with the run phase. */
static void osvc_open_math(lua_State *L) {
    static const char *const random[] = {"random", "randomseed", NULL};
    luaL_requiref(L, "math", luaopen_math, 0);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    osvc_copy(L, random);
    lua_setfield(L, LUA_REGISTRYINDEX, "osvc.random");
    for (const char *const *name = random; *name; name++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *name);
    }
    lua_pop(L, 1);
}

static void osvc_set_phase(lua_State *L, int phase) {
    osvc_host_of(L)->phase = phase;
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "math");
    lua_getfield(L, LUA_REGISTRYINDEX, "osvc.random");
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        if (phase == OSVC_RUN)
            lua_pushvalue(L, -2);
        else
            lua_pushnil(L);
        lua_rawset(L, -6);
    }
    lua_pop(L, 3);
}

/* Puts a read-only view of the library's table on the top among the basic functions below it. */
static void osvc_add_library(lua_State *L, const char *name) {
    osvc_make_module(L, name, 1);
    lua_setfield(L, -2, name);
}

/* Lets messages name the basic functions on the top, and the library's format under ours: Lua looks
 * for names in the table of loaded modules, which scripts do not see. [-0, +0] */
static void osvc_name_functions(lua_State *L) {
    int base = lua_gettop(L);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_createtable(L, 0, 32);
    for (lua_pushnil(L); lua_next(L, base);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, "osvc.format");
    lua_getupvalue(L, -1, 1);
    lua_setfield(L, -3, "format");
    lua_pop(L, 1);
    lua_setfield(L, -2, LUA_GNAME);
    lua_pop(L, 1);
}

/* Builds the environment. Argument 1 and 2: handles of the Swift functions for print, require. */
static int osvc_open(lua_State *L) {
    int64_t print = lua_tointeger(L, 1), find = lua_tointeger(L, 2);
    luaL_newmetatable(L, OSVC_BOX);
    osvc_set(L, "__gc", osvc_box_gc);
    osvc_open_errors(L);
    osvc_open_metatables(L);
    luaL_requiref(L, LUA_GNAME, luaopen_base, 0);
    osvc_open_base(L);
    osvc_push_box(L, print, 0, 0);
    luaL_setmetatable(L, OSVC_BOX);
    lua_pushcclosure(L, osvc_print, 1);
    lua_setfield(L, -2, "print");
    lua_newtable(L);
    lua_newtable(L);
    osvc_push_function(L, find, 0);
    lua_pushcclosure(L, osvc_require, 3);
    lua_setfield(L, -2, "require");
    osvc_open_string(L);
    osvc_add_library(L, "string");
    osvc_open_table(L);
    osvc_add_library(L, "table");
    osvc_open_utf8(L);
    osvc_add_library(L, "utf8");
    osvc_open_math(L);
    osvc_add_library(L, "math");
    osvc_name_functions(L);

    lua_createtable(L, 0, 1);
    osvc_set(L, "__index", osvc_unknown_global);
    lua_setmetatable(L, -2);
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    osvc_set(L, "__newindex", osvc_set_global);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    return 0;
}

/* Opens the environment; a lua_ status, with an error on the stack unless LUA_OK. */
static int osvc_open_environment(lua_State *L, int64_t print, int64_t find) {
    lua_pushcfunction(L, osvc_open);
    lua_pushinteger(L, print);
    lua_pushinteger(L, find);
    return lua_pcallk(L, 2, 0, 0, 0, NULL);
}

#pragma clang assume_nonnull end
#endif
