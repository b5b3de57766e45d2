/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests' own time. Nothing passes while code runs; when all is quiet the
 * clock jumps to the next alarm. Its time is the server's; this machine's wall
 * clock is so far off, and its monotonic clock began at some moment.
 */
#ifndef CEFD_TESTS_REPLAY_FAKE_CLOCK_H
#define CEFD_TESTS_REPLAY_FAKE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

/* Embedded; all zero but for fn and arg: not set. */
struct alarm {
	loop_fn *fn;
	void *arg;
	int64_t at_ms;
	uint64_t order; /* those of one moment ring as they were set */
	size_t place;   /* in the heap, from 1; 0: not set */
};

struct fake_clock {
	int64_t now_ms;  /* since 1970 */
	int64_t skew_ms; /* wall clock less now */
	int64_t boot_ms; /* now less monotonic clock */
	struct alarm **heap;
	size_t count, cap;
	uint64_t order;
	unsigned same_count; /* rings since time passed */
	const char *fault; /* why the loop ended of itself; NULL: it did not */
};

void fake_clock_init(struct fake_clock *clock, int64_t now_ms);
void fake_clock_clear(struct fake_clock *clock);

/* Loops, timers and requests made from now on are on this clock. */
void fake_clock_use(struct fake_clock *clock);
struct fake_clock *fake_clock_used(void);

/* Ring at that time, or at once when it has passed; replaces the last set. */
void alarm_set(struct fake_clock *clock, struct alarm *alarm, int64_t at_ms);
void alarm_cancel(struct fake_clock *clock, struct alarm *alarm);

#endif
