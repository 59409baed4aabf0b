#ifndef OSVC_CLUA_SANDBOX_H
#define OSVC_CLUA_SANDBOX_H

/*
 * The environment of scripts: an allow-list, built fresh. It guards against mistakes and makes
 * load the same everywhere; it is no jail, since scripts may run any program.
 */

#include "list.h"

#pragma clang assume_nonnull begin

/* Calls in progress under which pcall and xpcall are refused. */
#define OSVC_PCALL_DEPTH 2000

/* Pushes the text of a value: never an address. [-0, +1, e] */
static void osvc_push_text(lua_State *L, int index) {
    index = lua_absindex(L, index);
    int type = lua_type(L, index);
    int plain = type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER
        || type == LUA_TSTRING;
    if (!plain && luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1))
            luaL_error(L, "'__tostring' must return a string");
        return;
    }
    if (plain) {
        luaL_tolstring(L, index, NULL);
        return;
    }
    int named = luaL_getmetafield(L, index, "__name");
    if (named == LUA_TSTRING)
        return;
    if (named != LUA_TNIL)
        lua_pop(L, 1);
    lua_pushstring(L, luaL_typename(L, index));
}

static int osvc_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    osvc_push_text(L, 1);
    return 1;
}

/* print; upvalue 1 is the box of the Swift function that gets the line. */
static int osvc_print(lua_State *L) {
    int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        if (i > 1)
            luaL_addchar(&line, '\t');
        osvc_push_text(L, i);
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
    lua_insert(L, 1);
    lua_settop(L, 1);
    return osvc_call(L);
}

/* string.format; upvalue 1 is the library's. */
static int osvc_format(lua_State *L) {
    size_t length;
    const char *format = luaL_checklstring(L, 1, &length);
    for (size_t i = 0; i + 1 < length; i++) {
        if (format[i] != '%')
            continue;
        i++;
        while (i < length && format[i] && strchr("-+ #0123456789.", format[i]))
            i++;
        if (i < length && format[i] == 'p')
            return luaL_error(L, "string.format: '%%p' is not available");
    }
    int count = lua_gettop(L);
    for (int i = 2; i <= count; i++) {
        int type = lua_type(L, i);
        if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA) {
            osvc_push_text(L, i);
            lua_replace(L, i);
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, LUA_MULTRET);
    return lua_gettop(L);
}

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

/* Whether the error on the top may not be kept by a script. */
static int osvc_is_fatal(lua_State *L) {
    const osvc_error *error = osvc_test_error(L, -1);
    return osvc_host_of(L)->killed || (error && error->fatal);
}

/* What pcall and xpcall do once the call is over; `extra` values below the results. */
static int osvc_pcall_finish(lua_State *L, int status, lua_KContext extra) {
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L) - (int)extra;
    if (osvc_host_of(L)->killed)
        return osvc_raise_killed(L);
    if (osvc_is_fatal(L))
        return lua_error(L);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

/* In a task pcall takes no C stack, so nothing else bounds how deep it nests; and each error kept
 * costs time in proportion to the depth. */
static void osvc_check_depth(lua_State *L) {
    lua_Debug ar;
    if (lua_getstack(L, OSVC_PCALL_DEPTH, &ar))
        luaL_error(L, "pcall: more than %d calls in progress", OSVC_PCALL_DEPTH);
}

static int osvc_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    osvc_check_depth(L);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, osvc_pcall_finish);
    return osvc_pcall_finish(L, status, 0);
}

/* The script's handler (upvalue 1) sees only errors it may keep. */
static int osvc_xpcall_handler(lua_State *L) {
    if (osvc_is_fatal(L))
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int osvc_xpcall(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    osvc_check_depth(L);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, osvc_xpcall_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    int status = lua_pcallk(L, count - 2, LUA_MULTRET, 2, 2, osvc_pcall_finish);
    return osvc_pcall_finish(L, status, 2);
}

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
