#include "chost.h"

#include <lauxlib.h>
#include <lualib.h>

static int add(lua_State *L) {
    lua_Integer a = luaL_checkinteger(L, 1), b = luaL_checkinteger(L, 2);
    lua_pushinteger(L, a + b);
    return 1;
}

static int add_with_upvalue(lua_State *L) {
    lua_Integer *kept = lua_touserdata(L, lua_upvalueindex(1));
    lua_Integer a = luaL_checkinteger(L, 1), b = luaL_checkinteger(L, 2);
    lua_pushinteger(L, a + b + *kept);
    return 1;
}

/* The loops of bench.lua. */
static const char script[] =
    "local add, n, clock = ...\n"
    "local function empty(n) local x = 0; for i = 1, n do x = x + i end return x end\n"
    "local function calls(n) local x = 0; for i = 1, n do x = add(x, i) end return x end\n"
    "local function time(f) local t = clock(); f(n); return (clock() - t) * 1e9 / n end\n"
    "return time(calls) - time(empty)\n";

double chost_add(int with_upvalue, int calls, int rounds) {
    double least = 1e9;
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    for (int i = 0; i < rounds; i++) {
        luaL_loadstring(L, script);
        if (with_upvalue) {
            *(lua_Integer *)lua_newuserdatauv(L, sizeof(lua_Integer), 0) = 0;
            lua_pushcclosure(L, add_with_upvalue, 1);
        } else {
            lua_pushcfunction(L, add);
        }
        lua_pushinteger(L, calls);
        lua_getglobal(L, "os");
        lua_getfield(L, -1, "clock");
        lua_remove(L, -2);
        lua_call(L, 3, 1);
        if (lua_tonumber(L, -1) < least)
            least = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    lua_close(L);
    return least;
}
