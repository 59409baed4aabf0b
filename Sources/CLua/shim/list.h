#ifndef OSVC_CLUA_LIST_H
#define OSVC_CLUA_LIST_H

/*
 * The functions of `table` whose steps count as instructions.
 *
 * The library's own believe a length: table.insert(t, 1, x) with a `__len` of 2^53 moves for years, and no
 * hook fires. Arguments and messages are those of Lua 5.4's ltablib.c (Copyright (C) 1994-2022 Lua.org,
 * PUC-Rio, MIT licence), from which these follow. The one difference: a sort takes its pivots from
 * no clock, so that a load is the same on every node.
 */

#include "budget.h"

#include <limits.h>

#pragma clang assume_nonnull begin

enum { OSVC_READ = 1, OSVC_WRITE = 2, OSVC_LENGTH = 4 };

static int osvc_has(lua_State *L, const char *name, int metatable) {
    lua_pushstring(L, name);
    return lua_rawget(L, metatable) != LUA_TNIL;
}

/* The argument is a table, or has the metamethods that make it one for `use`. */
static void osvc_check_list(lua_State *L, int argument, int use) {
    if (lua_type(L, argument) == LUA_TTABLE)
        return;
    int top = lua_gettop(L);
    int usable = lua_getmetatable(L, argument)
        && (!(use & OSVC_READ) || osvc_has(L, "__index", top + 1))
        && (!(use & OSVC_WRITE) || osvc_has(L, "__newindex", top + 1))
        && (!(use & OSVC_LENGTH) || osvc_has(L, "__len", top + 1));
    if (!usable)
        luaL_checktype(L, argument, LUA_TTABLE);
    lua_settop(L, top);
}

static lua_Integer osvc_list_length(lua_State *L, int use) {
    osvc_check_list(L, 1, use | OSVC_LENGTH);
    return luaL_len(L, 1);
}

/* One element read, written or compared. */
static inline void osvc_element(lua_State *L) { osvc_charge(L, 1); }

static int osvc_table_insert(lua_State *L) {
    lua_Integer end = (lua_Integer)((lua_Unsigned)osvc_list_length(L, OSVC_READ | OSVC_WRITE) + 1u);
    lua_Integer place = end;
    if (lua_gettop(L) == 3) {
        place = luaL_checkinteger(L, 2);
        luaL_argcheck(
            L, (lua_Unsigned)place - 1u < (lua_Unsigned)end, 2, "position out of bounds");
        for (lua_Integer i = end; i > place; i--) {
            osvc_element(L);
            lua_geti(L, 1, i - 1);
            lua_seti(L, 1, i);
        }
    } else if (lua_gettop(L) != 2) {
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, place);
    return 0;
}

static int osvc_table_remove(lua_State *L) {
    lua_Integer size = osvc_list_length(L, OSVC_READ | OSVC_WRITE);
    lua_Integer place = luaL_optinteger(L, 2, size);
    if (place != size)
        luaL_argcheck(
            L, (lua_Unsigned)place - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
    lua_geti(L, 1, place);
    for (; place < size; place++) {
        osvc_element(L);
        lua_geti(L, 1, place + 1);
        lua_seti(L, 1, place);
    }
    lua_pushnil(L);
    lua_seti(L, 1, place);
    return 1;
}

static int osvc_table_move(lua_State *L) {
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
    lua_Integer to = luaL_checkinteger(L, 4);
    int target = !lua_isnoneornil(L, 5) ? 5 : 1;
    osvc_check_list(L, 1, OSVC_READ);
    osvc_check_list(L, target, OSVC_WRITE);
    if (last >= first) {
        luaL_argcheck(
            L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
        lua_Integer count = last - first + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        int forward = to > last || to <= first
            || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
        for (lua_Integer n = 0; n < count; n++) {
            lua_Integer i = forward ? n : count - 1 - n;
            osvc_element(L);
            lua_geti(L, 1, first + i);
            lua_seti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static void osvc_add_element(lua_State *L, luaL_Buffer *text, lua_Integer i) {
    osvc_element(L);
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
        luaL_error(
            L, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)i);
    luaL_addvalue(text);
}

static int osvc_table_concat(lua_State *L) {
    luaL_Buffer text;
    size_t length;
    lua_Integer last = osvc_list_length(L, OSVC_READ);
    const char *separator = luaL_optlstring(L, 2, "", &length);
    lua_Integer i = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);
    luaL_buffinit(L, &text);
    for (; i < last; i++) {
        osvc_add_element(L, &text, i);
        luaL_addlstring(&text, separator, length);
    }
    if (i == last)
        osvc_add_element(L, &text, i);
    luaL_pushresult(&text);
    return 1;
}

static int osvc_table_unpack(lua_State *L) {
    lua_Integer i = luaL_optinteger(L, 2, 1);
    lua_Integer last = luaL_opt(L, luaL_checkinteger, 3, luaL_len(L, 1));
    if (i > last)
        return 0;
    lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)i;
    if (count >= (unsigned int)INT_MAX || !lua_checkstack(L, (int)(++count)))
        return luaL_error(L, "too many results to unpack");
    osvc_charge(L, (int64_t)count);
    for (; i < last; i++)
        lua_geti(L, 1, i);
    lua_geti(L, 1, last);
    return (int)count;
}

/* Whether the value at `a` comes before that at `b`, both counted from the top. */
static int osvc_sorts_before(lua_State *L, int a, int b) {
    osvc_element(L);
    if (lua_isnil(L, 2)) {
        if (lua_type(L, a) == LUA_TSTRING && lua_type(L, b) == LUA_TSTRING) {
            size_t n = lua_rawlen(L, a), m = lua_rawlen(L, b);
            osvc_charge(L, (int64_t)((n < m ? n : m) / 16));
        }
        return lua_compare(L, a, b, LUA_OPLT);
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a - 1);
    lua_pushvalue(L, b - 2);
    lua_call(L, 2, 1);
    int before = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return before;
}

/* t[i], t[j] = the two values on the top. [-2, +0] */
static void osvc_set_both(lua_State *L, unsigned i, unsigned j) {
    lua_seti(L, 1, i);
    lua_seti(L, 1, j);
}

/* Puts what is less than the pivot, which is on the top and at `up` - 1, before it; its place. [-1, +0] */
static unsigned osvc_partition(lua_State *L, unsigned lo, unsigned up) {
    unsigned i = lo, j = up - 1;
    for (;;) {
        while (lua_geti(L, 1, ++i), osvc_sorts_before(L, -1, -2)) {
            if (i == up - 1)
                luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        while (lua_geti(L, 1, --j), osvc_sorts_before(L, -3, -1)) {
            if (j < i)
                luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        if (j < i) {
            lua_pop(L, 1);
            osvc_set_both(L, up - 1, i);
            return i;
        }
        osvc_set_both(L, i, j);
    }
}

/* Orders the two elements on the top, of `lo` and `up`; whether they were swapped. [-2, +0] */
static void osvc_order(lua_State *L, unsigned lo, unsigned up, int swap) {
    if (swap)
        osvc_set_both(L, lo, up);
    else
        lua_pop(L, 2);
}

/* Sorts lo..up; `seed`, unless 0, moves the pivots of a list that the middle does not halve. */
static void osvc_quicksort(lua_State *L, unsigned lo, unsigned up, unsigned seed) {
    while (lo < up) {
        lua_geti(L, 1, lo);
        lua_geti(L, 1, up);
        osvc_order(L, lo, up, osvc_sorts_before(L, -1, -2));
        if (up - lo == 1)
            return;
        unsigned quarter = (up - lo) / 4;
        unsigned pivot = up - lo > 100 && seed ? seed % (quarter * 2) + lo + quarter
                                               : lo + (up - lo) / 2;
        lua_geti(L, 1, pivot);
        lua_geti(L, 1, lo);
        if (osvc_sorts_before(L, -2, -1)) {
            osvc_set_both(L, pivot, lo);
        } else {
            lua_pop(L, 1);
            lua_geti(L, 1, up);
            osvc_order(L, pivot, up, osvc_sorts_before(L, -1, -2));
        }
        if (up - lo == 2)
            return;
        lua_geti(L, 1, pivot);
        lua_pushvalue(L, -1);
        lua_geti(L, 1, up - 1);
        osvc_set_both(L, pivot, up - 1);
        pivot = osvc_partition(L, lo, up);
        unsigned sorted;
        if (pivot - lo < up - pivot) {
            osvc_quicksort(L, lo, pivot - 1, seed);
            sorted = pivot - lo;
            lo = pivot + 1;
        } else {
            osvc_quicksort(L, pivot + 1, up, seed);
            sorted = up - pivot;
            up = pivot - 1;
        }
        if (up > lo && (up - lo) / 128 > sorted)
            seed = seed * 1664525u + 1013904223u;
    }
}

static int osvc_table_sort(lua_State *L) {
    lua_Integer count = osvc_list_length(L, OSVC_READ | OSVC_WRITE);
    if (count < 2)
        return 0;
    luaL_argcheck(L, count < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    osvc_quicksort(L, 1, (unsigned)count, 0);
    return 0;
}

#pragma clang assume_nonnull end
#endif
