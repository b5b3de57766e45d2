/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast something goes down, and when it will be gone: what a destination
 * still has to get, what a source still has to list. Pure; the clock is the
 * caller's.
 *
 * The pace is what it went down by, less what came in, averaged over about the
 * last minute. So what stands still or grows has no end, and is not given one.
 */
#ifndef CEFD_DAEMON_PROGRESS_H
#define CEFD_DAEMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Embedded; zeroed is "nothing seen yet". */
struct progress {
	int64_t seen_ms;   /* the last look that counted */
	uint64_t left;     /* at that time */
	uint64_t most;     /* since it is under way; 0: it is not */
	double per_second; /* weighted sum of what was seen */
	double weight;     /* of it, from 0 at the start to 1 */
};

struct progress_view {
	uint64_t left;        /* 0: nothing is under way, and all else is 0 */
	uint64_t thousandths; /* that are done, of the most there was */
	int64_t per_second_milli; /* thousandths; below 0: it grows */
	int64_t ends_in_ms;       /* 0: not known */
};

/*
 * `left` is what is left now, in whatever unit; up to `idle` is no more than
 * usual. Looks within a second of the last one cost nothing and change
 * nothing, but that they see the end. `now_ms` is monotonic.
 */
void progress_look(
    struct progress *p, uint64_t left, uint64_t idle, int64_t now_ms);

void progress_view(const struct progress *p, struct progress_view *ret);

#endif
