/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/gaps.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/ledger.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define NAME_SIZE 200

static bool is_in(const struct fleet *fleet, const char *name);
static bool is_out(struct spool *spool, const char *name);
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
	char row[NAME_SIZE];

	if (!is_out(d->fleet->spool, name))
		return;
	log_warn("deliver",
	    "destination \"%s\" is back, and goes on with what was kept for "
	    "it, whatever its start: what came while it was out is missing "
	    "there; cefctl replay SOURCE --since=T --to=%s sends it",
	    name, name);
	row_name(row, name);
	/* Or it is told once more. */
	(void)cursor_set(d->fleet->spool, row, "no", NULL);
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
row_name(char out[NAME_SIZE], const char *name)
{
	(void)snprintf(out, NAME_SIZE, GAPS_ROWS "%s", name);
}
