// What libFuzzer offers to a program with a main function of its own.
#ifndef OSVC_FUZZER_H
#define OSVC_FUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));

#endif
