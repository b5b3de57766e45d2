/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source keeps its own pause (intake/source.h); a destination's is kept here,
 * beside the cursors.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "conf/conf.h"
#include "conf/named.h"
#include "daemon/fleet_parts.h"
#include "daemon/pauses.h"
#include "io/log.h"
#include "spool/ledger.h"

#define NAME_SIZE 160

static int set_destination(struct destination *d, bool paused, struct err *err);
static int store(
    struct spool *spool, const char *name, bool paused, struct err *err);
static void row_name(char out[NAME_SIZE], const char *name);

int
pauses_set(struct fleet *fleet, const char *name, bool paused, struct err *err)
{
	const char *as_source = named_source(name);
	const char *as_destination = named_destination(name);
	struct source *source = NULL;
	struct destination *d = NULL;

	if (as_source != NULL)
		source = fleet_find_source(fleet, as_source);
	if (as_destination != NULL)
		d = destination_find(fleet, as_destination);
	if (source != NULL && d != NULL)
		return err_set(err, ERR_BAD,
		    "%s is a source and a destination: say source/%s or "
		    "destination/%s",
		    name, name, name);
	if (source != NULL)
		return source_pause(source, paused, err);
	if (d != NULL)
		return set_destination(d, paused, err);
	return err_set(err, ERR_BAD,
	    "no such source or destination: %s (cefctl names lists them)",
	    name);
}

int
pauses_check(struct fleet *fleet, const char *name, struct err *err)
{
	char row[NAME_SIZE], value[8];

	row_name(row, name);
	if (cursor_get(fleet->spool, row, value, sizeof(value), err) == -1)
		return -1;
	return 0;
}

void
pauses_load(struct destination *d)
{
	char name[NAME_SIZE], value[8];

	row_name(name, d->section->name);
	d->paused = cursor_get(d->fleet->spool, name, value, sizeof(value),
	                NULL) == 1 &&
	    strcmp(value, "yes") == 0;
	if (!d->paused)
		return;
	log_info("deliver", "destination \"%s\" is paused", d->section->name);
	sender_stop(d->sender, NULL, NULL);
}

static int
set_destination(struct destination *d, bool paused, struct err *err)
{
	if (store(d->fleet->spool, d->section->name, paused, err) == -1)
		return -1;
	FAULT_POINT("pause-noted");
	if (d->paused == paused)
		return 0;
	d->paused = paused;
	log_info("deliver", "%s destination=%s",
	    paused ? "paused: what waits is kept until it is resumed"
	           : "resumed",
	    d->section->name);
	if (paused)
		sender_stop(d->sender, NULL, NULL);
	else
		sender_resume(d->sender);
	return 0;
}

static int
store(struct spool *spool, const char *name, bool paused, struct err *err)
{
	char row[NAME_SIZE];

	row_name(row, name);
	return cursor_set(spool, row, paused ? "yes" : "no", err);
}

static void
row_name(char out[NAME_SIZE], const char *name)
{
	(void)snprintf(out, NAME_SIZE, PAUSES_ROWS "%s", name);
}
