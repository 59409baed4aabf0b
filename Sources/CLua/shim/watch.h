#ifndef OSVC_CLUA_WATCH_H
#define OSVC_CLUA_WATCH_H

/*
 * The last resort: a timer's signal sets the flag of a run at its deadline; when the interpreter has
 * not come back some time after, the handler writes a line with the place where the script was seen
 * last and ends the process: it must not stay with a lock held and a script that cannot be
 * stopped. The journal then has an action without an end, which the next call tells and takes up.
 */

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma clang assume_nonnull begin

enum {
    OSVC_KILL_NONE = 0,
    OSVC_KILL_INSTRUCTIONS = 1,
    OSVC_KILL_TIME = 2,
    OSVC_KILL_INTERRUPT = 3,
};

/* Shared with a signal handler. A watch and its timer are never freed: a late signal may still name
 * them. Times are monotonic nanoseconds. */
typedef struct osvc_watch {
    int flag;     /* OSVC_KILL_...; atomic */
    int active;   /* a run is under way; atomic */
    int exit_code;
    int timed; /* there is a timer; its id may be 0 */
    timer_t _Nullable timer;
    int64_t deadline;
    int64_t last_resort;
    char message[256];
    /* Where the script was seen last: a writer fills the place not shown, then shows it; atomic. */
    int shown;
    struct {
        int line; /* 0: nowhere yet */
        char file[200];
    } place[2];
} osvc_watch;

static inline int64_t osvc_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
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
    /* Once: the next expiry may come to another thread before this one has ended the process. */
    if (!__atomic_exchange_n(&watch->active, 0, __ATOMIC_ACQ_REL))
        return;
    osvc_tell(watch);
    _exit(watch->exit_code);
}

/* Makes the timer of a watch, when the system has one left. */
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

#pragma clang assume_nonnull end
#endif
