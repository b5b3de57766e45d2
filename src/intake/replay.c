/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending again, on purpose: a poller an each stream that knows a span of time
 * and nothing else. It moves no cursor; what it meets first is known from then
 * on, so that it does not come a third time.
 */
#include "config.h"

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
	uint64_t records;
	char error[600];
	source_replay_fn *done;
	void *arg;
};

static void on_done(const struct poller *poller, const char *error, void *arg);
static void on_ended(void *arg);

int
source_replay(struct source *s, int64_t since_s, int64_t until_s,
    const struct outlet *outlets, size_t outlet_count, source_replay_fn *done,
    void *arg)
{
	const struct poller_errand errand = {.since_s = since_s,
	    .until_s = until_s,
	    .some_only = outlet_count < s->setup.outlet_count};
	struct replay *r;

	if (s->replay != NULL || s->is_paused || !s->conf->enabled)
		return -1;
	r = xcalloc(1, sizeof(*r));
	s->replay = r;
	r->source = s;
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
replay_free(struct replay *r)
{
	source_replay_fn *done;

	if (r == NULL)
		return;
	done = r->done;
	r->done = NULL;
	for (size_t i = 0; i < stream_count; i++)
		poller_free(r->pollers[i]);
	if (r->source->replay == r)
		r->source->replay = NULL;
	timer_free(r->timer);
	if (done != NULL)
		done(r->records, "stopped before its end", r->arg);
	free(r->outlets);
	free(r);
}

static void
on_done(const struct poller *poller, const char *error, void *arg)
{
	struct replay *r = arg;
	struct poller_stats stats;

	poller_stats(poller, &stats);
	r->records += stats.records;
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

	r->done = NULL;
	if (done != NULL)
		done(r->records, r->error[0] != '\0' ? r->error : NULL, r->arg);
	replay_free(r);
}
