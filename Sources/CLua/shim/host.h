#ifndef OSVC_CLUA_HOST_H
#define OSVC_CLUA_HOST_H

/* The state kept beside each interpreter, and its allocator. */

#include "watch.h"

#include <lua.h>
#include <lauxlib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#pragma clang assume_nonnull begin

/* Frames of a chunk whose name starts so are not shown to users. */
#define OSVC_PRELUDE "=[osvc"

/* Calls in progress that can only be an endless recursion. */
#define OSVC_DEEP 20000

/* Calls the Swift function `handle`; returns a count of results, OSVC_RAISE or OSVC_SUSPEND. */
typedef int (*osvc_entry)(void *owner, lua_State *L, int64_t handle);

typedef struct osvc_host {
    void *_Nullable owner;
    osvc_entry _Nullable entry;

    size_t used, limit, peak; /* bytes */
    size_t kept;              /* bytes that Swift holds for what scripts made; count as used */
    int armed;
    int64_t allocations; /* made while armed */
    int64_t fail_at;     /* tests: the armed allocation that fails; 0 for none */
    int fail_on;         /* tests: and all after it */

    int phase;  /* OSVC_LOAD or OSVC_RUN */
    int killed; /* OSVC_KILL_...: the run under way is to end */
    int hooked; /* budgets are watched */
    int stride; /* instructions from one look at the budgets to the next */
    int64_t owed; /* instructions' worth of work done in C that no look has counted yet */
    int64_t instructions, deadline, instruction_limit, wall_limit;
    osvc_watch *_Nullable watch;

    int yielding; /* the last yield was ours */
    int raising;  /* the task is resumed to raise the value on its top */

    lua_State *_Nullable running;
    int memory_line; /* where the limit was met */
    int late;        /* the run was ended there, for its time or its instructions */
    int memory_deep; /* under so many calls that they are why */
    char memory_source[512];

    int64_t *_Nullable freed; /* handles whose userdata are gone */
    size_t freed_count, freed_room, handles;
} osvc_host;

enum { OSVC_LOAD = 0, OSVC_RUN = 1 };

/* Macros that Swift does not see. */
static inline int osvc_registry(void) { return LUA_REGISTRYINDEX; }
static inline void osvc_pop(lua_State *L, int count) { lua_pop(L, count); }

static inline osvc_host *osvc_host_of(lua_State *L) {
    return *(osvc_host **)lua_getextraspace(L);
}

/* Remembers the script's position when the limit is met: afterwards the frames are gone, and a refusal
 * then changes nothing here. */
static void osvc_note_memory(osvc_host *h) {
    lua_Debug ar;
    for (int level = 0; h->running && lua_getstack(h->running, level, &ar); level++) {
        lua_getinfo(h->running, "Sl", &ar);
        if (ar.currentline <= 0 || strncmp(ar.source, OSVC_PRELUDE, sizeof OSVC_PRELUDE - 1) == 0)
            continue;
        h->memory_line = ar.currentline;
        strncpy(h->memory_source, ar.source, sizeof h->memory_source - 1);
        h->memory_deep = lua_getstack(h->running, OSVC_DEEP, &ar);
        return;
    }
}

/* Blocks from this size on cost time that no instruction shows: see osvc_is_late in budget.h. */
#define OSVC_LARGE ((size_t)64 << 10)

/* Blocks whose one comparison takes so long that the budgets are looked at more often. */
#define OSVC_HUGE ((size_t)1 << 20)

static int osvc_is_late(osvc_host *h, size_t size);
static void osvc_look_closely(osvc_host *h);

/* How far what Swift pushes may pass the limit: one call copies no more (LuaLimits.text). */
#define OSVC_SLACK ((size_t)16 << 20)

static int osvc_is_over(const osvc_host *h) { return h->used + h->kept > h->limit + OSVC_SLACK; }

static int osvc_refuses(osvc_host *h, size_t old, size_t size) {
    if (h->used + h->kept - old + size > h->limit)
        return 1;
    if (size >= OSVC_LARGE && osvc_is_late(h, size))
        return 1;
    h->allocations++;
    if (!h->fail_at)
        return 0;
    return h->fail_on ? h->allocations >= h->fail_at : h->allocations == h->fail_at;
}

/* A lua_Alloc. Refuses only while armed; Lua then collects, tries again and raises. */
static void *_Nullable osvc_allocate(
    void *_Nullable ud, void *_Nullable block, size_t osize, size_t size) {
    osvc_host *h = (osvc_host *)ud;
    size_t old = block ? osize : 0;
    if (size == 0) {
        h->used -= old;
        free(block);
        return NULL;
    }
    if (h->armed && size > old && osvc_refuses(h, old, size)) {
        osvc_note_memory(h);
        return NULL;
    }
    void *moved = realloc(block, size);
    if (!moved) {
        if (h->armed)
            return NULL;
        static const char text[] = "osvc: out of memory\n";
        (void)!write(2, text, sizeof text - 1);
        abort();
    }
    h->used = h->used - old + size;
    if (size >= OSVC_HUGE)
        osvc_look_closely(h);
    if (h->used > h->peak)
        h->peak = h->used;
    return moved;
}

/* An error outside any protected call: a fault of this program, not of a script. */
static int osvc_panic(lua_State *L) {
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "unknown error";
    (void)!write(2, "osvc: unprotected error in Lua: ", 32);
    (void)!write(2, text, strlen(text));
    (void)!write(2, "\n", 1);
    abort();
}

/* A new interpreter without libraries, or NULL when the machine has no memory. */
static lua_State *_Nullable osvc_new(void *_Nullable owner, osvc_entry entry, size_t limit) {
    osvc_host *h = (osvc_host *)calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->owner = owner;
    h->entry = entry;
    h->limit = limit;
    lua_State *L = lua_newstate(osvc_allocate, h);
    if (!L) {
        free(h);
        return NULL;
    }
    *(osvc_host **)lua_getextraspace(L) = h;
    lua_atpanic(L, osvc_panic);
    return L;
}

/* Ends the interpreter; what was collected stays readable in `osvc_host` until osvc_free. */
static osvc_host *osvc_close(lua_State *L) {
    osvc_host *h = osvc_host_of(L);
    h->armed = 0;
    h->running = NULL;
    lua_close(L);
    return h;
}

static void osvc_free(osvc_host *h) {
    free(h->freed);
    free(h);
}

#pragma clang assume_nonnull end
#endif
