/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers for jitter: fast, seedable for tests, not for secrets.
 */
#ifndef CEFD_BASE_RNG_H
#define CEFD_BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;
};

void rng_init(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);

/* Evenly from 0 up to and not including `bound`; 0 when bound is 0. */
uint64_t rng_below(struct rng *r, uint64_t bound);

#endif
