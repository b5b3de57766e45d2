/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What status shows of pollers and senders.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "intake/stream.h"
#include "spool/queue.h"

static void fill_source(
    struct stats_source *out, struct source_stats *in, const struct member *m);
static void fill_stream(
    struct stats_stream *out, const struct poller_stats *in);
static void fill_destination(struct stats_destination *out,
    struct sender_stats *in, struct destination *d);
static void reserve(struct fleet *fleet, size_t sources, size_t destinations);
static void tell_shared(
    struct fleet *fleet, size_t sources, size_t destinations);

void
fleet_stats(struct fleet *fleet, struct stats *stats)
{
	size_t sources = 0, destinations = 0, i;
	struct destination *d;
	struct member *m;

	fleet_look(fleet, true);
	TAILQ_FOREACH(m, &fleet->members, next)
	sources++;
	TAILQ_FOREACH(d, &fleet->destinations, next)
	destinations += !d->leaving;
	reserve(fleet, sources, destinations);
	i = 0;
	TAILQ_FOREACH(m, &fleet->members, next)
	{
		fill_source(
		    &fleet->source_stats[i], &fleet->intake_stats[i], m);
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
	tell_shared(fleet, sources, destinations);
	stats->sources = fleet->source_stats;
	stats->source_count = sources;
	stats->destinations = fleet->destination_stats;
	stats->destination_count = destinations;
}

static void
tell_shared(struct fleet *fleet, size_t sources, size_t destinations)
{
	for (size_t i = 0; i < sources; i++)
		for (size_t k = 0; k < destinations; k++)
			if (strcmp(fleet->source_stats[i].sum.name,
			        fleet->destination_stats[k].name) == 0)
				fleet->source_stats[i].is_shared =
				    fleet->destination_stats[k].is_shared =
				        true;
}

static void
reserve(struct fleet *fleet, size_t sources, size_t destinations)
{
	fleet->source_stats = xrealloc(
	    fleet->source_stats, sources + 1, sizeof(*fleet->source_stats));
	fleet->intake_stats = xrealloc(
	    fleet->intake_stats, sources + 1, sizeof(*fleet->intake_stats));
	fleet->destination_stats = xrealloc(fleet->destination_stats,
	    destinations + 1, sizeof(*fleet->destination_stats));
	fleet->sender_stats = xrealloc(fleet->sender_stats, destinations + 1,
	    sizeof(*fleet->sender_stats));
}

static void
fill_source(
    struct stats_source *out, struct source_stats *in, const struct member *m)
{
	_Static_assert(SOURCE_STREAMS_MAX <= STATS_STREAMS_MAX, "streams");
	source_stats(m->source, in);
	*out = (struct stats_source){
	    .sum = {.name = m->section->name,
	        .state = poller_state_str(in->state),
	        .last_success_ms = in->last_success_ms,
	        .next_poll_ms = in->next_poll_ms,
	        .fetched = in->fetched,
	        .records = in->records,
	        .updates = in->updates,
	        .behind_ms = in->behind_ms,
	        .pending_retries = in->pending_retries,
	        .failing_ms = in->failing_ms,
	        .retry_error = in->retry_error,
	        .given_up = in->given_up,
	        .last_error = in->last_error},
	    .poll_interval_ms = m->section->poll_interval_ms,
	    .last_poll_ms = in->last_poll_ms,
	    .requests = in->requests,
	    .shortfalls = in->shortfalls,
	    .silence_ms = m->silence.longest_ms,
	    .skew_ms = in->skew_ms,
	    .token_expires_ms = in->token_expires_ms,
	    .replay_since_ms = in->replay.since_s * 1000,
	    .replay_until_ms = in->replay.until_s * 1000,
	    .replay_records = in->replay.records,
	    .replay_trouble = in->replay.trouble,
	    .stream_count = in->stream_count,
	};
	progress_view(&m->backfill, &out->backfill);
	for (size_t i = 0; i < in->stream_count; i++)
		fill_stream(&out->streams[i], &in->streams[i]);
}

static void
fill_stream(struct stats_stream *out, const struct poller_stats *in)
{
	*out = (struct stats_stream){
	    .name = in->stream->name,
	    .state = poller_state_str(in->state),
	    .last_success_ms = in->last_success_ms,
	    .next_poll_ms = in->next_poll_ms,
	    .fetched = in->fetched,
	    .records = in->records,
	    .updates = in->updates,
	    .behind_ms = in->behind_ms,
	    .pending_retries = in->pending_retries,
	    .failing_ms = in->failing_ms,
	    .retry_error = in->retry_error,
	    .given_up = in->given_up,
	    .last_error = in->last_error,
	};
}

static void
fill_destination(struct stats_destination *out, struct sender_stats *in,
    struct destination *d)
{
	struct queue_stat queue;

	sender_stats(d->sender, in);
	/* While the spool cannot be read, what it had when it last could. */
	if (queue_stat(d->queue, &queue, NULL) == 0)
		d->queue_seen = queue;
	queue = d->queue_seen;
	*out = (struct stats_destination){
	    .name = d->section->name,
	    .state = sender_state_str(in->state),
	    .server = in->server,
	    .queued = queue_waiting(d->queue),
	    .queued_bytes = queue.bytes,
	    .confirmed = in->confirmed,
	    .resent = in->resent,
	    .sessions = in->sessions,
	    .set_aside = queue.set_aside,
	    .confirm_level = in->confirm_level,
	    .oldest_queued_ms = queue.oldest_ms,
	    .last_confirmed_ms = in->last_confirmed_ms,
	    .last_error = in->last_error,
	    .certificate_expires_ms = in->certificate_expires_ms,
	    .client_certificate_expires_ms = in->client_certificate_expires_ms,
	    .crl_from_ms = in->crl_from_ms,
	    .crl_expires_ms = in->crl_expires_ms,
	    .tls_error = in->tls_error,
	    .tls_stale = in->tls_error[0] != '\0',
	};
	progress_view(&d->drain, &out->drain);
}
