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
#include "daemon/heartbeats.h"
#include "daemon/outlets.h"
#include "daemon/starts.h"
#include "intake/budget.h"
#include "intake/gate.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/ledger.h"
#include "spool/queue.h"
#include "spool/spool.h"

/* Requests at once, of all sources together. */
#define PLACES 128
/* What the API has not shown for so long is forgotten: far beyond what it keeps
 * itself, since what is forgotten and shown again is sent again. */
#define LEDGER_KEPT_MS (INT64_C(400) * 24 * 3600 * 1000)
#define PRUNE_EVERY_MS 60000
#define PRUNE_ROWS 2000
/* Looking whether disk can be given back, and after a failure. */
#define TIDY_EVERY_MS 10000
#define TIDY_FAILED_MS 600000

static void on_committed(void *arg);
static void on_prune(void *arg);
static void on_tidy(void *arg);

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
	fleet->pruner = timer_new(loop, on_prune, fleet);
	timer_set(fleet->pruner, PRUNE_EVERY_MS);
	fleet->tidier = timer_new(loop, on_tidy, fleet);
	timer_set(fleet->tidier, TIDY_EVERY_MS);
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
	timer_free(fleet->pruner);
	timer_free(fleet->tidier);
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
	conf_unref(before);
	starts_look(fleet->starts);
	heartbeats_look(fleet->heartbeats);
	on_committed(fleet);
	return 0;
}

void
fleet_stop(struct fleet *fleet, loop_fn *stopped, void *arg)
{
	timer_cancel(fleet->pruner);
	timer_cancel(fleet->tidier);
	heartbeats_stop(fleet->heartbeats);
	members_free(fleet);
	destinations_stop(fleet, stopped, arg);
}

int
fleet_replay(struct fleet *fleet, const char *name, const char *to,
    int64_t since_s, int64_t until_s, source_replay_fn *done, void *arg,
    struct err *err)
{
	struct source *source = fleet_find_source(fleet, name);
	struct outlet *outlets;
	size_t count;
	int result;

	if (source == NULL)
		return err_set(err, ERR_BAD, "no such source: %s", name);
	count = outlets_of(fleet, name, to, &outlets);
	if (count == 0) {
		free(outlets);
		return err_set(err, ERR_BAD,
		    "no destination%s%s takes the records of %s",
		    to != NULL ? " " : "", to != NULL ? to : "", name);
	}
	result =
	    source_replay(source, since_s, until_s, outlets, count, done, arg);
	free(outlets);
	if (result == -1)
		return err_set(err, ERR_AGAIN,
		    "%s is replayed already, or is paused or disabled", name);
	return 0;
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
	fleet_look(fleet);
}

/* A little at a time, so that nothing waits for it; and by no clock of this
 * machine, which may be years off. */
static void
on_prune(void *arg)
{
	struct fleet *fleet = arg;
	int64_t now_ms = members_api_ms(fleet);
	struct err why;

	timer_set(fleet->pruner, PRUNE_EVERY_MS);
	if (spool_is_failed(fleet->spool) || now_ms == 0)
		return;
	if (ledger_prune(
	        fleet->spool, now_ms - LEDGER_KEPT_MS, PRUNE_ROWS, &why) == -1)
		log_warn("spool", "%s", why.text);
}

static void
on_tidy(void *arg)
{
	struct fleet *fleet = arg;
	struct err why;
	int next_ms = spool_tidy(fleet->spool, &why);

	if (next_ms == -1)
		log_warn(
		    "spool", "no disk space is given back now: %s", why.text);
	timer_set(fleet->tidier,
	    next_ms > 0        ? next_ms
	        : next_ms == 0 ? TIDY_EVERY_MS
	                       : TIDY_FAILED_MS);
}
