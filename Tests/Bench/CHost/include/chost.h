#ifndef OSVC_BENCH_CHOST_H
#define OSVC_BENCH_CHOST_H

/* A host in plain C, to compare with: nanoseconds of one call of add(a, b) from Lua, the loop
 * subtracted, the least of `rounds`. */
double chost_add(int with_upvalue, int calls, int rounds);

#endif
