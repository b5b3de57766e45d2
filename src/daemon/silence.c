/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sign of life is a figure that has changed, so that neither a clock that
 * steps nor a restart is mistaken for one, or for the lack of one.
 */
#include "config.h"

#include "daemon/silence.h"

#define TROUBLE_POLLS 3
#define TROUBLE_MIN_MS INT64_C(3600000)

static bool
rests(const struct source_stats *stats, size_t i)
{
	switch (stats->streams[i].state) {
	case POLLER_PAUSED:
	case POLLER_DISABLED:
		return true;
	case POLLER_DENIED:
	case POLLER_UNLICENSED:
		return stats->is_paused || i > 0;
	case POLLER_OK:
	case POLLER_POLLING:
	case POLLER_BACKING_OFF:
	case POLLER_FAILING:
		break;
	}
	return stats->is_paused;
}

void
silence_look(
    struct silence *silence, const struct source_stats *stats, int64_t now_ms)
{
	bool is_paused = stats->is_paused && stats->state != POLLER_DISABLED;

	if (!silence->was_paused || !is_paused)
		silence->paused_at_ms = now_ms;
	silence->was_paused = is_paused;
	silence->paused_ms = now_ms - silence->paused_at_ms;
	silence->longest_ms = 0;
	silence->longest = 0;
	for (size_t i = 0; i < stats->stream_count; i++) {
		const struct poller_stats *one = &stats->streams[i];
		struct heard *heard = &silence->heard[i];

		if (rests(stats, i) || heard->stream != one->stream ||
		    heard->success_ms != one->last_success_ms ||
		    heard->fetched != one->fetched)
			heard->at_ms = now_ms;
		heard->stream = one->stream;
		heard->success_ms = one->last_success_ms;
		heard->fetched = one->fetched;
		if (now_ms - heard->at_ms > silence->longest_ms) {
			silence->longest_ms = now_ms - heard->at_ms;
			silence->longest = i;
		}
	}
}

bool
silence_is_trouble(int64_t silence_ms, int64_t poll_interval_ms)
{
	int64_t limit_ms = TROUBLE_POLLS * poll_interval_ms;

	return silence_ms >
	    (limit_ms > TROUBLE_MIN_MS ? limit_ms : TROUBLE_MIN_MS);
}
