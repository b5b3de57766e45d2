/* SPDX-License-Identifier: Apache-2.0 */
/*
 * So many records a second, as sessions: each may hold what has accrued, and
 * begins when a slice of a second has. Pure.
 */
#ifndef CEFD_DELIVER_PACE_H
#define CEFD_DELIVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	double accrued; /* records; never more than a slice after rest */
	uint64_t lent;  /* to the session that runs */
	int64_t last_ms;
	bool resting;
};

/* Nothing is sent, for want of records or of a receiver: what accrues from now
 * on is only a slice. */
void pace_rest(struct pace *pace);

/*
 * How long to wait, in ms, before a session of up to `waiting` records is worth
 * while; 0: now, and always when `rate` is 0. `waiting` is over 0.
 */
int64_t pace_wait(
    struct pace *pace, unsigned rate, uint64_t waiting, int64_t now_ms);

/* How many records the session may hold that begins now: `most` or fewer, but
 * one at least. */
uint64_t pace_lend(
    struct pace *pace, unsigned rate, uint64_t most, int64_t now_ms);

/* It has ended, and held so many. */
void pace_settle(struct pace *pace, uint64_t records);

#endif
