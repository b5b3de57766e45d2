/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams run side by side and share nothing but the account: one that is
 * refused, or in trouble, does not touch the others. A free place is offered to
 * them in turn.
 */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/severity_item.h"
#include "intake/account.h"
#include "intake/health.h"
#include "intake/replay.h"
#include "intake/source_parts.h"
#include "intake/stream.h"
#include "io/log.h"
#include "spool/spool.h"

static void configure(struct source *s, const struct conf_source *conf,
    const struct outlet *outlets, size_t count);
static void set_rules(struct source *s);
static void make_pollers(struct source *s);
static bool load_paused(const struct source *s);
static void start_pollers(struct source *s, int64_t delay_ms);
static void paused_name(const struct source *s, char *out, size_t size);
static void on_freed(void *arg);
static void on_poll_ended(void *arg);
static void on_new_token(void *arg);
static void on_done(const struct poller *poller, const char *error, void *arg);
static void fail_caller(struct source *s);
static void tell(struct source *s);

struct source *
source_new(const struct intake_world *world, const struct conf_source *conf,
    const struct outlet *outlets, size_t outlet_count)
{
	struct source *s = xcalloc(1, sizeof(*s));

	s->world = *world;
	s->account = account_new(&s->world, conf, on_freed, s);
	s->health = health_new(&s->world, &s->setup, on_new_token, s);
	configure(s, conf, outlets, outlet_count);
	s->is_paused = load_paused(s);
	make_pollers(s);
	return s;
}

struct source *
source_new_dry(struct source *source, struct buf *dry)
{
	struct source *s = xcalloc(1, sizeof(*s));

	s->world = source->world;
	s->parent = source;
	s->account = source->account;
	s->dry = dry;
	configure(s, source->conf, source->outlets, source->setup.outlet_count);
	make_pollers(s);
	source->dry_run = s;
	return s;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	replay_free(s->replay, "the source is taken out, or the daemon stops");
	fail_caller(s);
	for (size_t i = 0; i < stream_count; i++)
		poller_free(s->pollers[i]);
	health_free(s->health);
	if (s->parent == NULL)
		account_free(s->account);
	else
		s->parent->dry_run = NULL;
	free(s->outlets);
	free(s->rules);
	free(s);
}

void
source_start(struct source *s, int64_t delay_ms)
{
	if (s->dry == NULL)
		start_pollers(s, delay_ms);
}

int
source_poll(struct source *s, source_done_fn *done, void *arg)
{
	if (s->done != NULL || !s->conf->enabled)
		return -1;
	s->waiting = 1; /* held while asking around */
	s->good = s->failed = 0;
	s->error[0] = '\0';
	for (size_t i = 0; i < stream_count; i++)
		if (s->pollers[i] != NULL &&
		    poller_poll(
		        s->pollers[i], done != NULL ? on_done : NULL, s) == 0)
			s->waiting++;
	s->waiting--;
	if (s->waiting == 0)
		return -1;
	s->done = done;
	s->done_arg = arg;
	return 0;
}

void
source_leave(struct source *s)
{
	s->done = NULL;
	for (size_t i = 0; i < stream_count; i++)
		if (s->pollers[i] != NULL)
			poller_leave(s->pollers[i]);
}

void
source_kick(struct source *s)
{
	for (size_t i = 0; i < stream_count; i++)
		if (s->pollers[i] != NULL)
			poller_kick(s->pollers[i]);
	replay_pump(s->replay);
}

int
source_pause(struct source *s, bool paused, struct err *err)
{
	char name[160];

	paused_name(s, name, sizeof(name));
	if (cursor_set(s->world.spool, name, paused ? "yes" : "no", err) == -1)
		return -1;
	if (s->is_paused == paused)
		return 0;
	s->is_paused = paused;
	replay_free(s->replay, "the source was paused or resumed");
	log_info("intake", "%s source=%s",
	    paused ? "paused: nothing is asked until it is resumed" : "resumed",
	    s->conf->name);
	start_pollers(s, 0);
	return 0;
}

void
source_reconfigure(struct source *s, const struct conf_source *conf,
    const struct outlet *outlets, size_t outlet_count, int64_t delay_ms)
{
	replay_free(s->replay, "the configuration changed");
	configure(s, conf, outlets, outlet_count);
	make_pollers(s);
	start_pollers(s, delay_ms);
}

struct bucket *
source_bucket(struct source *s)
{
	return account_bucket(s->account);
}

static void
configure(struct source *s, const struct conf_source *conf,
    const struct outlet *outlets, size_t count)
{
	struct outlet *copy = xcalloc(count + 1, sizeof(*outlets));

	if (count > 0)
		memcpy(copy, outlets, count * sizeof(*outlets));
	/* Pollers commit what they have gathered before they see the new. */
	for (size_t i = 0; i < stream_count; i++)
		if (s->pollers[i] != NULL)
			poller_rest(s->pollers[i], POLLER_OK);
	free(s->outlets);
	s->outlets = copy;
	s->conf = conf;
	if (s->parent == NULL)
		account_configure(s->account, conf);
	set_rules(s);
	s->setup.conf = conf;
	s->setup.account = s->account;
	s->setup.outlets = copy;
	s->setup.outlet_count = count;
	s->setup.context.api_host = text_of(conf->host);
	s->setup.context.source_name = text_of(conf->name);
	s->setup.ended = on_poll_ended;
	s->setup.arg = s;
}

static void
set_rules(struct source *s)
{
	const struct conf_strings *items = &s->conf->severities;
	size_t count = 0;

	free(s->rules);
	s->rules = xcalloc(items->count + 1, sizeof(*s->rules));
	for (size_t i = 0; i < items->count; i++) {
		struct severity_rule *rule = &s->rules[count];

		if (severity_item_parse(text_of(items->items[i]),
		        &rule->attack_type, &rule->severity) == 0)
			count++;
	}
	s->setup.context.rules = s->rules;
	s->setup.context.rule_count = count;
}

/* One for each stream that is wanted; those that there are keep their stats. */
static void
make_pollers(struct source *s)
{
	const struct poller_errand errand = {.dry = s->dry};

	assert(stream_count <= SOURCE_STREAMS_MAX);
	for (size_t i = 0; i < stream_count; i++) {
		const struct stream *stream = stream_table[i];

		if ((s->conf->streams & stream->bit) == 0) {
			poller_free(s->pollers[i]);
			s->pollers[i] = NULL;
		} else if (s->pollers[i] == NULL) {
			s->pollers[i] =
			    poller_new(&s->world, &s->setup, stream, &errand);
		} else {
			poller_reconfigure(s->pollers[i], &s->setup);
		}
	}
}

static void
start_pollers(struct source *s, int64_t delay_ms)
{
	health_start(s->health, delay_ms);
	for (size_t i = 0; i < stream_count; i++) {
		struct poller *poller = s->pollers[i];

		if (poller == NULL)
			continue;
		if (!s->conf->enabled)
			poller_rest(poller, POLLER_DISABLED);
		else if (s->is_paused)
			poller_rest(poller, POLLER_PAUSED);
		else
			poller_start(poller, delay_ms);
	}
}

static bool
load_paused(const struct source *s)
{
	char name[160], value[8];

	paused_name(s, name, sizeof(name));
	return cursor_get(s->world.spool, name, value, sizeof(value), NULL) ==
	    1 &&
	    strcmp(value, "yes") == 0;
}

static void
paused_name(const struct source *s, char *out, size_t size)
{
	(void)snprintf(out, size, "paused/source/%s", s->conf->name);
}

/* Each in turn is the first that may take the place. */
static void
on_freed(void *arg)
{
	struct source *s = arg;
	unsigned at = s->pump_at++;

	for (size_t i = 0; i < stream_count; i++) {
		struct poller *poller = s->pollers[(at + i) % stream_count];

		if (poller != NULL)
			poller_pump(poller);
	}
	replay_pump(s->replay);
	if (s->dry_run != NULL)
		on_freed(s->dry_run);
}

static void
on_poll_ended(void *arg)
{
	struct source *s = arg;
	struct source_stats stats;

	if (s->health == NULL)
		return;
	source_stats(s, &stats);
	health_poll_ended(s->health, &stats);
}

static void
on_new_token(void *arg)
{
	struct source *s = arg;

	for (size_t i = 0; i < stream_count; i++)
		if (s->pollers[i] != NULL)
			(void)poller_poll(s->pollers[i], NULL, NULL);
}

static void
on_done(const struct poller *poller, const char *error, void *arg)
{
	struct source *s = arg;
	struct poller_stats stats;

	poller_stats(poller, &stats);
	if (error == NULL)
		s->good++;
	else if (stats.state != POLLER_UNLICENSED)
		s->failed++;
	if (error != NULL &&
	    (stats.state != POLLER_UNLICENSED || s->error[0] == '\0'))
		(void)snprintf(s->error, sizeof(s->error), "%s: %s",
		    stats.stream->name, error);
	if (--s->waiting == 0)
		tell(s);
}

/* While all that it would be told of is still there. */
static void
fail_caller(struct source *s)
{
	if (s->done != NULL) {
		(void)snprintf(s->error, sizeof(s->error), "%s",
		    "the source is taken out, or the daemon stops: ask again "
		    "once it is back");
		s->good = 0;
		tell(s);
	}
	source_leave(s);
}

/* A stream without a licence is no failure, unless there is no other. */
static void
tell(struct source *s)
{
	source_done_fn *done = s->done;
	struct source_stats stats;
	bool well = s->failed == 0 && s->good > 0;

	if (done == NULL)
		return;
	s->done = NULL;
	source_stats(s, &stats);
	done(&stats, well ? NULL : s->error, s->done_arg);
}
