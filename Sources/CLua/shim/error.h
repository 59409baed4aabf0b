#ifndef OSVC_CLUA_ERROR_H
#define OSVC_CLUA_ERROR_H

/*
 * Error objects: userdata a script can read and not change. The fields (kind, message, file, line,
 * where, traceback and what the raiser added) are in a table that is their user value.
 */

#include "host.h"

#pragma clang assume_nonnull begin

#define OSVC_ERROR "osvc.error"

typedef struct osvc_error {
    int fatal; /* not to be kept by pcall: cancelled, killed, out of budget */
} osvc_error;

/* The nearest frame of a script at or above `level`. No effect on the stack. */
static int osvc_find_frame(lua_State *L, int level, lua_Debug *ar) {
    for (; lua_getstack(L, level, ar); level++) {
        lua_getinfo(L, "Sl", ar);
        if (ar->currentline > 0
            && strncmp(ar->source, OSVC_PRELUDE, sizeof OSVC_PRELUDE - 1) != 0)
            return 1;
    }
    return 0;
}

/* A chunk name without the mark (`@`, `=`) that says what it is. */
static const char *osvc_file_of(const char *source) {
    return *source == '@' || *source == '=' ? source + 1 : source;
}

static osvc_error *_Nullable osvc_test_error(lua_State *L, int index) {
    return (osvc_error *)luaL_testudata(L, index, OSVC_ERROR);
}

/* Sets file, line and where of the fields on the top. [-0, +0, m] */
static void osvc_set_place(lua_State *L, const char *file, int line) {
    lua_pushstring(L, file);
    lua_setfield(L, -2, "file");
    lua_pushinteger(L, line);
    lua_setfield(L, -2, "line");
    lua_pushfstring(L, "%s:%d", file, line);
    lua_setfield(L, -2, "where");
}

/* Makes an error object of the message on the top. [-1, +1, m] */
static void osvc_new_error(lua_State *L, const char *kind, int fatal) {
    osvc_error *error = (osvc_error *)lua_newuserdatauv(L, sizeof *error, 1);
    error->fatal = fatal;
    luaL_setmetatable(L, OSVC_ERROR);
    lua_createtable(L, 0, 6);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "message");
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    lua_setiuservalue(L, -2, 1);
    lua_remove(L, -2);
}

/*
 * Replaces the value on the top by an error object whose message has no position in front: one
 * that names the file of a frame (`web.lua:12: no such thing`) becomes its place. [-1, +1, m]
 */
static void osvc_wrap_string(lua_State *L) {
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    lua_Debug ar;
    for (int level = 0; level < 50 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        size_t n = strlen(ar.short_src);
        if (ar.currentline <= 0 || length < n || memcmp(text, ar.short_src, n) != 0)
            continue;
        char *end;
        long line = text[n] == ':' ? strtol(text + n + 1, &end, 10) : 0;
        if (line <= 0 || end[0] != ':' || end[1] != ' ')
            continue;
        lua_pushlstring(L, end + 2, length - (size_t)(end + 2 - text));
        lua_remove(L, -2);
        osvc_new_error(L, "lua", 0);
        if (strncmp(ar.source, OSVC_PRELUDE, sizeof OSVC_PRELUDE - 1) == 0)
            return;
        lua_getiuservalue(L, -1, 1);
        osvc_set_place(L, osvc_file_of(ar.source), (int)line);
        lua_pop(L, 1);
        return;
    }
    osvc_new_error(L, "lua", 0);
}

/* Replaces any value on the top by an error object; runs no metamethod. [-1, +1, m] */
static void osvc_wrap(lua_State *L) {
    if (osvc_test_error(L, -1))
        return;
    if (lua_type(L, -1) == LUA_TTABLE) {
        lua_pushliteral(L, "message");
        lua_rawget(L, -2);
        if (lua_type(L, -1) == LUA_TSTRING)
            lua_remove(L, -2);
        else
            lua_pop(L, 1);
    }
    if (lua_type(L, -1) == LUA_TNUMBER) {
        lua_tolstring(L, -1, NULL);
    } else if (lua_type(L, -1) != LUA_TSTRING) {
        lua_pushfstring(L, "the error is a %s", luaL_typename(L, -1));
        lua_remove(L, -2);
    }
    osvc_wrap_string(L);
}

/* Pushes the traceback from `level`, without the prelude's frames. [-0, +1, m] */
static void osvc_push_traceback(lua_State *L, int level) {
    luaL_traceback(L, L, NULL, level);
    const char *line = lua_tostring(L, -1);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    while (line) {
        const char *next = strchr(line, '\n');
        size_t length = next ? (size_t)(next - line) : strlen(line);
        int hidden = strncmp(line, "\t[osvc", 6) == 0 || strncmp(line, "\t[C]: in ?", 10) == 0;
        if (!hidden) {
            if (luaL_bufflen(&out))
                luaL_addchar(&out, '\n');
            luaL_addlstring(&out, line, length);
        }
        line = next ? next + 1 : NULL;
    }
    luaL_pushresult(&out);
    lua_remove(L, -2);
}

/* The message handler of every protected call: wraps the value and adds where and how it got
 * there while the frames still exist. Calls neither Swift nor the script. */
static int osvc_handler(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    int armed = h->armed;
    h->armed = 0;
    lua_settop(L, 1);
    osvc_wrap(L);
    lua_getiuservalue(L, 1, 1);
    lua_Debug ar;
    if (lua_getfield(L, 2, "where") == LUA_TNIL && osvc_find_frame(L, 1, &ar)) {
        lua_settop(L, 2);
        osvc_set_place(L, osvc_file_of(ar.source), ar.currentline);
    }
    lua_settop(L, 2);
    if (lua_getfield(L, 2, "traceback") == LUA_TNIL) {
        osvc_push_traceback(L, 1);
        lua_setfield(L, 2, "traceback");
    }
    lua_settop(L, 1);
    h->armed = armed;
    return 1;
}

/* Raises an error of this kind at the caller's position, its message on the top. */
static int osvc_raise(lua_State *L, const char *kind, int fatal) {
    lua_Debug ar;
    osvc_new_error(L, kind, fatal);
    if (osvc_find_frame(L, 0, &ar)) {
        lua_getiuservalue(L, -1, 1);
        osvc_set_place(L, osvc_file_of(ar.source), ar.currentline);
        lua_pop(L, 1);
    }
    return lua_error(L);
}

static int osvc_error_index(lua_State *L) {
    luaL_checkudata(L, 1, OSVC_ERROR);
    lua_getiuservalue(L, 1, 1);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    return 1;
}

static int osvc_error_tostring(lua_State *L) {
    luaL_checkudata(L, 1, OSVC_ERROR);
    lua_getiuservalue(L, 1, 1);
    int placed = lua_getfield(L, -1, "where") == LUA_TSTRING;
    lua_getfield(L, -2, "message");
    if (placed)
        lua_pushfstring(L, "%s: %s", lua_tostring(L, -2), lua_tostring(L, -1));
    return 1;
}

static int osvc_error_concat(lua_State *L) {
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

static int osvc_error_readonly(lua_State *L) {
    return luaL_error(L, "an error cannot be changed");
}

static void osvc_open_errors(lua_State *L) {
    luaL_newmetatable(L, OSVC_ERROR);
    lua_pushcfunction(L, osvc_error_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, osvc_error_readonly);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, osvc_error_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, osvc_error_concat);
    lua_setfield(L, -2, "__concat");
    lua_pushliteral(L, "error");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

#pragma clang assume_nonnull end
#endif
