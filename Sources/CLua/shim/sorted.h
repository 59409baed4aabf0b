#ifndef OSVC_CLUA_SORTED_H
#define OSVC_CLUA_SORTED_H

/* Tables in sorted order: pairs and next at load. */

#include "budget.h"

#pragma clang assume_nonnull begin

/* A key that has an order: booleans, then numbers, then strings bytewise. */
typedef struct osvc_key {
    int rank;
    int is_integer;
    lua_Integer integer;
    lua_Number number;
    const char *_Nullable text; /* held by whoever holds the key */
    size_t length;
    lua_Integer place; /* in the list of keys that it was read from */
} osvc_key;

/* Reads the key at `index`; 0 when values of its type have no order. */
static int osvc_read_key(lua_State *L, int index, osvc_key *key) {
    memset(key, 0, sizeof *key);
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        key->integer = lua_toboolean(L, index);
        key->is_integer = 1;
        return 1;
    case LUA_TNUMBER:
        key->rank = 1;
        key->is_integer = lua_isinteger(L, index);
        key->integer = lua_tointegerx(L, index, NULL);
        key->number = lua_tonumberx(L, index, NULL);
        return 1;
    case LUA_TSTRING:
        key->rank = 2;
        key->text = lua_tolstring(L, index, &key->length);
        return 1;
    default:
        return 0;
    }
}

static int osvc_compare_keys(const void *left, const void *right) {
    const osvc_key *a = (const osvc_key *)left, *b = (const osvc_key *)right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->rank == 2) {
        size_t n = a->length < b->length ? a->length : b->length;
        int order = memcmp(a->text, b->text, n);
        return order ? order : (a->length > b->length) - (a->length < b->length);
    }
    if (a->is_integer && b->is_integer)
        return (a->integer > b->integer) - (a->integer < b->integer);
    return (a->number > b->number) - (a->number < b->number);
}

static int osvc_no_order(lua_State *L, int index) {
    return luaL_error(L, "a key that is a %s has no order at load", luaL_typename(L, index));
}

/*
 * Pushes a list of the keys of the table at `index`, sorted. [-0, +1, v]
 *
 * The table is gone through once, into a list that holds the keys from then on: every allocation may
 * collect, and a table need not have the same entries twice. Only what is in that list is counted,
 * and only that is sorted.
 */
static void osvc_push_sorted_keys(lua_State *L, int index) {
    lua_Integer count = 0;
    lua_newtable(L);
    int list = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, index);) {
        osvc_key key;
        if (!osvc_read_key(L, -2, &key))
            osvc_no_order(L, -2);
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, ++count);
    }
    /* Sorting and copying, beside the instruction that the call is. */
    osvc_charge(L, count * 8);
    osvc_key *keys = (osvc_key *)lua_newuserdatauv(L, (size_t)count * sizeof *keys + 1, 0);
    for (lua_Integer i = 0; i < count; i++) {
        lua_rawgeti(L, list, i + 1);
        osvc_read_key(L, -1, &keys[i]);
        keys[i].place = i + 1;
        lua_pop(L, 1);
    }
    qsort(keys, (size_t)count, sizeof *keys, osvc_compare_keys);
    lua_createtable(L, count > 1 << 20 ? 1 << 20 : (int)count, 0);
    for (lua_Integer i = 0; i < count; i++) {
        lua_rawgeti(L, list, keys[i].place);
        lua_rawseti(L, -2, i + 1);
    }
    lua_replace(L, list);
    lua_settop(L, list);
}

/* Upvalues: keys, table, place. Skips what was removed meanwhile. */
static int osvc_sorted_step(lua_State *L) {
    lua_Integer place = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        lua_settop(L, 0);
        if (lua_rawgeti(L, lua_upvalueindex(1), ++place) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL)
            break;
    }
    lua_pushinteger(L, place);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

/* Pushes an iterator over the sorted keys of the table at `index`. [-0, +1, v] */
static void osvc_push_sorted(lua_State *L, int index) {
    osvc_push_sorted_keys(L, index);
    lua_pushvalue(L, index);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, osvc_sorted_step, 3);
}

/* next: at load, the least key above the given one. */
static int osvc_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (osvc_host_of(L)->phase == OSVC_RUN) {
        if (lua_next(L, 1))
            return 2;
        lua_pushnil(L);
        return 1;
    }
    osvc_key after, best, key;
    lua_Integer count = 0;
    int bounded = !lua_isnil(L, 2), found = 0;
    if (bounded && !osvc_read_key(L, 2, &after))
        return osvc_no_order(L, 2);
    /* Slot 3 holds the best key: pushing it may collect. */
    lua_pushnil(L);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        count++;
        if (!osvc_read_key(L, -2, &key))
            return osvc_no_order(L, -2);
        if (bounded && osvc_compare_keys(&key, &after) <= 0)
            continue;
        if (found && osvc_compare_keys(&key, &best) >= 0)
            continue;
        best = key;
        found = 1;
        lua_pushvalue(L, -2);
        lua_replace(L, 3);
    }
    osvc_charge(L, count);
    lua_settop(L, 3);
    if (!found)
        return 1;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}

static int osvc_pairs_continue(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 3;
}

/* pairs; upvalue 1 is next. */
static int osvc_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, osvc_pairs_continue);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (osvc_host_of(L)->phase == OSVC_RUN)
        lua_pushvalue(L, lua_upvalueindex(1));
    else
        osvc_push_sorted(L, 1);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

#pragma clang assume_nonnull end
#endif
