/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws.
 */
#include "config.h"

#include "base/rng.h"
#include "sim_draw.h"
#include "sim_words.h"

uint64_t
sim_hash(uint64_t key, uint64_t purpose)
{
	struct rng r;

	rng_init(&r, key ^ (purpose + 1) * UINT64_C(0xd6e8feb86659fd93));
	return rng_next(&r);
}

const char *
sim_draw(struct rng *r, const struct sim_words *words)
{
	return words->word[rng_below(r, words->count)];
}

bool
sim_chance(struct rng *r, unsigned percent)
{
	return rng_below(r, 100) < percent;
}
