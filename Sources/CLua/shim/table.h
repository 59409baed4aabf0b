#ifndef OSVC_CLUA_TABLE_H
#define OSVC_CLUA_TABLE_H

/* Tables as scripts may see them: in sorted order at load, read-only for modules; and the nearest
 * name to one that is not there. */

#include "call.h"

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

/* How many letters differ (insert, delete, replace, swap); `limit` + 1 or more when too many. */
static int osvc_distance(const char *a, size_t n, const char *b, size_t m, int limit) {
    enum { room = 40 };
    if (n >= room || m >= room)
        return limit + 1;
    int rows[3][room], *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        above[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        int *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[m];
}

/* Pushes ` (did you mean 'mnt'?)` for the nearest key of the table at `index`, or "". [-0, +1] */
static void osvc_push_suggestion(lua_State *L, int index, const char *name, size_t length) {
    const char *best = NULL;
    int least = length <= 3 ? 1 : length <= 5 ? 2 : 3;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        size_t n;
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *key = lua_tolstring(L, -2, &n);
        int distance = osvc_distance(name, length, key, n, least);
        if (distance < least || (distance == least && (!best || strcmp(key, best) < 0))) {
            least = distance;
            best = key;
        }
    }
    if (best)
        lua_pushfstring(L, " (did you mean '%s'?)", best);
    else
        lua_pushliteral(L, "");
}

/* __index of a module's contents: an unknown name. Upvalue 1: the module's name. */
static int osvc_unknown_member(lua_State *L) {
    const char *module = lua_tostring(L, lua_upvalueindex(1));
    size_t length;
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has no member that is a %s", module, luaL_typename(L, 2));
    const char *name = lua_tolstring(L, 2, &length);
    osvc_push_suggestion(L, 1, name, length);
    return luaL_error(L, "%s has no '%s'%s", module, name, lua_tostring(L, -1));
}

static int osvc_unknown_global(lua_State *L) {
    size_t length;
    const char *name = luaL_checklstring(L, 2, &length);
    osvc_push_suggestion(L, 1, name, length);
    return luaL_error(L, "undefined global '%s'%s", name, lua_tostring(L, -1));
}

static int osvc_set_global(lua_State *L) {
    return luaL_error(
        L, "global '%s' cannot be set: write local %s", luaL_checkstring(L, 2),
        luaL_checkstring(L, 2));
}

static int osvc_module_newindex(lua_State *L) {
    const char *module = lua_tostring(L, lua_upvalueindex(1));
    return luaL_error(L, "%s is read-only", module);
}

/* Upvalue 1: the contents. */
static int osvc_module_pairs(lua_State *L) {
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    osvc_push_sorted(L, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int osvc_module_len(lua_State *L) {
    lua_pushinteger(L, luaL_len(L, lua_upvalueindex(1)));
    return 1;
}

static int osvc_module_call_continue(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L);
}

static int osvc_module_call(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, osvc_module_call_continue);
    return lua_gettop(L);
}

/* Replaces the table on the top by a read-only view of it. When `strict`, reading a name it does
 * not have is an error. [-1, +1, m] */
static void osvc_make_module(lua_State *L, const char *name, int strict) {
    int contents = lua_gettop(L);
    if (strict) {
        lua_createtable(L, 0, 1);
        lua_pushstring(L, name);
        lua_pushcclosure(L, osvc_unknown_member, 1);
        lua_setfield(L, -2, "__index");
        lua_setmetatable(L, contents);
    }
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 8);
    lua_pushvalue(L, contents);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, contents);
    lua_setfield(L, -2, "osvc.contents");
    lua_pushstring(L, name);
    lua_pushcclosure(L, osvc_module_newindex, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, contents);
    lua_pushcclosure(L, osvc_module_pairs, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushvalue(L, contents);
    lua_pushcclosure(L, osvc_module_len, 1);
    lua_setfield(L, -2, "__len");
    lua_pushvalue(L, contents);
    lua_pushcclosure(L, osvc_module_call, 1);
    lua_setfield(L, -2, "__call");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, contents);
}

/* What a table to be copied is: OSVC_PLAIN; OSVC_VIEW: a module, replaced by its contents at
 * `index`; OSVC_COMPUTED: its metatable invents entries. [-0, +0] */
enum { OSVC_PLAIN = 0, OSVC_VIEW = 1, OSVC_COMPUTED = 2 };

static int osvc_look_through(lua_State *L, int index) {
    if (!lua_getmetatable(L, index))
        return OSVC_PLAIN;
    lua_pushliteral(L, "osvc.contents");
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        lua_replace(L, index);
        lua_pop(L, 1);
        return OSVC_VIEW;
    }
    lua_pop(L, 1);
    lua_pushliteral(L, "__index");
    int computed = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return computed ? OSVC_COMPUTED : OSVC_PLAIN;
}

#pragma clang assume_nonnull end
#endif
