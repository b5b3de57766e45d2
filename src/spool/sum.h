/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checksums of what is stored, and keyed hashes of what is remembered. Both
 * are XXH3; neither is meant to withstand someone who knows the secret.
 */
#ifndef CEFD_SPOOL_SUM_H
#define CEFD_SPOOL_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define SUM_SECRET_BYTES 192

struct sum_secret {
	unsigned char octets[SUM_SECRET_BYTES];
};

struct sum128 {
	uint64_t lo, hi;
};

uint64_t sum64(const void *data, size_t len);

/*
 * Find the bit among `data` that was flipped: with it turned back, in which
 * state it is left, `fits` says so. Returns whether there is one.
 */
typedef bool sum_fits_fn(void *arg);
bool sum_turn_back(void *data, size_t len, sum_fits_fn *fits, void *arg);

/*
 * Hash the parts, each with its length before it, so that ("ab", "c") and
 * ("a", "bc") differ. `domain` keeps hashes made for different ends apart.
 */
struct sum128 sum_keyed(const struct sum_secret *secret, char domain,
    const struct text *parts, unsigned count);

#endif
