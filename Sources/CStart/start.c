/* Runs before anything else in osvc: refuses limits that are too low (limits.h), and removes the variables that Swift's
 * runtime and the C library obey from the environment.
 *
 * SWIFT_BACKTRACE names a program that the runtime runs when the process crashes: whoever may set one
 * variable and one limit of a root call would be root, and sudo keeps SWIFT_*. The runtime reads it in a
 * constructor, so no code in Swift and no constructor is early enough: functions in .preinit_array run
 * before every constructor, those of shared libraries too.
 *
 * No function of the C library is called: none is ready yet. */
#include <stddef.h>

#include "limits.h"

/* A name, or with `_` at its end the beginning of names. The C library ignores those of the second
 * part in setuid programs; sudo drops them. */
static const char *const cleared[] = {
    "SWIFT_", "LIBDISPATCH_", "DISPATCH_",
    "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LD_", "LOCALDOMAIN", "LOCPATH",
    "MALLOC_", "NIS_PATH", "NLSPATH", "RESOLV_HOST_CONF", "RES_OPTIONS", "TZDIR",
    /* Where tools that root runs read files that can name programs: lvm(8), curl(1). */
    "CURL_HOME", "LVM_",
};

static int is_cleared(const char *entry) {
    for (size_t i = 0; i < sizeof cleared / sizeof *cleared; i++) {
        const char *name = cleared[i], *at = entry;
        while (*name && *name == *at) name++, at++;
        if (!*name && (name[-1] == '_' || *at == '=' || !*at)) return 1;
    }
    return 0;
}

static void begin(int count, char **arguments, char **environment) {
    (void)count;
    (void)arguments;
    check_limits();
    check_proc();
    if (!environment) return;
    char **kept = environment;
    for (char **entry = environment; *entry; entry++)
        if (!is_cleared(*entry)) *kept++ = *entry;
    *kept = NULL;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_all)(
    int, char **, char **) = begin;
