/* See program.h. What runs in the new process shares the memory of the old one (vfork(2)): it calls only
 * functions that are safe after fork (signal-safety(7)), and closefrom(3), which in glibc is a system call; and it
 * changes nothing but its own variables and errno. */
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the new process says of itself through a pipe: how far it came, and the errno. */
struct problem {
    enum { of_record, of_program } part;
    int number;
};

static void tell(int report, int part, int number) {
    struct problem problem = {.part = part, .number = number};
    /* Less than PIPE_BUF into an empty pipe: complete, and without waiting. */
    ssize_t written = write(report, &problem, sizeof problem);
    (void)written;
}

/* The 22nd field of /proc/self/stat (proc(5)) as text; NULL: it cannot be read. The second field, the name of
 * the program, may contain spaces and parentheses. */
static const char *start_time(char *buffer, size_t size) {
    int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    ssize_t count = read(file, buffer, size - 1);
    close(file);
    if (count <= 0) return NULL;
    buffer[count] = 0;
    char *field = strrchr(buffer, ')');
    for (int i = 2; field && i < 22; i++) field = strchr(field + 1, ' ');
    if (!field) return NULL;
    char *end = strchr(field + 1, ' ');
    if (!end) return NULL;
    *end = 0;
    return field + 1;
}

/* The decimal digits of a number that is not negative, at the end of `buffer`. */
static const char *digits(pid_t number, char *buffer, size_t size) {
    char *at = buffer + size - 1;
    *at = 0;
    do *--at = '0' + number % 10;
    while (number /= 10);
    return at;
}

static int record(const struct osvc_program *program) {
    char stat[1024], number[16], line[512];
    const char *time = start_time(stat, sizeof stat);
    if (!time) return errno ? errno : EIO;
    const char *const parts[] = {
        program->record_start, digits(getpid(), number, sizeof number), "\t", time, "\n"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t count = strlen(parts[i]);
        if (count > sizeof line - length) return ENAMETOOLONG;
        memcpy(line + length, parts[i], count);
        length += count;
    }
    ssize_t written = write(program->record, line, length);
    if (written == (ssize_t)length) return 0;
    return written < 0 ? errno : ENOSPC;
}

static void set_signals_to_default(void) {
    struct sigaction ignored = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};
    /* A record beyond RLIMIT_FSIZE sent it; it is blocked until here, and ignoring it drops it. */
    sigaction(SIGXFSZ, &ignored, NULL);
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* dup2(2), which keeps close-on-exec when both numbers are the same. */
static int become(int descriptor, int number) {
    if (descriptor != number) return dup2(descriptor, number);
    return fcntl(number, F_SETFD, 0);
}

static _Noreturn void execute(const struct osvc_program *program, int report) {
    setsid();
    if (program->record >= 0) {
        int number = record(program);
        if (number) tell(report, of_record, number);
        if (number && program->must_record) _exit(127);
    }
    set_signals_to_default();
    const int last = 3;
    if (become(program->input, 0) >= 0 && become(program->output, 1) >= 0 &&
        become(program->error, 2) >= 0 &&
        (report == last || dup3(report, last, O_CLOEXEC) >= 0)) {
        report = last;
        closefrom(last + 1);
        if (chdir(program->directory) == 0)
            execve(program->path, program->arguments, program->environment);
    }
    tell(report, of_program, errno);
    _exit(127);
}

/* Reads until the program is executed, which closes the other end, or the process has ended. */
static void listen_to(int report, struct osvc_start *start) {
    struct problem problem;
    ssize_t count;
    while ((count = read(report, &problem, sizeof problem)) != 0) {
        if (count < 0 && errno == EINTR) continue;
        if (count != sizeof problem) break;
        if (problem.part == of_record)
            start->record_error = problem.number;
        else
            start->error = problem.number;
    }
}

/* A function of its own: the two processes share its frame. */
__attribute__((noinline)) static pid_t fork_and_execute(const struct osvc_program *program, int report) {
    pid_t pid = vfork();
    if (pid == 0) execute(program, report);
    return pid;
}

struct osvc_start osvc_start(const struct osvc_program *program) {
    struct osvc_start start = {0};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) {
        start.error = errno;
        return start;
    }
    /* A handler of osvc must not run in the new process. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    start.pid = fork_and_execute(program, ends[1]);
    if (start.pid < 0) start.error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (start.pid > 0) {
        listen_to(ends[0], &start);
        int refused = start.error || (start.record_error && program->must_record);
        if (refused)
            while (waitpid(start.pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    close(ends[0]);
    return start;
}
