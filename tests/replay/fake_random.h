/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel would draw: a seed's own numbers, so that the same seed is
 * the same life, to the order of hashes.
 */
#ifndef CEFD_TESTS_REPLAY_FAKE_RANDOM_H
#define CEFD_TESTS_REPLAY_FAKE_RANDOM_H

#include <stdint.h>

/* getrandom(2) begins anew with this. */
void fake_random_seed(uint64_t seed);

#endif
