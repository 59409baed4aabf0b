/* What Linux offers and Swift's module of the C library lacks. No code of its own.
 *
 * Includes headers of the kernel only: a header of the C library would make its types this module's.
 * Functions that Swift cannot call (variadic) or see (behind _GNU_SOURCE) are declared again under
 * names of osvc's; the assembler name says which they are. */
#ifndef OSVC_LINUX_H
#define OSVC_LINUX_H

#include <asm/unistd.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/loop.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/types.h>

extern long osvc_syscall(long number, ...) __asm__("syscall");
extern int osvc_pipe2(int descriptors[2], int flags) __asm__("pipe2");

/* xattr(7). */
extern long osvc_flistxattr(int descriptor, char *names, unsigned long size) __asm__("flistxattr");
extern long osvc_fgetxattr(int descriptor, const char *name, void *value, unsigned long size)
    __asm__("fgetxattr");
extern int osvc_fsetxattr(int descriptor, const char *name, const void *value, unsigned long size,
                          int flags) __asm__("fsetxattr");

/* epoll(7). */
struct osvc_epoll_event {
    __u32 events;
    __u64 data;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
;
enum osvc_epoll { osvc_epoll_add = 1, osvc_epoll_delete = 2 };
static const __u32 osvc_epoll_error = 0x8;
static const __u32 osvc_epoll_hangup = 0x10;
extern int osvc_epoll_create(int flags) __asm__("epoll_create1");
extern int osvc_epoll_control(
    int epoll, int operation, int descriptor, struct osvc_epoll_event *event) __asm__("epoll_ctl");
extern int osvc_epoll_wait(int epoll, struct osvc_epoll_event *events, int count, int timeout)
    __asm__("epoll_wait");

/* eventfd(2), signalfd(2): the flags have the values of O_CLOEXEC and O_NONBLOCK. */
extern int osvc_eventfd(unsigned int value, int flags) __asm__("eventfd");
extern int osvc_signalfd(int descriptor, const void *signals, int flags) __asm__("signalfd");
struct osvc_signal_info {
    __u32 signal;
    __u8 rest[124];
};

/* Since Linux 5.3; the descriptor is closed on exec. */
static inline int osvc_pidfd_open(int pid) {
    const long pidfd_open = 434; /* on every processor */
    return (int)osvc_syscall(pidfd_open, pid, 0);
}

/* On which file system, through which mount a file is: the part of statx(2) that is asked for. */
struct osvc_place {
    __u32 mask;
    __u8 before[132];
    __u32 major;
    __u32 minor;
    /* The first field of mountinfo; see `osvc_place_has_mount`. */
    __u64 mount;
    __u8 after[104];
};
static const __u32 osvc_place_has_mount = 0x1000; /* STATX_MNT_ID, since Linux 5.8 */

/* Follows links. Asks no server of a network file system, which might not answer: what the kernel
 * knows is enough. 0, or -1 and errno. */
static inline int osvc_place_of(const char *path, struct osvc_place *place) {
    const int here = -100;         /* AT_FDCWD */
    const int dont_sync = 0x4000;  /* AT_STATX_DONT_SYNC */
    const unsigned type = 1;       /* STATX_TYPE */
    return (int)osvc_syscall(
        __NR_statx, here, path, dont_sync, type | osvc_place_has_mount, place);
}

/* Swift's runtime hands a job that belongs to no actor to this hook, if there is one, instead of its
 * thread pool. Also every task that goes on after a continuation or another task's value passes there.
 * `osvc_take_job` is written in Swift. */
extern __attribute__((swiftcall)) void (*swift_task_enqueueGlobal_hook)(void *job, void *original);
extern void osvc_take_job(void *job);

static __attribute__((swiftcall)) void osvc_job_hook(void *job, void *original) {
    (void)original;
    osvc_take_job(job);
}

static inline void osvc_take_all_jobs(void) {
    swift_task_enqueueGlobal_hook = osvc_job_hook;
}

#endif
