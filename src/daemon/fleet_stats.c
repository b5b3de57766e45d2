/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What status shows of pollers and senders.
 */
#include "config.h"

#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "spool/queue.h"

static void fill_source(
    struct stats_source *out, struct poller_stats *in, const struct source *s);
static void fill_destination(struct stats_destination *out,
    struct sender_stats *in, const struct destination *d);
static void reserve(struct fleet *fleet, size_t sources, size_t destinations);

void
fleet_stats(struct fleet *fleet, struct stats *stats)
{
	size_t sources = 0, destinations = 0, i;
	struct destination *d;
	struct source *s;

	TAILQ_FOREACH(s, &fleet->sources, next)
	sources++;
	TAILQ_FOREACH(d, &fleet->destinations, next)
	destinations += !d->leaving;
	reserve(fleet, sources, destinations);
	i = 0;
	TAILQ_FOREACH(s, &fleet->sources, next)
	{
		fill_source(
		    &fleet->source_stats[i], &fleet->poller_stats[i], s);
		i++;
	}
	i = 0;
	TAILQ_FOREACH(d, &fleet->destinations, next)
	{
		if (d->leaving)
			continue;
		fill_destination(
		    &fleet->destination_stats[i], &fleet->sender_stats[i], d);
		i++;
	}
	stats->sources = fleet->source_stats;
	stats->source_count = sources;
	stats->destinations = fleet->destination_stats;
	stats->destination_count = destinations;
}

static void
reserve(struct fleet *fleet, size_t sources, size_t destinations)
{
	fleet->source_stats = xrealloc(
	    fleet->source_stats, sources + 1, sizeof(*fleet->source_stats));
	fleet->poller_stats = xrealloc(
	    fleet->poller_stats, sources + 1, sizeof(*fleet->poller_stats));
	fleet->destination_stats = xrealloc(fleet->destination_stats,
	    destinations + 1, sizeof(*fleet->destination_stats));
	fleet->sender_stats = xrealloc(fleet->sender_stats, destinations + 1,
	    sizeof(*fleet->sender_stats));
}

static void
fill_source(
    struct stats_source *out, struct poller_stats *in, const struct source *s)
{
	poller_stats(s->poller, in);
	*out = (struct stats_source){
	    .name = s->section->name,
	    .state = poller_state_str(in->state),
	    .last_poll_ms = in->last_poll_ms,
	    .last_success_ms = in->last_success_ms,
	    .next_poll_ms = in->next_poll_ms,
	    .fetched = in->fetched,
	    .records = in->records,
	    .updates = in->updates,
	    .requests = in->requests,
	    .behind_ms = in->behind_ms,
	    .pending_retries = in->pending_retries,
	    .given_up = in->given_up,
	    .last_error = in->last_error,
	    .token_expires_ms = in->token_expires_ms,
	};
}

static void
fill_destination(struct stats_destination *out, struct sender_stats *in,
    const struct destination *d)
{
	struct queue_stat queue = {0};

	sender_stats(d->sender, in);
	(void)queue_stat(d->queue, &queue, NULL);
	*out = (struct stats_destination){
	    .name = d->section->name,
	    .state = sender_state_str(in->state),
	    .server = in->server,
	    .queued = queue.next - queue.head,
	    .confirmed = in->confirmed,
	    .resent = in->resent,
	    .confirm_level = in->confirm_level,
	    .oldest_queued_ms = queue.oldest_ms,
	    .last_confirmed_ms = in->last_confirmed_ms,
	    .last_error = in->last_error,
	    .certificate_expires_ms = in->certificate_expires_ms,
	};
}
