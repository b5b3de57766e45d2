/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exponential back-off with jitter. Half of the step is kept, so that a wait
 * never shrinks to nothing.
 */
#include "config.h"

#include "base/backoff.h"
#include "base/rng.h"

static int64_t step_ms(const struct backoff *b);

void
backoff_init(struct backoff *b, int64_t base_ms, int64_t max_ms)
{
	b->base_ms = base_ms > 0 ? base_ms : 0;
	b->max_ms = max_ms > b->base_ms ? max_ms : b->base_ms;
	b->failures = 0;
}

int64_t
backoff_fail(struct backoff *b, struct rng *rng)
{
	int64_t step = step_ms(b);
	int64_t half = step / 2;

	if (b->failures < UINT32_MAX)
		b->failures++;
	/* Rounded up, so that the wait is never under half of the step. */
	half = step - half;
	return half + (int64_t)rng_below(rng, (uint64_t)(step - half) + 1);
}

void
backoff_reset(struct backoff *b)
{
	b->failures = 0;
}

static int64_t
step_ms(const struct backoff *b)
{
	int64_t step = b->base_ms;
	unsigned i;

	for (i = 0; i < b->failures && step != 0; i++) {
		if (step > b->max_ms / 2)
			return b->max_ms;
		step *= 2;
	}
	return step;
}
