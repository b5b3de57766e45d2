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
#include "spool/ledger.h"
#include "spool/queue.h"

#define NAME_SIZE 200

static bool is_in(const struct fleet *fleet, const char *name);
static bool is_out(struct spool *spool, const char *name);
static void put(struct spool *spool, const char *name, bool out);

void
gaps_note(struct fleet *fleet)
{
	const char *name;

	for (unsigned i = 0; queue_nth(fleet->spool, i, &name) != NULL; i++)
		if (!is_in(fleet, name) && !is_out(fleet->spool, name))
			put(fleet->spool, name, true);
}

void
gaps_tell(struct destination *d)
{
	const char *name = d->section->name;

	if (!is_out(d->fleet->spool, name))
		return;
	log_warn("deliver",
	    "destination \"%s\" is back, and goes on with what was kept for "
	    "it, whatever its start: what came while it was out is missing "
	    "there; cefctl replay SOURCE --since=T --to=%s sends it",
	    name, name);
	put(d->fleet->spool, name, false);
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

	(void)snprintf(row, sizeof(row), GAPS_ROWS "%s", name);
	return cursor_get(spool, row, value, sizeof(value), NULL) == 1 &&
	    strcmp(value, "yes") == 0;
}

/* What cannot be noted now is told too often, or not: it is only told. */
static void
put(struct spool *spool, const char *name, bool out)
{
	char row[NAME_SIZE];

	(void)snprintf(row, sizeof(row), GAPS_ROWS "%s", name);
	(void)cursor_set(spool, row, out ? "yes" : "no", NULL);
}
