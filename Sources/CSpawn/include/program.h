/* Starts a program. Its process is recorded before the program is executed, because the caller may be killed at any
 * moment.
 *
 * posix_spawn(3) cannot write a record between fork and exec, and Swift must not run there. */
#ifndef OSVC_PROGRAM_H
#define OSVC_PROGRAM_H

#include <sys/types.h>

/* What a program is started with. The descriptors become its 0, 1 and 2; it has no others. */
struct osvc_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int input, output, error;
    /* The process appends `record_start`, its pid, a tab, the clock ticks after boot at which it began, and a
     * newline to this file before it executes the program; -1: it records nothing. */
    int record;
    const char *record_start;
    /* Whether the program is not executed when the record cannot be written. */
    int must_record;
};

/* How the start went: 0, or an errno. */
struct osvc_start {
    pid_t pid;
    /* Of the record, which does not stop the program unless it must be written. */
    int record_error;
    /* Of fork, chdir or exec: no process is left. */
    int error;
};

/* Starts the program in a session of its own, with every signal at its default and unblocked, and returns
 * when it is executed. Whoever is killed in this function leaves either no process or one that is in the
 * record, unless it need not be there. */
struct osvc_start osvc_start(const struct osvc_program *program);

#endif
