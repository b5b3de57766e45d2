/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asking half of the fleet: one member for each source.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/outlets.h"

/* Sources begin one after the other, spread over an interval at the most. */
#define STAGGER_MAX_MS 500

static struct member *find(const struct fleet *fleet, const char *name);
static void start(struct fleet *fleet, struct conf *conf,
    const struct conf_source *section, int64_t delay_ms);
static void change(struct fleet *fleet, struct member *m, struct conf *conf,
    const struct conf_source *section, int64_t delay_ms);
static void member_free(struct member *m);
static bool needs_another_try(struct source *source);
static void drop_missing(struct fleet *fleet, const struct conf *conf);
static int64_t stagger(const struct conf_source *section, size_t count);

void
members_apply(struct fleet *fleet, struct conf *conf, bool outlets_changed)
{
	int64_t delay_ms = 0;

	drop_missing(fleet, conf);
	for (size_t i = 0; i < conf->source_count; i++) {
		const struct conf_source *section = &conf->sources[i];
		struct member *m = find(fleet, section->name);

		if (m == NULL) {
			start(fleet, conf, section, delay_ms);
			delay_ms += stagger(section, conf->source_count);
		} else if (!conf_source_equal(m->section, section)) {
			change(fleet, m, conf, section, delay_ms);
			delay_ms += stagger(section, conf->source_count);
		} else {
			bool is_unwell = needs_another_try(m->source);

			if (outlets_changed)
				change(fleet, m, conf, section, -1);
			if (!is_unwell)
				continue;
			source_start(m->source, delay_ms);
			delay_ms += stagger(section, conf->source_count);
		}
	}
}

void
members_free(struct fleet *fleet)
{
	while (!TAILQ_EMPTY(&fleet->members)) {
		struct member *m = TAILQ_FIRST(&fleet->members);

		TAILQ_REMOVE(&fleet->members, m, next);
		member_free(m);
	}
}

struct source *
fleet_source(const struct fleet *fleet, size_t i, const char **ret_name)
{
	struct member *m;

	TAILQ_FOREACH(m, &fleet->members, next)
	{
		if (i-- > 0)
			continue;
		*ret_name = m->section->name;
		return m->source;
	}
	return NULL;
}

struct source *
fleet_find_source(const struct fleet *fleet, const char *name)
{
	const struct member *m = find(fleet, name);

	return m != NULL ? m->source : NULL;
}

int64_t
members_api_ms(const struct fleet *fleet)
{
	int64_t wall_ms = loop_wall_ms(fleet->loop), first_ms = 0;
	struct source_stats stats;
	struct member *m;

	TAILQ_FOREACH(m, &fleet->members, next)
	{
		source_stats(m->source, &stats);
		if (stats.knows_time &&
		    (first_ms == 0 || wall_ms - stats.skew_ms < first_ms))
			first_ms = wall_ms - stats.skew_ms;
	}
	return first_ms;
}

/* A sender has made room. */
void
fleet_released(void *arg)
{
	struct fleet *fleet = arg;
	struct member *m;

	TAILQ_FOREACH(m, &fleet->members, next)
	source_kick(m->source);
	fleet_look(fleet, false);
}

static struct member *
find(const struct fleet *fleet, const char *name)
{
	struct member *m;

	TAILQ_FOREACH(m, &fleet->members, next)
	if (strcmp(m->section->name, name) == 0)
		return m;
	return NULL;
}

static void
start(struct fleet *fleet, struct conf *conf, const struct conf_source *section,
    int64_t delay_ms)
{
	struct member *m = xcalloc(1, sizeof(*m));
	struct outlet *outlets;
	size_t count = outlets_of(fleet, section->name, NULL, &outlets);

	m->conf = conf_ref(conf);
	m->section = section;
	m->source = source_new(&fleet->world, section, outlets, count);
	free(outlets);
	TAILQ_INSERT_TAIL(&fleet->members, m, next);
	source_start(m->source, delay_ms);
}

static void
change(struct fleet *fleet, struct member *m, struct conf *conf,
    const struct conf_source *section, int64_t delay_ms)
{
	struct outlet *outlets;
	size_t count = outlets_of(fleet, section->name, NULL, &outlets);

	source_reconfigure(m->source, section, outlets, count, delay_ms);
	free(outlets);
	conf_unref(m->conf);
	m->conf = conf_ref(conf);
	m->section = section;
}

static void
member_free(struct member *m)
{
	source_free(m->source);
	conf_unref(m->conf);
	free(m);
}

/* Who reloads has perhaps put a new token into its file, or made the file
 * readable. Where one stream does well it is not the token. */
static bool
needs_another_try(struct source *source)
{
	struct source_stats stats;
	bool is_refused = false;

	source_stats(source, &stats);
	for (size_t i = 0; i < stats.stream_count; i++) {
		enum poller_state state = stats.streams[i].state;

		if (state == POLLER_OK || state == POLLER_POLLING ||
		    state == POLLER_BACKING_OFF)
			return false;
		is_refused |= state == POLLER_DENIED || state == POLLER_FAILING;
	}
	return is_refused;
}

static void
drop_missing(struct fleet *fleet, const struct conf *conf)
{
	struct member *m, *next;

	for (m = TAILQ_FIRST(&fleet->members); m != NULL; m = next) {
		bool found = false;

		next = TAILQ_NEXT(m, next);
		for (size_t i = 0; i < conf->source_count; i++)
			found |= strcmp(conf->sources[i].name,
			             m->section->name) == 0;
		if (found)
			continue;
		TAILQ_REMOVE(&fleet->members, m, next);
		member_free(m);
	}
}

static int64_t
stagger(const struct conf_source *section, size_t count)
{
	int64_t share_ms = section->poll_interval_ms / (int64_t)count;

	return share_ms < STAGGER_MAX_MS ? share_ms : STAGGER_MAX_MS;
}
