/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sign of life is a figure that has changed, so that neither a clock that
 * steps nor a restart is mistaken for one, or for the lack of one.
 */
#include "config.h"

#include "daemon/silence.h"
#include "intake/source_stats.h"

#define TROUBLE_POLLS 3
#define TROUBLE_MIN_MS INT64_C(3600000)

int64_t
silence_look(
    struct silence *silence, const struct source_stats *stats, int64_t now_ms)
{
	bool rests = stats->is_paused || stats->state == POLLER_PAUSED ||
	    stats->state == POLLER_DISABLED;

	if (rests || silence->heard_ms == 0 ||
	    stats->last_success_ms != silence->success_ms ||
	    stats->fetched != silence->fetched)
		silence->heard_ms = now_ms;
	silence->success_ms = stats->last_success_ms;
	silence->fetched = stats->fetched;
	return now_ms - silence->heard_ms;
}

bool
silence_is_trouble(int64_t silence_ms, int64_t poll_interval_ms)
{
	int64_t limit_ms = TROUBLE_POLLS * poll_interval_ms;

	return silence_ms >
	    (limit_ms > TROUBLE_MIN_MS ? limit_ms : TROUBLE_MIN_MS);
}
