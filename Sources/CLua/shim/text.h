#ifndef OSVC_CLUA_TEXT_H
#define OSVC_CLUA_TEXT_H

/* Values as text: tostring, print and string.format, which show no address. */

#include "call.h"

#pragma clang assume_nonnull begin

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

#pragma clang assume_nonnull end
#endif
