/* Refuses to run when limits of the process are so low that a signal would end osvc, or when there is no /proc: prints one
 * line, and exits with a documented code.
 *
 * Called before every constructor: Swift's runtime allocates in its own. No function of the C library is
 * called. A program that does not even fit into its address space is ended by the kernel. */
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* KiB. Measured with the release build: every command needs 21,000 of address space, in which a script that wants
 * more memory is refused it, and the deepest recursion of a script needs 512 of stack. The limits are about 1.5 times
 * and twice that. */
enum { needed_memory = 32 * 1024, needed_stack = 1024 };

/* The exit code; those of a status are 0 to 9. */
enum { cannot_run = 64 };

static long system_call(long number, long a, long b, long c, long d) {
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
#else
    (void)number, (void)a, (void)b, (void)c, (void)d;
    return -1;
#endif
}

static char *add_text(char *end, const char *text) {
    while (*text) *end++ = *text++;
    return end;
}

static char *add_number(char *end, unsigned long number) {
    char digits[24];
    size_t count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count > 0) *end++ = digits[--count];
    return end;
}

static void refuse(const char *what, const char *option, unsigned long is, unsigned long needed) {
    char line[256], *end = line;
    end = add_text(add_text(end, "osvc: the limit of "), what);
    end = add_text(add_text(add_text(end, " (ulimit -"), option), ") is ");
    end = add_text(add_number(end, is), " KiB, osvc needs ");
    end = add_text(add_number(end, needed), " KiB: raise it with ulimit -");
    end = add_text(add_number(add_text(add_text(end, option), " "), needed), "\n");
    system_call(SYS_write, 2, (long)line, end - line, 0);
    system_call(SYS_exit_group, cannot_run, 0, 0, 0);
}

static void check_limit(
    int limit, const char *what, const char *option, unsigned long needed) {
    struct rlimit now;
    if (system_call(SYS_prlimit64, 0, limit, 0, (long)&now) != 0) return;
    if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur / 1024 >= needed) return;
    refuse(what, option, now.rlim_cur / 1024, needed);
}

/* Two system calls: every start of osvc makes them. */
static void check_limits(void) {
    check_limit(RLIMIT_AS, "virtual memory", "v", needed_memory);
    check_limit(RLIMIT_STACK, "the stack", "s", needed_stack);
}

/* Swift's runtime asks for its own path, and aborts when there is none. Without the command line nobody knows which exit
 * codes the caller expects: 1 is a failure everywhere. */
static void check_proc(void) {
    static const char problem[] = "osvc: the command line cannot be read: is /proc mounted? nothing was done\n";
    char path[1];
    const int here = -100; /* AT_FDCWD */
    if (system_call(SYS_readlinkat, here, (long)"/proc/self/exe", (long)path, sizeof path) >= 0) return;
    system_call(SYS_write, 2, (long)problem, sizeof problem - 1, 0);
    system_call(SYS_exit_group, 1, 0, 0, 0);
}
