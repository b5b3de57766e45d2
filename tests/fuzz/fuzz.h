/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fuzz target is: one function, called by libFuzzer or, in a build
 * without it, by replay_main.c for each file of its corpus.
 */
#ifndef CEFD_FUZZ_FUZZ_H
#define CEFD_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; whatever must not be ends the program. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
