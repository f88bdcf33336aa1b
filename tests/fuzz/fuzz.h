/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a fuzzer defines. A file tests/fuzz/fuzz_<name>.c is linked with libFuzzer by `make fuzz` and with replay.c by `make unit`.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
/* Optional; runs once before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

#endif
