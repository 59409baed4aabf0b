#ifndef OSVC_CLUA_BUDGET_H
#define OSVC_CLUA_BUDGET_H

/*
 * How long a script may run without waiting, in instructions and in wall time, and how it is ended.
 *
 * The count hook looks every OSVC_STRIDE instructions. Once a limit is met the run is `killed`
 * until it has ended: pcall does not keep the error, nothing may wait any more, and the hook
 * raises again at every instruction, so that no loop around pcall goes on.
 *
 * No hook fires inside one call of a C function. So each that can loop says what it is about to do
 * (osvc_charge), large blocks of memory are charged too, and once there are such blocks, whose one
 * comparison or copy takes milliseconds, the hook looks every OSVC_FINE instructions.
 */

#include "error.h"

#pragma clang assume_nonnull begin

#define OSVC_STRIDE 1000
#define OSVC_FINE 10

static void osvc_hook(lua_State *L, lua_Debug *ar);

/* Pushes the error of the killed run; the same object however often. [-0, +1] */
static void osvc_push_killed(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    int armed = h->armed;
    h->armed = 0;
    if (lua_getfield(L, LUA_REGISTRYINDEX, "osvc.killed") != LUA_TUSERDATA) {
        lua_pop(L, 1);
        const char *kind = h->killed == OSVC_KILL_INTERRUPT ? "killed" : "budget";
        if (h->killed == OSVC_KILL_INSTRUCTIONS)
            lua_pushfstring(
                L, "ran %I instructions without waiting", (LUAI_UACINT)h->instruction_limit);
        else if (h->killed == OSVC_KILL_TIME)
            lua_pushfstring(
                L, "ran for %f s without waiting", (LUAI_UACNUMBER)((double)h->wall_limit / 1e9));
        else
            lua_pushliteral(L, "interrupted");
        osvc_new_error(L, kind, 1);
        lua_Debug ar;
        lua_getiuservalue(L, -1, 1);
        if (h->late && h->memory_line > 0)
            osvc_set_place(L, osvc_file_of(h->memory_source), h->memory_line);
        else if (osvc_find_frame(L, 0, &ar))
            osvc_set_place(L, osvc_file_of(ar.source), ar.currentline);
        osvc_push_traceback(L, 0);
        lua_setfield(L, -2, "traceback");
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_setfield(L, LUA_REGISTRYINDEX, "osvc.killed");
    }
    h->armed = armed;
}

static int osvc_raise_killed(lua_State *L) {
    osvc_push_killed(L);
    return lua_error(L);
}

/* Counts `spent` instructions; whether the run is to end. */
static int osvc_spend(osvc_host *h, int64_t spent) {
    if (h->killed)
        return 1;
    h->instructions -= spent;
    int flag = h->watch ? __atomic_load_n(&h->watch->flag, __ATOMIC_RELAXED) : 0;
    if (flag)
        h->killed = flag;
    else if (h->instructions < 0)
        h->killed = OSVC_KILL_INSTRUCTIONS;
    else if (osvc_now() > h->deadline)
        h->killed = OSVC_KILL_TIME;
    return h->killed != 0;
}

/* Notes where the script is, for the last resort. */
static void osvc_note_place(lua_State *L, osvc_host *h) {
    lua_Debug ar;
    osvc_watch *watch = h->watch;
    if (!watch || !osvc_find_frame(L, 0, &ar))
        return;
    int next = !__atomic_load_n(&watch->shown, __ATOMIC_RELAXED);
    const char *file = osvc_file_of(ar.source);
    size_t length = strlen(file), room = sizeof watch->place[next].file;
    if (length >= room)
        file += length - room + 1;
    memcpy(watch->place[next].file, file, strlen(file) + 1);
    watch->place[next].line = ar.currentline;
    __atomic_store_n(&watch->shown, next, __ATOMIC_RELEASE);
}

/* Looks at the budgets from now on every `stride` instructions. */
static void osvc_look_every(lua_State *L, osvc_host *h, int stride) {
    h->stride = stride;
    lua_sethook(L, osvc_hook, LUA_MASKCOUNT, stride);
}

/*
 * Counts work that C code is about to do, in instructions; raises when the budget does not have it.
 * Small amounts are added up, so that a loop of calls costs what they do. [-0, +0, e]
 */
static void osvc_charge(lua_State *L, int64_t cost) {
    osvc_host *h = osvc_host_of(L);
    if (cost < OSVC_STRIDE && (h->owed += cost) < OSVC_STRIDE)
        return;
    if (cost < OSVC_STRIDE)
        cost = h->owed;
    h->owed = 0;
    if (!h->hooked)
        return;
    osvc_note_place(L, h);
    if (osvc_spend(h, cost))
        osvc_raise_killed(L);
}

/* There is a huge block: from now on the hook looks more often. */
static void osvc_look_closely(osvc_host *h) {
    if (!h->hooked || h->killed || h->stride == OSVC_FINE)
        return;
    h->stride = OSVC_FINE;
    if (h->running)
        osvc_look_every(h->running, h, OSVC_FINE);
}

/* Counts a large block of memory, which takes time to make and to fill; whether the run is to end.
 * A run that is ended gets no memory: that stops what is in the middle of a call. */
static int osvc_is_late(osvc_host *h, size_t size) {
    if (!h->hooked)
        return 0;
    int before = h->killed;
    if (!osvc_spend(h, (int64_t)(size / 256)))
        return 0;
    if (!before)
        h->late = 1;
    return 1;
}

static void osvc_hook(lua_State *L, lua_Debug *ar) {
    osvc_host *h = osvc_host_of(L);
    if (ar->event == LUA_HOOKCOUNT && !h->killed)
        osvc_note_place(L, h);
    if (!osvc_spend(h, ar->event == LUA_HOOKCOUNT ? h->stride : 0))
        return;
    lua_sethook(L, osvc_hook, LUA_MASKCOUNT | LUA_MASKLINE, 1);
    osvc_raise_killed(L);
}

/* Watches budgets from now on; set on the main state, coroutines made later inherit it. */
static void osvc_watch_budgets(lua_State *L) {
    osvc_host_of(L)->hooked = 1;
    osvc_look_every(L, osvc_host_of(L), OSVC_STRIDE);
}

static void osvc_ignore_budgets(lua_State *L) {
    osvc_host_of(L)->hooked = 0;
    lua_sethook(L, NULL, 0, 0);
}

/* The VM is entered on `L`: budgets full, the memory limit armed. */
static void osvc_begin(lua_State *L, osvc_host *h) {
    if (h->hooked && lua_gethookcount(L) != h->stride)
        osvc_look_every(L, h, h->stride);
    if (h->killed) {
        h->killed = OSVC_KILL_NONE;
        lua_pushnil(L);
        lua_setfield(L, LUA_REGISTRYINDEX, "osvc.killed");
    }
    h->instructions = h->instruction_limit;
    h->deadline = osvc_now() + h->wall_limit;
    h->owed = 0;
    h->yielding = 0;
    h->running = L;
    h->memory_line = 0;
    h->memory_deep = 0;
    h->late = 0;
    h->armed = 1;
}

static void osvc_end(osvc_host *h) {
    h->armed = 0;
    h->running = NULL;
}

#pragma clang assume_nonnull end
#endif
