#ifndef OSVC_CLUA_PROTECT_H
#define OSVC_CLUA_PROTECT_H

/* pcall and xpcall: what a script may keep of an error, and how deep they nest. */

#include "budget.h"

#pragma clang assume_nonnull begin

/* Calls in progress under which pcall and xpcall are refused. */
#define OSVC_PCALL_DEPTH 2000

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

#pragma clang assume_nonnull end
#endif
