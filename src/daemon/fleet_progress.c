/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How backfills and drains get on. Nothing is timed for this: commits, releases
 * and whoever asks are often enough.
 */
#include "config.h"

#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "spool/queue.h"

#define LOOK_EVERY_MS 1000
/* Fewer are no drain. */
#define DRAIN_IDLE 1000
/* Beyond what gathers between two polls. */
#define BACKFILL_SLACK_S 300

static void look_at_source(struct member *m, int64_t now_ms);

void
fleet_look(struct fleet *fleet, bool is_asked)
{
	int64_t now_ms = loop_now_ms(fleet->loop);
	struct destination *d;
	struct member *m;

	if (!is_asked && now_ms - fleet->looked_ms < LOOK_EVERY_MS)
		return;
	fleet->looked_ms = now_ms;
	TAILQ_FOREACH(m, &fleet->members, next)
	look_at_source(m, now_ms);
	TAILQ_FOREACH(d, &fleet->destinations, next)
	progress_look(&d->drain, queue_waiting(d->queue), DRAIN_IDLE, now_ms);
}

/* The stream that has most to do is the one that is waited for; one that is
 * refused, or rests, is not under way. */
static void
look_at_source(struct member *m, int64_t now_ms)
{
	int64_t idle_s = 2 * m->section->poll_interval_ms / 1000;
	int64_t left_s = 0;
	struct source_stats stats;

	source_stats(m->source, &stats);
	silence_look(&m->silence, &stats, now_ms);
	for (size_t i = 0; i < stats.stream_count; i++) {
		const struct poller_stats *one = &stats.streams[i];
		bool goes_on = one->state == POLLER_OK ||
		    one->state == POLLER_POLLING ||
		    one->state == POLLER_BACKING_OFF ||
		    one->state == POLLER_FAILING;

		if (goes_on && one->backlog_s > left_s)
			left_s = one->backlog_s;
	}
	progress_look(&m->backfill, (uint64_t)left_s,
	    (uint64_t)(idle_s + BACKFILL_SLACK_S), now_ms);
}
