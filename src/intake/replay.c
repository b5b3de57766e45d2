/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending again, on purpose: a poller an each stream that knows a span of time
 * and nothing else. It moves no cursor; what it meets first is known from then
 * on, so that it does not come a third time.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/errand.h"
#include "intake/replay.h"
#include "intake/source_parts.h"
#include "intake/stream.h"
#include "io/timer.h"
#include "spool/queue.h"

#define WORDS_SIZE 1200

struct replay {
	struct source *source;
	struct poller_setup setup;
	struct outlet *outlets;
	struct poller *pollers[SOURCE_STREAMS_MAX];
	struct timer *timer; /* ends it, not from inside a poller */
	unsigned waiting;
	struct replay_stats stats; /* but for the records */
	char *row;
	char error[WORDS_SIZE], missing[WORDS_SIZE];
	source_replay_fn *done;
	void *arg;
};

static int refuse(const struct source *s, struct err *err);
static int refuse_stream(
    const struct source *s, const struct stream *stream, struct err *err);
static void mark_outlets(struct replay *r);
static void unmark_outlets(struct replay *r);
static void begin(struct replay *r, const struct replay_wish *wish);
static void add_words(
    char out[WORDS_SIZE], const struct stream *stream, const char *words);
static void on_done(const struct poller *poller, const char *error, void *arg);
static void on_ended(void *arg);

int
source_replay(struct source *s, const struct replay_wish *wish,
    const struct outlet *outlets, size_t outlet_count, source_replay_fn *done,
    void *arg, struct err *err)
{
	struct replay *r;

	if (refuse(s, err) == -1 || refuse_stream(s, wish->stream, err) == -1)
		return -1;
	r = xcalloc(1, sizeof(*r));
	s->replay = r;
	r->source = s;
	r->stats.since_s = wish->since_s;
	r->stats.until_s = wish->until_s;
	r->done = done;
	r->arg = arg;
	r->outlets = xcalloc(outlet_count + 1, sizeof(*outlets));
	if (outlet_count > 0)
		memcpy(r->outlets, outlets, outlet_count * sizeof(*outlets));
	r->setup = s->setup;
	r->setup.outlets = r->outlets;
	r->setup.outlet_count = outlet_count;
	r->timer = timer_new(s->world.loop, on_ended, r);
	if (wish->row != NULL)
		r->row = xstrdup(wish->row);
	mark_outlets(r);
	begin(r, wish);
	return 0;
}

/* As the usual way sees them too: what it gives them from now on is noted as
 * given since then. */
static void
mark_outlets(struct replay *r)
{
	struct source *s = r->source;

	for (size_t i = 0; i < r->setup.outlet_count; i++) {
		struct outlet *outlet = &r->outlets[i];

		outlet->is_replayed = true;
		outlet->replayed_from =
		    r->row == NULL ? queue_next(outlet->queue) : 0;
		for (size_t k = 0; k < s->setup.outlet_count; k++) {
			if (s->outlets[k].queue != outlet->queue)
				continue;
			s->outlets[k].is_replayed = true;
			s->outlets[k].replayed_from = outlet->replayed_from;
		}
	}
}

static void
unmark_outlets(struct replay *r)
{
	struct source *s = r->source;

	for (size_t k = 0; k < s->setup.outlet_count; k++) {
		s->outlets[k].is_replayed = false;
		s->outlets[k].replayed_from = 0;
	}
}

static void
begin(struct replay *r, const struct replay_wish *wish)
{
	struct source *s = r->source;
	struct poller_errand errand = {.since_s = wish->since_s,
	    .until_s = wish->until_s,
	    .is_partial = r->setup.outlet_count < s->setup.outlet_count,
	    .row = r->row};

	for (size_t i = 0; i < stream_count; i++) {
		if (s->pollers[i] == NULL ||
		    (wish->stream != NULL && stream_table[i] != wish->stream))
			continue;
		errand.beside = s->pollers[i];
		r->pollers[i] =
		    poller_new(&s->world, &r->setup, stream_table[i], &errand);
		(void)poller_poll(r->pollers[i], on_done, r);
		r->waiting++;
	}
}

void
source_leave_replay(struct source *s)
{
	if (s->replay != NULL)
		s->replay->done = NULL;
}

void
source_past_is_given(struct source *s, const struct queue *queue)
{
	for (size_t i = 0; i < s->setup.outlet_count; i++)
		if (s->outlets[i].queue == queue)
			s->outlets[i].lacks_past = false;
}

void
replay_pump(struct replay *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < stream_count; i++)
		if (r->pollers[i] != NULL) {
			poller_kick(r->pollers[i]);
			poller_pump(r->pollers[i]);
		}
}

void
replay_stats(const struct replay *r, struct replay_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (r == NULL)
		return;
	*ret = r->stats;
	for (size_t i = 0; i < stream_count; i++) {
		struct poller_stats stats;

		if (r->pollers[i] == NULL)
			continue;
		poller_stats(r->pollers[i], &stats);
		ret->records += stats.records;
		if (stats.last_error[0] != '\0')
			memcpy(ret->trouble, stats.last_error, ERR_TEXT_MAX);
	}
}

void
replay_free(struct replay *r, const char *why)
{
	struct replay_end end = {.error = why};
	struct replay_stats stats;
	source_replay_fn *done;

	if (r == NULL)
		return;
	done = r->done;
	r->done = NULL;
	replay_stats(r, &stats);
	end.records = stats.records;
	/* First: a poller that goes may commit, and who is told of that looks
	 * at the source. */
	r->source->replay = NULL;
	for (size_t i = 0; i < stream_count; i++)
		poller_free(r->pollers[i]);
	unmark_outlets(r);
	timer_free(r->timer);
	if (done != NULL)
		done(&end, r->arg);
	free(r->outlets);
	free(r->row);
	free(r);
}

/* Each cause, and what to do about it. */
static int
refuse(const struct source *s, struct err *err)
{
	struct replay_stats stats;

	if (!s->conf->enabled)
		return err_set(err, ERR_DENIED,
		    "%s is disabled: set \"enabled = true\" in its section, "
		    "then \"cefctl reload\"",
		    s->conf->name);
	if (s->is_paused)
		return err_set(err, ERR_DENIED,
		    "%s is paused: \"cefctl resume source/%s\" first",
		    s->conf->name, s->conf->name);
	if (s->replay == NULL)
		return 0;
	replay_stats(s->replay, &stats);
	return err_set(err, ERR_AGAIN,
	    "a replay of %s runs already, with %" PRIu64
	    " records so far: wait for its end, which \"cefctl status\" shows",
	    s->conf->name, stats.records);
}

/* One that is refused already is not asked for again by the way. */
static int
refuse_stream(
    const struct source *s, const struct stream *stream, struct err *err)
{
	struct poller_stats stats;

	for (size_t i = 0; i < stream_count && stream != NULL; i++) {
		if (stream_table[i] != stream)
			continue;
		if (s->pollers[i] == NULL)
			return err_set(err, ERR_BAD, "%s is not asked for %s",
			    s->conf->name, stream->name);
		poller_stats(s->pollers[i], &stats);
		if (stats.state == POLLER_DENIED ||
		    stats.state == POLLER_UNLICENSED)
			return err_set(err, ERR_DENIED, "%s", stats.last_error);
	}
	return 0;
}

static void
on_done(const struct poller *poller, const char *error, void *arg)
{
	struct replay *r = arg;
	struct poller_stats stats;
	char missing[ERRAND_MISSING_MAX];

	poller_stats(poller, &stats);
	errand_missing(&stats, missing);
	if (missing[0] != '\0')
		add_words(r->missing, stats.stream, missing);
	/* Who is waited for by its row has to know of that as well. */
	if (error != NULL &&
	    (stats.state != POLLER_UNLICENSED || r->row != NULL))
		add_words(r->error, stats.stream, error);
	if (--r->waiting == 0)
		timer_set(r->timer, 0);
}

static void
add_words(char out[WORDS_SIZE], const struct stream *stream, const char *words)
{
	size_t len = strlen(out);

	(void)snprintf(out + len, WORDS_SIZE - len, "%s%s: %s",
	    len > 0 ? "; " : "", stream->name, words);
}

static void
on_ended(void *arg)
{
	struct replay *r = arg;
	source_replay_fn *done = r->done;
	struct replay_stats stats;
	struct replay_end end = {.error = r->error[0] != '\0' ? r->error : NULL,
	    .missing = r->missing[0] != '\0' ? r->missing : NULL};

	r->done = NULL;
	replay_stats(r, &stats);
	end.records = stats.records;
	if (done != NULL)
		done(&end, r->arg);
	replay_free(r, NULL);
}
