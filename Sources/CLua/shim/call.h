#ifndef OSVC_CLUA_CALL_H
#define OSVC_CLUA_CALL_H

/* The four ways across: Lua to Swift, a protected call, a task, a waiting task resumed. */

#include "budget.h"

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

/* Libraries whose functions cannot be waited under, and the exceptions among them. */
static int osvc_can_wait_under(const char *name) {
    return strcmp(name, "pcall") == 0 || strcmp(name, "xpcall") == 0
        || strcmp(name, "pairs") == 0 || strcmp(name, "error") == 0;
}

/* The library name of the function on the top, `table.sort`, or NULL; pops it. [-1, +0] */
static const char *_Nullable osvc_library_name(lua_State *L, char *room, size_t size) {
    static const char *const libraries[] = {"_G", "table", "string", "utf8", "math"};
    const char *found = NULL;
    int function = lua_gettop(L);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !found; i++) {
        lua_getfield(L, function + 1, libraries[i]);
        lua_pushnil(L);
        while (lua_next(L, function + 2)) {
            if (lua_type(L, -2) == LUA_TSTRING && lua_rawequal(L, -1, function)) {
                const char *prefix = i == 0 ? "" : libraries[i];
                snprintf(room, size, "%s%s%s", prefix, i == 0 ? "" : ".", lua_tostring(L, -2));
                found = room;
                break;
            }
            lua_pop(L, 1);
        }
        lua_settop(L, function + 1);
    }
    lua_settop(L, function - 1);
    return found;
}

/* Raises "cannot wait inside table.sort", naming what stands between here and the task. */
static int osvc_cannot_wait(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    lua_Debug ar;
    char room[128];
    /* Finding a level takes time in proportion to it. */
    for (int level = 1; level < 1000 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sf", &ar);
        if (strcmp(ar.what, "C") != 0) {
            lua_pop(L, 1);
            continue;
        }
        const char *name = osvc_library_name(L, room, sizeof room);
        if (name && !osvc_can_wait_under(name)) {
            lua_pushfstring(L, "cannot wait inside %s", name);
            return osvc_raise(L, "lua", 0);
        }
    }
    lua_pushstring(L, h->phase == OSVC_LOAD ? "cannot wait at load" : "cannot wait here");
    return osvc_raise(L, "lua", 0);
}

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

/* Makes an error object of what a failed protected call left on the top. [-1, +1, m] */
static void osvc_finish_error(lua_State *L, osvc_host *h, int status) {
    if (h->killed) {
        osvc_push_killed(L);
        lua_remove(L, -2);
        return;
    }
    if (status != LUA_ERRMEM || osvc_test_error(L, -1)) {
        osvc_wrap(L);
        return;
    }
    lua_pop(L, 1);
    osvc_push_memory_error(L, h);
}

/* Calls the function below its arguments; the status, and results or one error object on the
 * stack. Nothing under it may wait. [-(n+1), +results] */
static int osvc_protected(lua_State *L, int arguments) {
    osvc_host *h = osvc_host_of(L);
    int base = lua_gettop(L) - arguments;
    lua_pushcfunction(L, osvc_handler);
    lua_insert(L, base);
    osvc_begin(L, h);
    int status = lua_pcallk(L, arguments, LUA_MULTRET, base, 0, NULL);
    osvc_end(h);
    if (status != LUA_OK)
        osvc_finish_error(L, h, status);
    lua_remove(L, base);
    return status;
}

/* Compiles text; the status, and a function or one error object on the stack. [-0, +1] */
static int osvc_load(lua_State *L, const char *text, size_t length, const char *name) {
    osvc_host *h = osvc_host_of(L);
    osvc_begin(L, h);
    int status = luaL_loadbufferx(L, text, length, name, "t");
    osvc_end(h);
    if (status == LUA_ERRMEM)
        osvc_finish_error(L, h, status);
    return status;
}

static int osvc_task_finish(lua_State *L, int status, lua_KContext context) {
    (void)context;
    if (status == LUA_OK || status == LUA_YIELD) {
        lua_pushinteger(L, LUA_OK);
        lua_replace(L, 1);
        return lua_gettop(L);
    }
    lua_pushinteger(L, status);
    lua_insert(L, -2);
    return 2;
}

/* The entry of every task. Protected, so that an error leaves no variable to close behind and
 * handlers of `<close>` may still wait; returns a status, then the results or the error. */
static int osvc_task(lua_State *L) {
    lua_pushcfunction(L, osvc_handler);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, osvc_task_finish);
    return osvc_task_finish(L, status, 0);
}

/* Pushes a new task on `L`: a coroutine that holds its entry, ready for a function and
 * arguments. [-0, +1, m] */
static lua_State *osvc_push_task(lua_State *L) {
    lua_State *task = lua_newthread(L);
    lua_pushcfunction(task, osvc_task);
    return task;
}

/*
 * Goes on with a task: LUA_YIELD when it waits, else the status of its end, with `*results` values
 * on its stack (one error object when it failed).
 */
static int osvc_resume(lua_State *L, lua_State *task, int arguments, int raising, int *results) {
    osvc_host *h = osvc_host_of(L);
    osvc_begin(task, h);
    h->raising = raising;
    int status = lua_resume(task, L, arguments, results);
    osvc_end(h);
    h->raising = 0;
    if (status == LUA_YIELD)
        return status;
    if (status == LUA_OK) {
        int first = lua_gettop(task) - *results + 1;
        status = (int)lua_tointeger(task, first);
        lua_remove(task, first);
        --*results;
        if (status != LUA_OK)
            osvc_finish_error(task, h, status);
        return status;
    }
    osvc_finish_error(task, h, status);
    *results = 1;
    return status;
}

/* Ends a waiting task without running it on: its `<close>` handlers run and cannot wait. */
static void osvc_abandon(lua_State *L, lua_State *task) {
    osvc_host *h = osvc_host_of(L);
    osvc_begin(task, h);
    lua_resetthread(task);
    osvc_end(h);
    lua_settop(task, 0);
}

/* A full collection; __gc is C only, so it runs nothing of a script. */
static void osvc_collect(lua_State *L) { lua_gc(L, LUA_GCCOLLECT); }

/* The position of the script's frame that called; 0 when there is none. */
static int osvc_caller(lua_State *L, lua_Debug *ar) { return osvc_find_frame(L, 0, ar); }

#pragma clang assume_nonnull end
#endif
