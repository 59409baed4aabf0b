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
 *
 * The last resort: a timer's signal sets the same flag at the deadline; when the interpreter has
 * not come back some time after, the handler writes a line with the place where the script was seen
 * last and ends the process: it must not stay with a lock held and a script that cannot be
 * stopped. The journal then has an action without an end, which the next call tells and takes up.
 */

#include "error.h"

#include <signal.h>
#include <time.h>

#pragma clang assume_nonnull begin

#define OSVC_STRIDE 1000
#define OSVC_FINE 10

enum {
    OSVC_KILL_NONE = 0,
    OSVC_KILL_INSTRUCTIONS = 1,
    OSVC_KILL_TIME = 2,
    OSVC_KILL_INTERRUPT = 3,
};

static inline int64_t osvc_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

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

/* Adds text to what the last resort writes; only what a signal handler may do. */
static size_t osvc_add(char *line, size_t length, size_t room, const char *text) {
    while (*text && length < room)
        line[length++] = *text++;
    return length;
}

/* Says where the script was seen last. The place shown is not the one being written. */
static void osvc_tell(const osvc_watch *watch) {
    char line[600], digits[16];
    size_t length = osvc_add(line, 0, sizeof line, watch->message);
    int shown = __atomic_load_n(&watch->shown, __ATOMIC_ACQUIRE);
    int number = watch->place[shown].line, place = sizeof digits - 1;
    if (number > 0) {
        length = osvc_add(line, length, sizeof line, "; last seen at ");
        length = osvc_add(line, length, sizeof line, watch->place[shown].file);
        digits[place] = 0;
        for (; number > 0 && place > 1; number /= 10)
            digits[--place] = (char)('0' + number % 10);
        digits[--place] = ':';
        length = osvc_add(line, length, sizeof line, digits + place);
    }
    length = osvc_add(line, length, sizeof line, "\n");
    (void)!write(2, line, length);
}

static void osvc_expired(int signal, siginfo_t *info, void *_Nullable context) {
    (void)signal;
    (void)context;
    osvc_watch *watch = (osvc_watch *)info->si_value.sival_ptr;
    if (info->si_code != SI_TIMER || !watch
        || !__atomic_load_n(&watch->active, __ATOMIC_ACQUIRE))
        return;
    int64_t now = osvc_now();
    if (now < watch->deadline)
        return;
    int none = OSVC_KILL_NONE;
    __atomic_compare_exchange_n(
        &watch->flag, &none, OSVC_KILL_TIME, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    if (now < watch->last_resort)
        return;
    osvc_tell(watch);
    _exit(watch->exit_code);
}

/* Makes the timer of a watch, when the system has one left. A watch and its timer are never freed:
 * a late signal may still name them. */
static void osvc_watch_open(osvc_watch *watch) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = osvc_expired;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGRTMIN + 9;
    event.sigev_value.sival_ptr = watch;
    watch->timed = sigaction(event.sigev_signo, &action, NULL) == 0
        && timer_create(CLOCK_MONOTONIC, &event, &watch->timer) == 0;
}

static struct timespec osvc_timespec(int64_t nanoseconds) {
    struct timespec t = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return t;
}

/* Expires at `limit` from now, then every `grace` until stopped. The signal is unblocked in this
 * thread: those of a pool block all. */
static void osvc_watch_start(osvc_watch *watch, int64_t limit, int64_t grace) {
    sigset_t expiry;
    if (!watch->timed)
        return;
    sigemptyset(&expiry);
    sigaddset(&expiry, SIGRTMIN + 9);
    pthread_sigmask(SIG_UNBLOCK, &expiry, NULL);
    watch->deadline = osvc_now() + limit;
    watch->last_resort = watch->deadline + grace;
    __atomic_store_n(&watch->active, 1, __ATOMIC_RELEASE);
    struct itimerspec spec = {osvc_timespec(grace), osvc_timespec(limit + 1000000)};
    timer_settime(watch->timer, 0, &spec, NULL);
}

static void osvc_watch_stop(osvc_watch *watch) {
    if (!watch->timed)
        return;
    __atomic_store_n(&watch->active, 0, __ATOMIC_RELEASE);
    struct itimerspec none = {{0, 0}, {0, 0}};
    timer_settime(watch->timer, 0, &none, NULL);
}

/* May be called from a signal handler or another thread. */
static inline void osvc_watch_interrupt(osvc_watch *watch) {
    __atomic_store_n(&watch->flag, OSVC_KILL_INTERRUPT, __ATOMIC_RELAXED);
}

static inline void osvc_watch_clear(osvc_watch *watch) {
    __atomic_store_n(&watch->flag, OSVC_KILL_NONE, __ATOMIC_RELAXED);
}

/* What the last resort says, without its newline, and the code it ends the process with. Written here and not
 * from Swift, which would claim the whole structure while a late signal may still set its flag. */
static inline void osvc_watch_prepare(osvc_watch *watch, int exit_code, const char *message) {
    watch->exit_code = exit_code;
    strncpy(watch->message, message, sizeof watch->message - 1);
    watch->message[sizeof watch->message - 1] = 0;
    watch->place[0].line = watch->place[1].line = 0;
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
