/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A counter stepped by the golden ratio and mixed on the way out (the
 * "splitmix" construction): any seed is good, also 0.
 */
#include "config.h"

#include "base/rng.h"

void
rng_init(struct rng *r, uint64_t seed)
{
	r->state = seed;
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t x;

	r->state += UINT64_C(0x9e3779b97f4a7c15);
	x = r->state;
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t
rng_below(struct rng *r, uint64_t bound)
{
	uint64_t skip;
	uint64_t x;

	if (bound == 0)
		return 0;
	/* The first 2^64 mod bound values would make some results likelier. */
	skip = (0 - bound) % bound;
	do {
		x = rng_next(r);
	} while (x < skip);
	return x % bound;
}
