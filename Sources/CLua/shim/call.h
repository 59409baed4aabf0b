#ifndef OSVC_CLUA_CALL_H
#define OSVC_CLUA_CALL_H

/* A Swift function as scripts call it: its box, the room it has, what it may answer. */

#include "budget.h"
#include "wait.h"

#pragma clang assume_nonnull begin

/* What a Swift function may answer besides a number of results. */
enum { OSVC_RAISE = -1, OSVC_SUSPEND = -2 };

/* Slots that a Swift function has on the stack: five for each level of a table that it copies or
 * pushes, and some. Made before it runs, where an error may still be raised. */
#define OSVC_ROOM 400

#define OSVC_BOX "osvc.box"

/* What userdata made here hold: a number Swift knows, and the class of an object (0: function). */
typedef struct osvc_box {
    int64_t handle;
    int64_t kind;
} osvc_box;

/* Pushes the error of a run that needs more memory than it may have. [-0, +1] */
static void osvc_push_memory_error(lua_State *L, const osvc_host *h) {
    lua_pushfstring(
        L, "%s: the limit is %I bytes",
        h->memory_deep ? "stack overflow, not enough memory" : "not enough memory",
        (LUAI_UACINT)h->limit);
    osvc_new_error(L, "memory", 0);
    if (h->memory_line > 0) {
        lua_getiuservalue(L, -1, 1);
        osvc_set_place(L, osvc_file_of(h->memory_source), h->memory_line);
        lua_pop(L, 1);
    }
}

/* Swift's pushes are not refused, so they may pass the limit: what nobody holds goes, and when that
 * is not enough the call raises. [-0, +0, e] */
static void osvc_make_fit(lua_State *L, osvc_host *h) {
    int armed = h->armed;
    lua_gc(L, LUA_GCCOLLECT);
    if (!osvc_is_over(h))
        return;
    osvc_note_memory(h);
    h->armed = 0;
    osvc_push_memory_error(L, h);
    h->armed = armed;
    lua_error(L);
}

/* There is no room for a Swift function, deep in a recursion; its answer. */
static int osvc_no_room(lua_State *L) {
    lua_Debug ar;
    lua_pushliteral(L, "stack overflow");
    osvc_new_error(L, "lua", 0);
    if (osvc_find_frame(L, 0, &ar)) {
        lua_getiuservalue(L, -1, 1);
        osvc_set_place(L, osvc_file_of(ar.source), ar.currentline);
        lua_pop(L, 1);
    }
    return OSVC_RAISE;
}

/* After the task is resumed: its answer is above what was on the stack, or the error to raise. */
static int osvc_continue(lua_State *L, int status, lua_KContext top) {
    (void)status;
    osvc_host *h = osvc_host_of(L);
    if (h->raising) {
        h->raising = 0;
        return lua_error(L);
    }
    if (osvc_is_over(h))
        osvc_make_fit(L, h);
    return lua_gettop(L) - (int)top;
}

static int osvc_unusual(lua_State *L, osvc_host *h, int answer) {
    if (answer >= 0) {
        osvc_make_fit(L, h);
        return answer;
    }
    if (answer == OSVC_RAISE)
        return lua_error(L);
    if (h->killed)
        return osvc_raise_killed(L);
    if (!lua_isyieldable(L))
        return osvc_cannot_wait(L);
    h->yielding = 1;
    return lua_yieldk(L, 0, (lua_KContext)lua_gettop(L), osvc_continue);
}

/* The one C function behind every Swift function; upvalue 1 is its box. */
static int osvc_call(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    const osvc_box *box = (const osvc_box *)lua_touserdata(L, lua_upvalueindex(1));
    int armed = h->armed;
    h->armed = 0;
    int answer =
        lua_checkstack(L, OSVC_ROOM) ? h->entry(h->owner, L, box->handle) : osvc_no_room(L);
    h->armed = armed;
    return __builtin_expect(answer >= 0 && !osvc_is_over(h), 1) ? answer
                                                                : osvc_unusual(L, h, answer);
}

/* As osvc_call, with the arguments from upvalue 2 on made one string by string.format; a format
 * alone is taken as it is. */
static int osvc_call_formatted(lua_State *L) {
    int first = (int)lua_tointeger(L, lua_upvalueindex(2));
    int count = lua_gettop(L) - first + 1;
    luaL_checktype(L, first, LUA_TSTRING);
    if (count > 1) {
        lua_getfield(L, LUA_REGISTRYINDEX, "osvc.format");
        lua_insert(L, first);
        lua_call(L, count, 1);
    }
    return osvc_call(L);
}

/* Pushes a userdata with this handle; room to note its end is made now. [-0, +1, m] */
static osvc_box *osvc_push_box(lua_State *L, int64_t handle, int64_t kind, int values) {
    osvc_host *h = osvc_host_of(L);
    if (h->handles + h->freed_count >= h->freed_room) {
        size_t room = (h->handles + h->freed_count) * 2 + 64;
        int64_t *moved = (int64_t *)realloc(h->freed, room * sizeof *moved);
        if (!moved)
            abort();
        h->freed = moved;
        h->freed_room = room;
    }
    osvc_box *box = (osvc_box *)lua_newuserdatauv(L, sizeof *box, values);
    h->handles++;
    box->handle = handle;
    box->kind = kind;
    return box;
}

static int osvc_box_gc(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    const osvc_box *box = (const osvc_box *)lua_touserdata(L, 1);
    h->handles--;
    h->freed[h->freed_count++] = box->handle;
    return 0;
}

/* The trampoline with one fixed function behind it, upvalue 1: what guarding alone costs. */
static int osvc_call_direct(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    osvc_entry entry = *(const osvc_entry *)lua_touserdata(L, lua_upvalueindex(1));
    int armed = h->armed;
    h->armed = 0;
    int answer = entry(h->owner, L, 0);
    h->armed = armed;
    return __builtin_expect(answer >= 0, 1) ? answer : osvc_unusual(L, h, answer);
}

/* [-0, +1, m] */
static void osvc_push_direct(lua_State *L, osvc_entry entry) {
    *(osvc_entry *)lua_newuserdatauv(L, sizeof entry, 0) = entry;
    lua_pushcclosure(L, osvc_call_direct, 1);
}

/* The next handle nobody holds any more, or -1. */
static int64_t osvc_take_freed(osvc_host *h) {
    return h->freed_count ? h->freed[--h->freed_count] : -1;
}

/* Pushes the function that calls `handle`; `format` is the argument that is a format, or 0. */
static void osvc_push_function(lua_State *L, int64_t handle, int format) {
    osvc_push_box(L, handle, 0, 0);
    luaL_setmetatable(L, OSVC_BOX);
    if (format > 0) {
        lua_pushinteger(L, format);
        lua_pushcclosure(L, osvc_call_formatted, 2);
    } else {
        lua_pushcclosure(L, osvc_call, 1);
    }
}

#pragma clang assume_nonnull end
#endif
