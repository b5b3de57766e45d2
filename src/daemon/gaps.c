/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/gaps.h"
#include "daemon/starts.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/ledger.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define NAME_SIZE 200

static bool is_in(const struct fleet *fleet, const char *name);
static bool is_out(struct spool *spool, const char *name);
static void tell(const char *name, const struct starts_gap *gap);
static void row_name(char out[NAME_SIZE], const char *name);

void
gaps_note(struct fleet *fleet)
{
	struct batch *batch = batch_new();
	char row[NAME_SIZE];
	const char *name;
	bool some = false;

	for (unsigned i = 0; queue_nth(fleet->spool, i, &name) != NULL; i++)
		if (!is_in(fleet, name) && !is_out(fleet->spool, name)) {
			row_name(row, name);
			batch_put_cursor(batch, row, "yes");
			some = true;
		}
	/* What cannot be noted now is at the next reload or start. */
	if (some)
		(void)spool_commit(fleet->spool, batch, NULL);
	batch_free(batch);
}

void
gaps_tell(struct destination *d)
{
	const char *name = d->section->name;
	struct starts_gap gap;
	struct batch *batch;
	char row[NAME_SIZE];

	if (!is_out(d->fleet->spool, name))
		return;
	batch = batch_new();
	starts_fill(d, batch, &gap);
	row_name(row, name);
	batch_put_cursor(batch, row, "no");
	/* Without it nothing more is owed, and it is told once more. */
	if (spool_commit(d->fleet->spool, batch, NULL) == -1)
		gap = (struct starts_gap){.is_missing = true};
	batch_free(batch);
	tell(name, &gap);
}

static bool
is_in(const struct fleet *fleet, const char *name)
{
	const struct destination *d;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	if (!d->leaving && strcmp(d->section->name, name) == 0)
		return true;
	return false;
}

static bool
is_out(struct spool *spool, const char *name)
{
	char row[NAME_SIZE], value[8];

	row_name(row, name);
	return cursor_get(spool, row, value, sizeof(value), NULL) == 1 &&
	    strcmp(value, "yes") == 0;
}

static void
tell(const char *name, const struct starts_gap *gap)
{
	if (gap->is_missing)
		log_warn("deliver",
		    "destination \"%s\" is back, and goes on with what was "
		    "kept for it%s what came while it was out is missing "
		    "there; cefctl replay SOURCE --since=T --to=%s sends it",
		    name,
		    gap->is_fetched
		        ? ": of streams whose past it does not wait for"
		        : ", whatever its start:",
		    name);
	else if (gap->is_fetched)
		log_warn("deliver",
		    "destination \"%s\" is back: what came new while it was "
		    "out is fetched with what it is still to get of the past, "
		    "but what only changed may be missing there; cefctl replay "
		    "SOURCE --since=T --to=%s sends it",
		    name, name);
}

static void
row_name(char out[NAME_SIZE], const char *name)
{
	(void)snprintf(out, NAME_SIZE, GAPS_ROWS "%s", name);
}
