/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each member keeps a reference to the configuration it runs on, so that one
 * whose section did not change needs not be touched by a reload.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "conf/conf.h"
#include "daemon/fleet.h"
#include "daemon/fleet_parts.h"
#include "spool/queue.h"
#include "spool/spool.h"

/* Sources begin one after the other, not all in one moment. */
#define STAGGER_MS 50

static void on_committed(void *arg);
static void apply_sources(
    struct fleet *fleet, struct conf *conf, bool outlets_changed);
static struct source *find_source(const struct fleet *fleet, const char *name);
static void source_start(struct fleet *fleet, struct conf *conf,
    const struct conf_source *section, int64_t delay_ms);
static void source_free(struct source *s);
static void try_again(struct poller *poller);
static void drop_missing_sources(struct fleet *fleet, const struct conf *conf);

struct fleet *
fleet_new(
    struct loop *loop, struct http *http, struct spool *spool, struct rng *rng)
{
	struct fleet *fleet = xcalloc(1, sizeof(*fleet));

	fleet->loop = loop;
	fleet->spool = spool;
	fleet->world = (struct poller_world){
	    .loop = loop,
	    .http = http,
	    .spool = spool,
	    .rng = rng,
	    .committed = on_committed,
	    .arg = fleet,
	};
	TAILQ_INIT(&fleet->sources);
	TAILQ_INIT(&fleet->destinations);
	return fleet;
}

void
fleet_free(struct fleet *fleet)
{
	if (fleet == NULL)
		return;
	while (!TAILQ_EMPTY(&fleet->sources)) {
		struct source *s = TAILQ_FIRST(&fleet->sources);

		TAILQ_REMOVE(&fleet->sources, s, next);
		source_free(s);
	}
	destinations_free(fleet);
	conf_unref(fleet->conf);
	free(fleet->source_stats);
	free(fleet->destination_stats);
	free(fleet->poller_stats);
	free(fleet->sender_stats);
	free(fleet);
}

int
fleet_apply(struct fleet *fleet, struct conf *conf, struct err *err)
{
	struct conf *before = fleet->conf;
	bool changed;

	if (destinations_apply(fleet, conf, &changed, err) == -1)
		return -1;
	spool_set_quota(fleet->spool, conf->spool_quota);
	fleet->conf = conf_ref(conf);
	apply_sources(fleet, conf, changed);
	conf_unref(before);
	on_committed(fleet);
	return 0;
}

void
fleet_stop(struct fleet *fleet, loop_fn *stopped, void *arg)
{
	while (!TAILQ_EMPTY(&fleet->sources)) {
		struct source *s = TAILQ_FIRST(&fleet->sources);

		TAILQ_REMOVE(&fleet->sources, s, next);
		source_free(s);
	}
	destinations_stop(fleet, stopped, arg);
}

struct poller *
fleet_poller(const struct fleet *fleet, size_t i, const char **ret_name)
{
	struct source *s;

	TAILQ_FOREACH(s, &fleet->sources, next)
	{
		if (i-- > 0)
			continue;
		*ret_name = s->section->name;
		return s->poller;
	}
	return NULL;
}

struct poller *
fleet_dry_poller(struct fleet *fleet, const char *name, struct buf *out)
{
	const struct source *s = find_source(fleet, name);
	struct outlet *outlets;
	struct poller *poller;
	size_t count;

	if (s == NULL)
		return NULL;
	count = outlets_of(fleet, s->section->name, &outlets);
	poller = poller_new(&fleet->world, s->section, outlets, count, out);
	free(outlets);
	return poller;
}

/* The intake has put something into queues. */
static void
on_committed(void *arg)
{
	struct fleet *fleet = arg;
	struct destination *d;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	if (!d->leaving)
		sender_kick(d->sender);
}

/* A sender has made room. */
void
fleet_released(void *arg)
{
	struct fleet *fleet = arg;
	struct source *s;

	TAILQ_FOREACH(s, &fleet->sources, next)
	poller_kick(s->poller);
}

static void
apply_sources(struct fleet *fleet, struct conf *conf, bool outlets_changed)
{
	int64_t delay_ms = 0;

	drop_missing_sources(fleet, conf);
	for (size_t i = 0; i < conf->source_count; i++) {
		const struct conf_source *section = &conf->sources[i];
		struct source *s = find_source(fleet, section->name);
		struct outlet *outlets;
		size_t count;

		if (s == NULL) {
			source_start(fleet, conf, section, delay_ms);
			delay_ms += STAGGER_MS;
			continue;
		}
		if (!outlets_changed &&
		    conf_source_equal(s->section, section)) {
			try_again(s->poller);
			continue;
		}
		count = outlets_of(fleet, section->name, &outlets);
		poller_reconfigure(s->poller, section, outlets, count);
		free(outlets);
		conf_unref(s->conf);
		s->conf = conf_ref(conf);
		s->section = section;
	}
}

/* Who reloads has perhaps put a new token into its file. */
static void
try_again(struct poller *poller)
{
	struct poller_stats stats;

	poller_stats(poller, &stats);
	if (stats.state != POLLER_OK && stats.state != POLLER_POLLING)
		(void)poller_poll(poller, NULL, NULL);
}

static void
drop_missing_sources(struct fleet *fleet, const struct conf *conf)
{
	struct source *s = TAILQ_FIRST(&fleet->sources);

	while (s != NULL) {
		struct source *next = TAILQ_NEXT(s, next);
		bool found = false;

		for (size_t i = 0; i < conf->source_count; i++)
			found |= strcmp(conf->sources[i].name,
			             s->section->name) == 0;
		if (!found) {
			TAILQ_REMOVE(&fleet->sources, s, next);
			source_free(s);
		}
		s = next;
	}
}

static struct source *
find_source(const struct fleet *fleet, const char *name)
{
	struct source *s;

	TAILQ_FOREACH(s, &fleet->sources, next)
	if (strcmp(s->section->name, name) == 0)
		return s;
	return NULL;
}

static void
source_start(struct fleet *fleet, struct conf *conf,
    const struct conf_source *section, int64_t delay_ms)
{
	struct source *s = xcalloc(1, sizeof(*s));
	struct outlet *outlets;
	size_t count = outlets_of(fleet, section->name, &outlets);

	s->conf = conf_ref(conf);
	s->section = section;
	s->poller = poller_new(&fleet->world, section, outlets, count, NULL);
	free(outlets);
	TAILQ_INSERT_TAIL(&fleet->sources, s, next);
	poller_start(s->poller, delay_ms);
}

static void
source_free(struct source *s)
{
	poller_free(s->poller);
	conf_unref(s->conf);
	free(s);
}
