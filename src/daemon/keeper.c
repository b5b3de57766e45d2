/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything here is done a little at a time, so that nothing waits for it.
 *
 * The spool fails when its disk does: an I/O error, a file system that the
 * kernel has made read-only, one that was unmounted. Whoever meets that only
 * reports it; it is looked for here, told once for each reason, and tried
 * again until it is over, whether anybody wants to write or not.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/err.h"
#include "base/mem.h"
#include "daemon/fleet_parts.h"
#include "daemon/keeper.h"
#include "io/append_beside.h"
#include "io/child.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/aside.h"
#include "spool/ledger.h"
#include "spool/spool.h"

/* What the API has not shown for so long is forgotten: far beyond what it keeps
 * itself, since what is forgotten and shown again is sent again. */
#define LEDGER_KEPT_MS (INT64_C(400) * 24 * 3600 * 1000)
#define PRUNE_EVERY_MS 60000
#define PRUNE_ROWS 2000
/* Looking whether disk can be given back. */
#define TIDY_EVERY_MS 10000
/* Looking whether the spool has failed. */
#define LOOK_EVERY_MS 1000
/* A disk that fails may take long to say so, and holds up the loop meanwhile. */
#define RECOVER_MAX_MS 30000

struct keeper {
	struct fleet *fleet;
	struct timer *pruner;
	struct timer *tidier;
	struct timer *looker;
	struct backoff backoff;
	char told[ERR_TEXT_MAX]; /* why it has failed; "": it has not */
	bool gone_told;
};

static void on_prune(void *arg);
static void on_tidy(void *arg);
static void on_look(void *arg);
static void tell_gone(struct keeper *k, bool is_gone);
static void tell_failure(struct keeper *k, const char *failure);

struct keeper *
keeper_new(struct fleet *fleet)
{
	struct keeper *k = xcalloc(1, sizeof(*k));

	k->fleet = fleet;
	backoff_init(&k->backoff, LOOK_EVERY_MS, RECOVER_MAX_MS);
	k->pruner = timer_new(fleet->loop, on_prune, k);
	k->tidier = timer_new(fleet->loop, on_tidy, k);
	k->looker = timer_new(fleet->loop, on_look, k);
	timer_set(k->pruner, PRUNE_EVERY_MS);
	timer_set(k->tidier, TIDY_EVERY_MS);
	timer_set(k->looker, LOOK_EVERY_MS);
	return k;
}

void
keeper_free(struct keeper *k)
{
	if (k == NULL)
		return;
	timer_free(k->pruner);
	timer_free(k->tidier);
	timer_free(k->looker);
	free(k);
}

/* By no clock of this machine, which may be years off. */
static void
on_prune(void *arg)
{
	struct keeper *k = arg;
	struct spool *spool = k->fleet->spool;
	int64_t now_ms = members_api_ms(k->fleet);
	struct err why;

	timer_set(k->pruner, PRUNE_EVERY_MS);
	if (spool_is_failed(spool) || now_ms == 0)
		return;
	if (ledger_prune(spool, now_ms - LEDGER_KEPT_MS, PRUNE_ROWS, &why) ==
	    -1)
		log_warn("spool",
		    "old rows of the ledger stay for now: %s; it is tried "
		    "again in a minute",
		    why.text);
}

static void
on_tidy(void *arg)
{
	struct keeper *k = arg;
	struct err why;
	int next_ms = spool_tidy(k->fleet->spool, &why);

	if (next_ms == -1)
		log_warn("spool",
		    "no disk space is given back now: %s; it is tried again "
		    "later, and needs room on the disk for a copy",
		    why.text);
	timer_set(k->tidier, next_ms > 0 ? next_ms : TIDY_EVERY_MS);
}

/* It is kept in use: what is in it is nowhere else. */
static void
tell_gone(struct keeper *k, bool is_gone)
{
	if (is_gone && !k->gone_told)
		log_error("spool",
		    "the spool's file is not in its folder any more, or is "
		    "another one: what waits is sent as long as cefd runs, and "
		    "may be lost when it stops; see that the queues become "
		    "empty (cefctl queue list), then stop cefd and put back "
		    "what was there");
	if (!is_gone && k->gone_told)
		log_info("spool", "the spool's file is in its folder again");
	k->gone_told = is_gone;
}

static void
on_look(void *arg)
{
	struct keeper *k = arg;
	struct spool *spool = k->fleet->spool;
	int64_t wait_ms = LOOK_EVERY_MS;
	struct spool_usage usage;

	log_sweep();
	child_sweep();
	append_beside_sweep();
	spool_usage(spool, &usage);
	if (usage.failed) {
		tell_failure(k, usage.failure);
		if (spool_recover(spool, NULL) == -1)
			wait_ms =
			    backoff_fail(&k->backoff, k->fleet->world.rng);
	} else {
		tell_gone(k, spool_is_gone(spool));
	}
	if (!spool_is_failed(spool) && k->told[0] != '\0') {
		log_info("spool", "the spool is well again: going on");
		k->told[0] = '\0';
		backoff_reset(&k->backoff);
		fleet_recovered(k->fleet);
	}
	timer_set(k->looker, wait_ms);
}

static void
tell_failure(struct keeper *k, const char *failure)
{
	if (strcmp(k->told, failure) == 0)
		return;
	(void)snprintf(k->told, sizeof(k->told), "%s", failure);
	log_error("spool",
	    "the spool has failed: %s; nothing is fetched or sent until its "
	    "disk is well, which is tried all the time",
	    failure);
}
