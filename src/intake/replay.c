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
#include "intake/replay.h"
#include "intake/source_parts.h"
#include "intake/stream.h"
#include "io/timer.h"

struct replay {
	struct source *source;
	struct poller_setup setup;
	struct outlet *outlets;
	struct poller *pollers[SOURCE_STREAMS_MAX];
	struct timer *timer; /* ends it, not from inside a poller */
	unsigned waiting;
	struct replay_stats stats; /* but for the records */
	char error[600];
	source_replay_fn *done;
	void *arg;
};

static int refuse(const struct source *s, struct err *err);
static void on_done(const struct poller *poller, const char *error, void *arg);
static void on_ended(void *arg);

int
source_replay(struct source *s, int64_t since_s, int64_t until_s,
    const struct outlet *outlets, size_t outlet_count, source_replay_fn *done,
    void *arg, struct err *err)
{
	const struct poller_errand errand = {.since_s = since_s,
	    .until_s = until_s,
	    .is_partial = outlet_count < s->setup.outlet_count};
	struct replay *r;

	if (refuse(s, err) == -1)
		return -1;
	r = xcalloc(1, sizeof(*r));
	s->replay = r;
	r->source = s;
	r->stats.since_s = since_s;
	r->stats.until_s = until_s;
	r->done = done;
	r->arg = arg;
	r->outlets = xcalloc(outlet_count + 1, sizeof(*outlets));
	if (outlet_count > 0)
		memcpy(r->outlets, outlets, outlet_count * sizeof(*outlets));
	r->setup = s->setup;
	r->setup.outlets = r->outlets;
	r->setup.outlet_count = outlet_count;
	r->timer = timer_new(s->world.loop, on_ended, r);
	for (size_t i = 0; i < stream_count; i++) {
		if (s->pollers[i] == NULL)
			continue;
		r->pollers[i] =
		    poller_new(&s->world, &r->setup, stream_table[i], &errand);
		(void)poller_poll(r->pollers[i], on_done, r);
		r->waiting++;
	}
	return 0;
}

void
source_leave_replay(struct source *s)
{
	if (s->replay != NULL)
		s->replay->done = NULL;
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
	}
}

void
replay_free(struct replay *r, const char *why)
{
	struct replay_stats stats;

	source_replay_fn *done;

	if (r == NULL)
		return;
	done = r->done;
	r->done = NULL;
	replay_stats(r, &stats);
	for (size_t i = 0; i < stream_count; i++)
		poller_free(r->pollers[i]);
	if (r->source->replay == r)
		r->source->replay = NULL;
	timer_free(r->timer);
	if (done != NULL)
		done(stats.records, why, r->arg);
	free(r->outlets);
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
		    "%s is paused: \"cefctl resume %s\" first", s->conf->name,
		    s->conf->name);
	if (s->replay == NULL)
		return 0;
	replay_stats(s->replay, &stats);
	return err_set(err, ERR_AGAIN,
	    "a replay of %s runs already, with %" PRIu64
	    " records so far: wait for its end, which \"cefctl status\" shows",
	    s->conf->name, stats.records);
}

static void
on_done(const struct poller *poller, const char *error, void *arg)
{
	struct replay *r = arg;
	struct poller_stats stats;

	poller_stats(poller, &stats);
	if (error == NULL && stats.given_up > 0 && r->error[0] == '\0')
		(void)snprintf(r->error, sizeof(r->error),
		    "%s: %" PRIu64 " details could not be fetched (see the "
		    "log)",
		    stats.stream->name, stats.given_up);
	if (error != NULL && r->error[0] == '\0' &&
	    stats.state != POLLER_UNLICENSED)
		(void)snprintf(r->error, sizeof(r->error), "%s: %s",
		    stats.stream->name, error);
	if (--r->waiting == 0)
		timer_set(r->timer, 0);
}

static void
on_ended(void *arg)
{
	struct replay *r = arg;
	source_replay_fn *done = r->done;
	struct replay_stats stats;

	r->done = NULL;
	replay_stats(r, &stats);
	if (done != NULL)
		done(stats.records, r->error[0] != '\0' ? r->error : NULL,
		    r->arg);
	replay_free(r, NULL);
}
