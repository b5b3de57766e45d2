/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long to wait after the n-th failure in a row: doubling from `base_ms` to
 * `max_ms`, with jitter so that a fleet does not come back in step.
 */
#ifndef CEFD_BASE_BACKOFF_H
#define CEFD_BASE_BACKOFF_H

#include <stdint.h>

struct rng;

struct backoff {
	int64_t base_ms;
	int64_t max_ms;
	unsigned failures;
};

void backoff_init(struct backoff *b, int64_t base_ms, int64_t max_ms);

/* Count a failure; returns the wait in ms, between half of the step and it. */
int64_t backoff_fail(struct backoff *b, struct rng *rng);

/* A success: the next failure waits base_ms again. */
void backoff_reset(struct backoff *b);

#endif
