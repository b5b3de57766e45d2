/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows beside the cursors say what is still to be done:
 *
 *   start/DESTINATION          "new" was seen; "" or no row: never met
 *   start/DESTINATION/SOURCE   "SINCE UNTIL", seconds: replay that; "": done
 *
 * A source that has not begun when the destination is met gives it all anyway.
 * A replay that is broken off, by a restart too, begins again from its start.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/starts.h"
#include "intake/stream.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define NAME_SIZE 240
#define VALUE_SIZE 64
#define LOOK_EVERY_MS 5000

struct starts {
	struct fleet *fleet;
	struct timer *timer;
};

/* A replay under way, by names: what they name may go meanwhile. */
struct errand {
	struct starts *starts;
	char *destination, *source;
};

static bool has_begun(struct spool *spool, const char *source);
static bool look_at(struct starts *starts, const struct destination *d,
    const struct conf_source *source);
static void on_look(void *arg);
static void on_done(uint64_t records, const char *error, void *arg);
static bool get(struct spool *spool, const char *destination,
    const char *source, char value[VALUE_SIZE]);
static void put(struct batch *batch, const char *destination,
    const char *source, const char *value);
static int commit(struct spool *spool, struct batch *batch, struct err *err);

struct starts *
starts_new(struct fleet *fleet)
{
	struct starts *starts = xcalloc(1, sizeof(*starts));

	starts->fleet = fleet;
	starts->timer = timer_new(fleet->loop, on_look, starts);
	return starts;
}

void
starts_free(struct starts *starts)
{
	if (starts == NULL)
		return;
	timer_free(starts->timer);
	free(starts);
}

int
starts_note(struct destination *d, struct err *err)
{
	const struct conf_destination *section = d->section;
	struct spool *spool = d->fleet->spool;
	int64_t now_s = loop_wall_ms(d->fleet->loop) / 1000;
	int64_t since_s = section->start_ms != 0
	    ? section->start_ms / 1000
	    : now_s - section->start_ago_ms / 1000;
	struct batch *batch;
	char value[VALUE_SIZE];

	if (get(spool, section->name, NULL, value) && value[0] != '\0')
		return 0;
	batch = batch_new();
	put(batch, section->name, NULL, "new");
	for (size_t i = 0; i < d->conf->source_count; i++) {
		const char *source = d->conf->sources[i].name;

		if (since_s >= now_s || queue_next(d->queue) != 0 ||
		    !has_begun(spool, source))
			continue;
		(void)snprintf(value, sizeof(value), "%" PRId64 " %" PRId64,
		    since_s, now_s);
		put(batch, section->name, source, value);
	}
	return commit(spool, batch, err);
}

void
starts_look(struct starts *starts)
{
	timer_set(starts->timer, 0);
}

int
starts_forget(struct fleet *fleet, const char *name, struct err *err)
{
	struct batch *batch = batch_new();

	put(batch, name, NULL, "");
	for (size_t i = 0; i < fleet->conf->source_count; i++)
		put(batch, name, fleet->conf->sources[i].name, "");
	return commit(fleet->spool, batch, err);
}

static bool
has_begun(struct spool *spool, const char *source)
{
	char name[NAME_SIZE], value[4096];

	for (size_t i = 0; i < stream_count; i++) {
		(void)snprintf(name, sizeof(name), "cursor/%s/%s/received",
		    source, stream_table[i]->name);
		if (cursor_get(spool, name, value, sizeof(value), NULL) != 0)
			return true;
	}
	return false;
}

static void
on_look(void *arg)
{
	struct starts *starts = arg;
	struct fleet *fleet = starts->fleet;
	const struct destination *d;
	bool again = false;

	if (fleet->stopped != NULL)
		return;
	TAILQ_FOREACH(d, &fleet->destinations, next)
	for (size_t i = 0; !d->leaving && i < fleet->conf->source_count; i++)
		again |= look_at(starts, d, &fleet->conf->sources[i]);
	if (again)
		timer_set(starts->timer, LOOK_EVERY_MS);
}

/* True when there is something to be done yet. */
static bool
look_at(struct starts *starts, const struct destination *d,
    const struct conf_source *source)
{
	struct fleet *fleet = starts->fleet;
	struct errand *errand;
	char value[VALUE_SIZE], *end;
	int64_t since_s, until_s;
	struct err err;

	if (!get(fleet->spool, d->section->name, source->name, value))
		return false;
	since_s = strtoll(value, &end, 10);
	until_s = strtoll(end, NULL, 10);
	if (until_s <= since_s)
		return false;
	errand = xcalloc(1, sizeof(*errand));
	errand->starts = starts;
	errand->destination = xstrdup(d->section->name);
	errand->source = xstrdup(source->name);
	if (fleet_replay(fleet, source->name, d->section->name, since_s,
	        until_s, on_done, errand, &err) == 0) {
		log_info("deliver",
		    "destination \"%s\" is new: fetching what it is to get of "
		    "the past source=%s",
		    d->section->name, source->name);
		return true;
	}
	free(errand->destination);
	free(errand->source);
	free(errand);
	/* ERR_BAD: it does not want that source, or not any more. */
	return err.code != ERR_BAD;
}

static void
on_done(uint64_t records, const char *error, void *arg)
{
	struct errand *errand = arg;
	struct batch *batch;
	struct err err;

	if (error == NULL) {
		batch = batch_new();
		put(batch, errand->destination, errand->source, "");
		if (commit(errand->starts->fleet->spool, batch, &err) == -1)
			error = err.text;
	}
	if (error == NULL)
		log_info("deliver",
		    "destination \"%s\" has its past records=%" PRIu64
		    " source=%s",
		    errand->destination, records, errand->source);
	else
		log_warn("deliver",
		    "destination \"%s\": fetching its past: %s; trying again "
		    "source=%s",
		    errand->destination, error, errand->source);
	free(errand->destination);
	free(errand->source);
	free(errand);
}

static void
row_name(char out[NAME_SIZE], const char *destination, const char *source)
{
	(void)snprintf(out, NAME_SIZE, "start/%s%s%s", destination,
	    source != NULL ? "/" : "", source != NULL ? source : "");
}

static bool
get(struct spool *spool, const char *destination, const char *source,
    char value[VALUE_SIZE])
{
	char name[NAME_SIZE];

	row_name(name, destination, source);
	return cursor_get(spool, name, value, VALUE_SIZE, NULL) == 1;
}

static void
put(struct batch *batch, const char *destination, const char *source,
    const char *value)
{
	char name[NAME_SIZE];

	row_name(name, destination, source);
	batch_put_cursor(batch, name, value);
}

static int
commit(struct spool *spool, struct batch *batch, struct err *err)
{
	int result = spool_commit(spool, batch, err);

	FAULT_POINT("start-noted");
	batch_free(batch);
	return result;
}
