/* The system's liblua raises by __longjmp_chk, which the thread sanitizer does not intercept: its record
 * of who called whom would keep every frame that was jumped over, until it overflows. Here the call
 * becomes one that it knows. Without the sanitizer this file is empty but for the name that links it. */
#include "sanitizer.h"

void osvc_sanitizer(void) {}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#include <setjmp.h>
__attribute__((noreturn, visibility("default"))) void __longjmp_chk(jmp_buf place, int value);
void __longjmp_chk(jmp_buf place, int value) { longjmp(place, value); }
#endif
#endif
