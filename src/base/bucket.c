/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token bucket. A window of 60 s can see a full bucket and what flows in
 * meanwhile, so the two together must not be more than `per_minute`: a small
 * burst leaves nearly all of the budget to the steady flow.
 */
#include "config.h"

#include "base/bucket.h"

#define MINUTE_MS 60000.0
/* Who counts sees requests come closer together than they were sent. */
#define JITTER_MS 1000.0
#define MINUTES_TO_BURST 75.0 /* 4 tokens of 300 a minute */
/* So that a reserve can be kept of a small budget as well, at no more than a
 * tenth of its flow. */
#define BURST_WANTED 3
#define FLOW_TO_BURST 10.0

static void set_rate(struct bucket *b, unsigned per_minute);
static void refill(struct bucket *b, int64_t now_ms);

void
bucket_init(struct bucket *b, unsigned per_minute, int64_t now_ms)
{
	set_rate(b, per_minute);
	b->tokens = b->burst;
	b->last_ms = now_ms;
}

void
bucket_change(struct bucket *b, unsigned per_minute, int64_t now_ms)
{
	refill(b, now_ms);
	set_rate(b, per_minute);
	if (b->tokens > b->burst)
		b->tokens = b->burst;
}

int64_t
bucket_take(struct bucket *b, double reserve, int64_t now_ms)
{
	int64_t wait_ms = bucket_wait(b, reserve, now_ms);

	if (wait_ms == 0 && b->per_ms > 0)
		b->tokens -= 1;
	return wait_ms;
}

int64_t
bucket_wait(struct bucket *b, double reserve, int64_t now_ms)
{
	double missing;

	if (b->per_ms <= 0)
		return 0;
	refill(b, now_ms);
	/* More than this would never be there. */
	if (reserve > b->burst - 1)
		reserve = b->burst - 1;
	missing = reserve + 1 - b->tokens;
	if (missing <= 0)
		return 0;
	return (int64_t)(missing / b->per_ms) + 1;
}

static void
set_rate(struct bucket *b, unsigned per_minute)
{
	b->burst = per_minute / MINUTES_TO_BURST;
	if (b->burst < BURST_WANTED)
		b->burst = BURST_WANTED;
	if (b->burst > per_minute / FLOW_TO_BURST)
		b->burst = per_minute / FLOW_TO_BURST;
	if (b->burst < 1)
		b->burst = 1;
	b->per_ms = (per_minute - b->burst) / (MINUTE_MS + JITTER_MS);
	/* One a minute: nothing may flow in within the minute. */
	if (per_minute == 1)
		b->per_ms = 1 / (MINUTE_MS + 1);
	if (per_minute == 0)
		b->per_ms = 0;
}

static void
refill(struct bucket *b, int64_t now_ms)
{
	if (now_ms <= b->last_ms)
		return;
	b->tokens += (double)(now_ms - b->last_ms) * b->per_ms;
	if (b->tokens > b->burst)
		b->tokens = b->burst;
	b->last_ms = now_ms;
}
