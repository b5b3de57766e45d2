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
#include "conf/conf.h"
#include "daemon/expiries.h"
#include "daemon/fleet.h"
#include "daemon/fleet_parts.h"
#include "daemon/gaps.h"
#include "daemon/heartbeats.h"
#include "daemon/keeper.h"
#include "daemon/outlets.h"
#include "daemon/starts.h"
#include "intake/budget.h"
#include "intake/gate.h"
#include "spool/queue.h"
#include "spool/spool.h"

/* Requests at once, of all sources together. */
#define PLACES 128

static void release_before(struct fleet *fleet);
static int refuse_outlets(const struct fleet *fleet, const char *source,
    const char *to, struct err *err);
static void on_committed(void *arg);

struct fleet *
fleet_new(
    struct loop *loop, struct http *http, struct spool *spool, struct rng *rng)
{
	struct fleet *fleet = xcalloc(1, sizeof(*fleet));

	fleet->loop = loop;
	fleet->spool = spool;
	fleet->world = (struct intake_world){
	    .loop = loop,
	    .http = http,
	    .spool = spool,
	    .rng = rng,
	    .gate = gate_new(PLACES),
	    .budgets = budgets_new(),
	    .committed = on_committed,
	    .arg = fleet,
	};
	fleet->keeper = keeper_new(fleet);
	fleet->starts = starts_new(fleet);
	fleet->expiries = expiries_new(fleet);
	fleet->heartbeats = heartbeats_new(fleet);
	TAILQ_INIT(&fleet->members);
	TAILQ_INIT(&fleet->destinations);
	return fleet;
}

void
fleet_free(struct fleet *fleet)
{
	if (fleet == NULL)
		return;
	members_free(fleet);
	destinations_free(fleet);
	starts_free(fleet->starts);
	expiries_free(fleet->expiries);
	heartbeats_free(fleet->heartbeats);
	keeper_free(fleet->keeper);
	gate_free(fleet->world.gate);
	budgets_free(fleet->world.budgets);
	conf_unref(fleet->conf);
	free(fleet->source_stats);
	free(fleet->destination_stats);
	free(fleet->intake_stats);
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
	members_apply(fleet, conf, changed);
	release_before(fleet);
	conf_unref(before);
	gaps_note(fleet);
	starts_look(fleet->starts);
	heartbeats_look(fleet->heartbeats);
	on_committed(fleet);
	return 0;
}

/* What no member makes records by any more. */
static void
release_before(struct fleet *fleet)
{
	struct destination *d;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	{
		conf_unref(d->conf_before);
		d->conf_before = NULL;
	}
}

void
fleet_stop(struct fleet *fleet, loop_fn *stopped, void *arg)
{
	heartbeats_stop(fleet->heartbeats);
	keeper_free(fleet->keeper);
	fleet->keeper = NULL;
	members_free(fleet);
	destinations_stop(fleet, stopped, arg);
}

int
fleet_replay(struct fleet *fleet, const char *name, const char *to,
    const struct replay_wish *wish, source_replay_fn *done, void *arg,
    struct err *err)
{
	struct source *source = fleet_find_source(fleet, name);
	struct outlet *outlets;
	size_t count;
	int result;

	if (source == NULL)
		return err_set(err, ERR_BAD,
		    "no such source: %s (cefctl names sources lists them)",
		    name);
	count = outlets_of(fleet, name, to, &outlets);
	if (count == 0) {
		free(outlets);
		return refuse_outlets(fleet, name, to, err);
	}
	result = source_replay(source, wish, outlets, count, done, arg, err);
	free(outlets);
	return result;
}

/* Nobody takes it: why. */
static int
refuse_outlets(const struct fleet *fleet, const char *source, const char *to,
    struct err *err)
{
	for (size_t i = 0; to != NULL && i < fleet->conf->destination_count;
	     i++) {
		const struct conf_destination *d =
		    &fleet->conf->destinations[i];

		if (strcmp(d->name, to) == 0 && !d->enabled)
			return err_set(err, ERR_BAD,
			    "%s is disabled: set \"enabled = true\" in its "
			    "section, then \"cefctl reload\"",
			    to);
	}
	return err_set(err, ERR_BAD,
	    "no destination%s%s takes the records of %s: see its \"sources\" "
	    "(cefctl names destinations lists them)",
	    to != NULL ? " " : "", to != NULL ? to : "", source);
}

void
fleet_recovered(struct fleet *fleet)
{
	on_committed(fleet);
	fleet_released(fleet);
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
	fleet_look(fleet, false);
}
