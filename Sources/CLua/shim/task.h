#ifndef OSVC_CLUA_TASK_H
#define OSVC_CLUA_TASK_H

/* What Swift starts: a protected call, compiling, a task and the resuming of one that waits. */

#include "call.h"

#pragma clang assume_nonnull begin

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
