/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One timer for all. A heartbeat that is due is left out while the one before
 * it waits, so that a receiver that is away finds one and not a week of them;
 * while the destination is paused; and while the spool takes nothing, whose
 * last room is for what came from the API.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/heartbeats.h"
#include "daemon/outlets.h"
#include "intake/marked.h"
#include "intake/notice.h"
#include "intake/stream.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define SOURCES_MAX 32 /* that are named, and streams */
#define WORD_MAX 100   /* of a name and state */
#define ID_MAX 300

struct heartbeats {
	struct fleet *fleet;
	struct timer *timer;
	int64_t began_ms; /* monotonic */
};

/* What is told of the sources that a destination wants. */
struct picture {
	struct notice_counts counts;
	struct text sources[SOURCES_MAX];
	char words[SOURCES_MAX][WORD_MAX];
	char error[512]; /* of the first that needs somebody; "": none does */
	bool is_ill;
};

static void on_due(void *arg);
static bool can_beat(const struct destination *d);
static void beat(struct heartbeats *hb, struct destination *d);
static void draw(const struct heartbeats *hb, const struct destination *d,
    struct picture *ret);
static void draw_source(struct picture *picture, const struct member *m);
static void draw_streams(struct picture *picture, const struct member *m,
    const struct source_stats *stats);
static void name_state(struct picture *picture, const char *source,
    const char *stream, enum poller_state state);
static void draw_trouble(struct picture *picture, const struct member *m,
    const struct source_stats *stats);
static void put_silence(struct picture *picture, const struct member *m,
    const struct source_stats *stats);
static void put_error(struct picture *picture, const char *who,
    const char *what, int64_t ms, const char *why);

struct heartbeats *
heartbeats_new(struct fleet *fleet)
{
	struct heartbeats *hb = xcalloc(1, sizeof(*hb));

	hb->fleet = fleet;
	hb->timer = timer_new(fleet->loop, on_due, hb);
	hb->began_ms = loop_now_ms(fleet->loop);
	return hb;
}

void
heartbeats_free(struct heartbeats *hb)
{
	if (hb == NULL)
		return;
	timer_free(hb->timer);
	free(hb);
}

void
heartbeats_stop(struct heartbeats *hb)
{
	timer_cancel(hb->timer);
}

void
heartbeats_look(struct heartbeats *hb)
{
	int64_t now_ms = loop_now_ms(hb->fleet->loop), wait_ms = -1;
	struct destination *d;

	TAILQ_FOREACH(d, &hb->fleet->destinations, next)
	{
		int64_t every_ms = d->section->heartbeat_ms;

		if (every_ms == 0 || d->leaving)
			continue;
		if (d->beat_due_ms > now_ms + every_ms)
			d->beat_due_ms = now_ms + every_ms;
		if (d->beat_due_ms <= now_ms) {
			d->beat_due_ms = now_ms + every_ms;
			if (can_beat(d))
				beat(hb, d);
		}
		if (wait_ms == -1 || d->beat_due_ms - now_ms < wait_ms)
			wait_ms = d->beat_due_ms - now_ms;
	}
	if (wait_ms == -1)
		timer_cancel(hb->timer);
	else
		timer_set(hb->timer, wait_ms);
}

static void
on_due(void *arg)
{
	struct heartbeats *hb = arg;

	heartbeats_look(hb);
	hb->fleet->world.committed(hb->fleet->world.arg);
}

static bool
can_beat(const struct destination *d)
{
	struct queue_stat stat = {0};

	return !d->paused && !spool_is_failed(d->fleet->spool) &&
	    queue_stat(d->queue, &stat, NULL) == 0 &&
	    stat.head >= d->beat_number;
}

static void
beat(struct heartbeats *hb, struct destination *d)
{
	int64_t now_ms = loop_wall_ms(hb->fleet->loop);
	struct picture picture;
	char id[ID_MAX];
	struct notice notice = {
	    .cat = TEXT("heartbeat"),
	    .act = TEXT("ok"),
	    .name = TEXT("Heartbeat"),
	    .msg = TEXT("cefd is up and polls"),
	    .end_ms = now_ms,
	    .count = -1,
	    .counts = &picture.counts,
	};
	uint64_t number;
	struct err why;

	fleet_look(hb->fleet, true);
	draw(hb, d, &picture);
	notice.start_ms = now_ms - picture.counts.uptime_s * 1000;
	if (picture.is_ill) {
		notice.act = TEXT("trouble");
		notice.msg = TEXT("cefd is up, but a source needs attention");
		notice.severity = 5;
		notice.error = text_of(picture.error);
	}
	notice.id = (struct text){id,
	    (size_t)snprintf(id, sizeof(id), "heartbeat-%.200s-%" PRId64,
	        d->section->name, picture.counts.sequence)};
	if (marked_commit(hb->fleet->spool, d->queue, d->section, &d->sequence,
	        &notice, now_ms, &number, &why) == -1)
		log_debug("daemon", "no heartbeat: %s destination=%s", why.text,
		    d->section->name);
	else
		d->beat_number = number + 1;
}

static void
draw(const struct heartbeats *hb, const struct destination *d,
    struct picture *ret)
{
	struct notice_counts *counts = &ret->counts;
	struct sender_stats sent;
	struct spool_usage usage;
	struct member *m;

	memset(ret, 0, sizeof(*ret));
	sender_stats(d->sender, &sent);
	spool_usage(hb->fleet->spool, &usage);
	counts->uptime_s = (loop_now_ms(hb->fleet->loop) - hb->began_ms) / 1000;
	counts->sequence = (int64_t)queue_next(d->queue);
	counts->queued = (int64_t)queue_waiting(d->queue);
	counts->confirmed = (int64_t)sent.confirmed;
	counts->resent = (int64_t)sent.resent;
	counts->spool_percent =
	    usage.quota == 0 ? 0 : (int64_t)(usage.bytes * 100 / usage.quota);
	counts->sources = ret->sources;
	TAILQ_FOREACH(m, &hb->fleet->members, next)
	if (destination_wants(d, m->section->name))
		draw_source(ret, m);
}

static void
draw_source(struct picture *picture, const struct member *m)
{
	struct notice_counts *counts = &picture->counts;
	struct source_stats stats;

	source_stats(m->source, &stats);
	counts->fetched += (int64_t)stats.fetched;
	counts->given_up += (int64_t)stats.given_up;
	if (stats.behind_ms / 1000 > counts->behind_s)
		counts->behind_s = stats.behind_ms / 1000;
	draw_trouble(picture, m, &stats);
	name_state(picture, m->section->name, NULL, stats.state);
	draw_streams(picture, m, &stats);
}

/* The source's state is that of its first stream; the others are named when they
 * are not as well. One without a licence need not be there. */
static void
draw_streams(struct picture *picture, const struct member *m,
    const struct source_stats *stats)
{
	for (size_t i = 1; i < stats->stream_count; i++) {
		const struct poller_stats *one = &stats->streams[i];
		bool is_refused =
		    one->state == POLLER_DENIED || one->state == POLLER_FAILING;

		if (one->state == stats->state ||
		    (!is_refused && one->state != POLLER_UNLICENSED &&
		        one->last_error[0] == '\0'))
			continue;
		name_state(
		    picture, m->section->name, one->stream->name, one->state);
		if (picture->is_ill || !is_refused)
			continue;
		picture->is_ill = true;
		(void)snprintf(picture->error, sizeof(picture->error),
		    "%.80s/%s: %.400s", m->section->name, one->stream->name,
		    one->last_error);
	}
}

static void
name_state(struct picture *picture, const char *source, const char *stream,
    enum poller_state state)
{
	size_t i = picture->counts.source_count;

	if (i == SOURCES_MAX)
		return;
	(void)snprintf(picture->words[i], WORD_MAX, "%.64s%s%s %s", source,
	    stream != NULL ? "/" : "", stream != NULL ? stream : "",
	    poller_state_str(state));
	picture->sources[i] = text_of(picture->words[i]);
	picture->counts.source_count++;
}

/* A state that waits for somebody; or none that does, for too long; or what
 * cannot be fetched, for as long. */
static void
draw_trouble(struct picture *picture, const struct member *m,
    const struct source_stats *stats)
{
	bool is_refused = stats->state == POLLER_DENIED ||
	    stats->state == POLLER_UNLICENSED || stats->state == POLLER_FAILING;

	if (picture->is_ill)
		return;
	if (is_refused) {
		picture->is_ill = true;
		memcpy(
		    picture->error, stats->last_error, sizeof(picture->error));
	} else if (silence_is_trouble(
	               m->silence.longest_ms, m->section->poll_interval_ms))
		put_silence(picture, m, stats);
	/* Whoever has paused it may have forgotten that. */
	else if (silence_is_trouble(
	             m->silence.paused_ms, m->section->poll_interval_ms))
		put_error(picture, m->section->name, "it has been paused",
		    m->silence.paused_ms, "cefctl resume lets it go on");
	else if (failing_is_trouble(stats->failing_ms))
		put_error(picture, m->section->name,
		    "some could not be fetched", stats->failing_ms,
		    stats->retry_error);
}

static void
put_silence(struct picture *picture, const struct member *m,
    const struct source_stats *stats)
{
	const struct poller_stats *one = &stats->streams[m->silence.longest];
	char who[WORD_MAX];

	(void)snprintf(who, sizeof(who), "%.64s%s%s", m->section->name,
	    stats->stream_count > 1 ? "/" : "",
	    stats->stream_count > 1 ? one->stream->name : "");
	put_error(picture, who, "no poll has succeeded", m->silence.longest_ms,
	    one->last_error);
}

static void
put_error(struct picture *picture, const char *who, const char *what,
    int64_t ms, const char *why)
{
	picture->is_ill = true;
	(void)snprintf(picture->error, sizeof(picture->error),
	    "%.99s: %s for %" PRId64 " minutes%s%.350s", who, what, ms / 60000,
	    why[0] != '\0' ? ": " : "", why);
}
