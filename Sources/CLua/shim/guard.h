#ifndef OSVC_CLUA_GUARD_H
#define OSVC_CLUA_GUARD_H

/* Functions of the library that say first what they cost: they go through their texts once. */

#include "budget.h"

#pragma clang assume_nonnull begin

/* string.rep: of nothing, nothing. Upvalue 1 is the library's. */
static int osvc_string_rep(lua_State *L) {
    size_t length, between;
    luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &between);
    if (length + between == 0 || count <= 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)count <= osvc_host_of(L)->limit)
        osvc_charge(L, count / 8);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* A function of a library that goes through its texts once. Upvalue 1 is the library's. */
static int osvc_linear(lua_State *L) {
    size_t bytes = 0;
    for (int i = 1; i <= 2; i++)
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += lua_rawlen(L, i);
    osvc_charge(L, (int64_t)(bytes / 32));
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* Puts `guard` before the library function `name` of the table on the top. */
static void osvc_guard(lua_State *L, const char *name, lua_CFunction guard) {
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, guard, 1);
    lua_setfield(L, -2, name);
}

#pragma clang assume_nonnull end
#endif
