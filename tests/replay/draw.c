/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws.
 */
#include "config.h"

#include "draw.h"

bool
draw_chance(struct rng *rng, unsigned percent)
{
	return rng_below(rng, 100) < percent;
}

int64_t
draw_between(struct rng *rng, int64_t low, int64_t high)
{
	return low + (int64_t)rng_below(rng, (uint64_t)(high - low) + 1);
}

int64_t
draw_log(struct rng *rng, int64_t low, int64_t high)
{
	unsigned octaves = 1;
	int64_t top;

	while (low << octaves < high)
		octaves++;
	low <<= rng_below(rng, octaves);
	top = low * 2;
	return draw_between(rng, low, top < high ? top : high);
}
