/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exponentially weighted average whose weights follow the time between two
 * looks, since looks come when something happens. What it starts from is
 * divided out, so that the first looks already tell the truth.
 */
#include "config.h"

#include "daemon/progress.h"

#define LOOK_MS 1000
#define MEMORY_MS 60000.0
/* What is so far away is not an estimate. */
#define FAR_MS (100.0 * 24 * 3600 * 1000)

void
progress_look(struct progress *p, uint64_t left, uint64_t idle, int64_t now_ms)
{
	double spent_ms = (double)(now_ms - p->seen_ms), share;

	if (left <= idle) {
		*p = (struct progress){0};
		return;
	}
	if (p->most == 0) {
		*p = (struct progress){
		    .seen_ms = now_ms, .left = left, .most = left};
		return;
	}
	if (spent_ms < LOOK_MS)
		return;
	share = spent_ms / (spent_ms + MEMORY_MS);
	p->per_second += share *
	    (((double)p->left - (double)left) * 1000 / spent_ms -
	        p->per_second);
	p->weight += share * (1 - p->weight);
	p->seen_ms = now_ms;
	p->left = left;
	if (left > p->most)
		p->most = left;
}

void
progress_view(const struct progress *p, struct progress_view *ret)
{
	double pace = p->weight > 0 ? p->per_second / p->weight : 0;
	double ends_in_ms = pace > 0 ? (double)p->left * 1000 / pace : 0;

	*ret = (struct progress_view){0};
	if (p->most == 0)
		return;
	ret->left = p->left;
	ret->thousandths =
	    (uint64_t)((double)(p->most - p->left) * 1000 / (double)p->most);
	ret->per_second_milli = (int64_t)(pace * 1000);
	if (ends_in_ms >= 1 && ends_in_ms < FAR_MS)
		ret->ends_in_ms = (int64_t)ends_in_ms;
}
