/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows beside the cursors say what is still to be done:
 *
 *   start/DESTINATION                 "new MS" was met then; "" or no row: never
 *   start/DESTINATION/SOURCE/STREAM   replay that, see errand.h; "": done
 *
 * A stream that has not begun when the destination is met gives it all anyway.
 * Of one that has, the past ends when the destination is met: an open window may
 * have brought anything up to then, to those who were there. One that is taken
 * out and put back while its past is owed was met when it was put back: what it
 * got before is noted, see given.h. A replay that is broken off, by a restart
 * too, goes on where its row is. One that fails waits, for ever longer, and holds
 * up none of the others.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/gaps.h"
#include "daemon/outlets.h"
#include "daemon/starts.h"
#include "intake/errand.h"
#include "intake/source_stats.h"
#include "intake/stream.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define NAME_SIZE 360
#define LOOK_EVERY_MS 5000
#define PAUSE_FIRST_MS INT64_C(60000)
#define PAUSE_MAX_MS INT64_C(3600000)
/* When the row is looked at first. */
#define UNTIL_NOW 0
/* The API's time is known to a second or two; what comes later does no harm. */
#define SLACK_S 3

/* A row whose replay has failed. */
struct pause {
	char *row;
	int64_t pause_ms, due_ms; /* monotonic */
	TAILQ_ENTRY(pause) next;
};

struct starts {
	struct fleet *fleet;
	struct timer *timer;
	TAILQ_HEAD(, pause) pauses;
};

/* One stream for one destination. */
struct start {
	const struct destination *d;
	const char *source;
	const struct stream *stream;
	char row[NAME_SIZE];
};

/* A replay under way, by names: what they name may go meanwhile. */
struct errand {
	struct starts *starts;
	char *row, *destination, *source;
	const struct stream *stream;
};

static int note(struct destination *d, const char *name, const char *value,
    struct err *err);
static bool is_owed(const struct destination *d, const char *source,
    const struct stream *stream);
static int64_t since_of(const struct destination *d);
static bool note_due(struct fleet *fleet);
static uint64_t id_of(const struct destination *d, const char *value);
static void note_stream(struct batch *batch, const struct destination *d,
    const char *source, const struct stream *stream);
static void fill_stream(struct batch *batch, const struct destination *d,
    const char *source, const struct stream *stream, struct starts_gap *gap);
static void on_look(void *arg);
static bool look_at(struct starts *starts, const struct start *start);
static int make_absolute(struct fleet *fleet, const struct start *start,
    int64_t *since_s, int64_t *until_s);
static int64_t api_now_s(struct fleet *fleet, const char *name);
static int begin(struct starts *starts, const struct start *start,
    int64_t since_s, int64_t until_s, struct err *err);
static void on_done(const struct replay_end *end, void *arg);
static void tell_failed(const struct errand *errand, const char *why);
static void tell_source(const struct errand *errand);
static void errand_free(struct errand *errand);
static int64_t put_off(struct starts *starts, const char *row);
static bool is_put_off(const struct starts *starts, const char *row);
static void pause_end(struct starts *starts, const char *row);
static void pauses_end_of(struct starts *starts, const char *destination);
static void row_name(char out[NAME_SIZE], const char *destination,
    const char *source, const struct stream *stream);
static void put_row(
    struct batch *batch, const char *row, int64_t since_s, int64_t until_s);
static int commit(struct spool *spool, struct batch *batch, struct err *err);

struct starts *
starts_new(struct fleet *fleet)
{
	struct starts *starts = xcalloc(1, sizeof(*starts));

	starts->fleet = fleet;
	TAILQ_INIT(&starts->pauses);
	starts->timer = timer_new(fleet->loop, on_look, starts);
	return starts;
}

void
starts_free(struct starts *starts)
{
	if (starts == NULL)
		return;
	while (!TAILQ_EMPTY(&starts->pauses))
		pause_end(starts, TAILQ_FIRST(&starts->pauses)->row);
	timer_free(starts->timer);
	free(starts);
}

int
starts_note(struct destination *d, struct err *err)
{
	char row[NAME_SIZE];
	int found, result;

	row_name(row, d->section->name, NULL, NULL);
	/* What could not be noted keeps its id, by which records are noted. */
	if (d->is_noted || d->noted_as[0] == '\0') {
		d->is_noted = d->is_new = false;
		found = cursor_get(d->fleet->spool, row, d->noted_as,
		    sizeof(d->noted_as), NULL);
		if (found != 1 || d->noted_as[0] == '\0') {
			(void)snprintf(d->noted_as, sizeof(d->noted_as),
			    "new %" PRId64, loop_wall_ms(d->fleet->loop));
			d->is_new = queue_next(d->queue) == 0;
		} else {
			d->is_noted = true;
		}
		pauses_end_of(d->fleet->starts, d->section->name);
		gaps_tell(d);
		d->id = id_of(d, d->noted_as);
	}
	if (d->is_noted)
		return 0;
	result = note(d, row, d->noted_as, err);
	d->is_noted = result == 0;
	return result;
}

bool
starts_wait(const struct destination *d, const char *source)
{
	char row[NAME_SIZE], value[ERRAND_ROW_MAX];
	int64_t since_s, until_s;

	for (size_t i = 0; i < stream_count; i++) {
		if (!d->is_noted && is_owed(d, source, stream_table[i]))
			return true;
		row_name(row, d->section->name, source, stream_table[i]);
		if (cursor_get(d->fleet->spool, row, value, sizeof(value),
		        NULL) == 1 &&
		    errand_parse_row(value, &since_s, &until_s) == 0)
			return true;
	}
	return false;
}

void
starts_fill(
    const struct destination *d, struct batch *batch, struct starts_gap *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < d->conf->source_count; i++) {
		const char *source = d->conf->sources[i].name;

		for (size_t k = 0;
		     destination_wants(d, source) && k < stream_count; k++)
			fill_stream(batch, d, source, stream_table[k], ret);
	}
}

void
starts_look(struct starts *starts)
{
	timer_set(starts->timer, 0);
}

static int
note(
    struct destination *d, const char *name, const char *value, struct err *err)
{
	struct batch *batch = batch_new();

	batch_put_cursor(batch, name, value);
	for (size_t i = 0; i < d->conf->source_count; i++)
		for (size_t k = 0; k < stream_count; k++)
			note_stream(batch, d, d->conf->sources[i].name,
			    stream_table[k]);
	return commit(d->fleet->spool, batch, err);
}

/* Those that could not be noted when they began, for want of room. True while
 * there are some. */
static bool
note_due(struct fleet *fleet)
{
	struct destination *d;
	bool some_left = false;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	{
		if (d->leaving || d->is_noted)
			continue;
		if (starts_note(d, NULL) == -1)
			some_left = true;
		else
			log_info("deliver",
			    "destination \"%s\": its start is noted now",
			    d->section->name);
	}
	return some_left;
}

/* Another one for who is forgotten and comes again by the same name. */
static uint64_t
id_of(const struct destination *d, const char *value)
{
	const struct text parts[] = {text_of(d->section->name), text_of(value)};

	return ledger_state(d->fleet->spool, parts, 2);
}

/* The API's clock will tell when now is, and what time is so long before. */
static void
note_stream(struct batch *batch, const struct destination *d,
    const char *source, const struct stream *stream)
{
	char row[NAME_SIZE];

	if (!is_owed(d, source, stream))
		return;
	row_name(row, d->section->name, source, stream);
	put_row(batch, row, since_of(d), UNTIL_NOW);
}

static bool
is_owed(const struct destination *d, const char *source,
    const struct stream *stream)
{
	return d->is_new && since_of(d) != 0 &&
	    source_has_begun(d->fleet->spool, source,
	        fleet_find_source(d->fleet, source), stream);
}

static int64_t
since_of(const struct destination *d)
{
	return d->section->start_ms != 0 ? d->section->start_ms / 1000
	                                 : -(d->section->start_ago_ms / 1000);
}

static void
fill_stream(struct batch *batch, const struct destination *d,
    const char *source, const struct stream *stream, struct starts_gap *gap)
{
	char row[NAME_SIZE], value[ERRAND_ROW_MAX];
	int64_t since_s, until_s;

	row_name(row, d->section->name, source, stream);
	if (cursor_get(d->fleet->spool, row, value, sizeof(value), NULL) == 1 &&
	    errand_parse_row(value, &since_s, &until_s) == 0) {
		put_row(batch, row, since_s, UNTIL_NOW);
		gap->is_fetched = true;
	} else if (source_has_begun(d->fleet->spool, source,
	               fleet_find_source(d->fleet, source), stream)) {
		gap->is_missing = true;
	}
}

static void
on_look(void *arg)
{
	struct starts *starts = arg;
	struct fleet *fleet = starts->fleet;
	struct start start;
	bool again;

	if (fleet->stopped != NULL)
		return;
	again = note_due(fleet);
	TAILQ_FOREACH(start.d, &fleet->destinations, next)
	for (size_t i = 0; !start.d->leaving && i < fleet->conf->source_count;
	     i++)
		for (size_t k = 0; k < stream_count; k++) {
			start.source = fleet->conf->sources[i].name;
			start.stream = stream_table[k];
			row_name(start.row, start.d->section->name,
			    start.source, start.stream);
			again |= look_at(starts, &start);
		}
	if (again)
		timer_set(starts->timer, LOOK_EVERY_MS);
}

/* True when there is something to be done yet. */
static bool
look_at(struct starts *starts, const struct start *start)
{
	struct fleet *fleet = starts->fleet;
	char value[ERRAND_ROW_MAX];
	int64_t since_s, until_s;
	struct err err;

	if (cursor_get(fleet->spool, start->row, value, sizeof(value), NULL) !=
	        1 ||
	    errand_parse_row(value, &since_s, &until_s) == -1)
		return false;
	if (is_put_off(starts, start->row) ||
	    (until_s == UNTIL_NOW &&
	        make_absolute(fleet, start, &since_s, &until_s) == -1))
		return true;
	if (since_s >= until_s)
		return false;
	if (api_now_s(fleet, start->source) < until_s)
		return true;
	if (begin(starts, start, since_s, until_s, &err) == 0)
		return true;
	/* ERR_BAD: it does not want that source, or not any more. */
	return err.code != ERR_BAD;
}

/* -1 as long as the API has not told its time. */
static int
make_absolute(struct fleet *fleet, const struct start *start, int64_t *since_s,
    int64_t *until_s)
{
	int64_t now_s = api_now_s(fleet, start->source);
	struct batch *batch;

	if (now_s == 0)
		return -1;
	*until_s = now_s + SLACK_S;
	if (*since_s < 0)
		*since_s += now_s;
	batch = batch_new();
	if (*since_s < *until_s)
		put_row(batch, start->row, *since_s, *until_s);
	else
		batch_put_cursor(batch, start->row, "");
	return commit(fleet->spool, batch, NULL);
}

/* Seconds since 1970; 0: not known. */
static int64_t
api_now_s(struct fleet *fleet, const char *name)
{
	struct source *source = fleet_find_source(fleet, name);
	struct source_stats stats = {.knows_time = false};

	if (source != NULL)
		source_stats(source, &stats);
	/* Whose API never tells it is not waited for. */
	if (!stats.knows_time && !stats.lacks_time)
		return 0;
	return (loop_wall_ms(fleet->loop) - stats.skew_ms) / 1000;
}

static int
begin(struct starts *starts, const struct start *start, int64_t since_s,
    int64_t until_s, struct err *err)
{
	const struct replay_wish wish = {.since_s = since_s,
	    .until_s = until_s,
	    .stream = start->stream,
	    .row = start->row};
	const char *name = start->d->section->name;
	struct errand *errand = xcalloc(1, sizeof(*errand));

	errand->starts = starts;
	errand->row = xstrdup(start->row);
	errand->destination = xstrdup(name);
	errand->source = xstrdup(start->source);
	errand->stream = start->stream;
	if (fleet_replay(starts->fleet, start->source, name, &wish, on_done,
	        errand, err) == -1) {
		errand_free(errand);
		return -1;
	}
	log_info("deliver",
	    "destination \"%s\" is new: fetching what it is to get of the past "
	    "source=%s stream=%s",
	    name, start->source, start->stream->name);
	return 0;
}

static void
on_done(const struct replay_end *end, void *arg)
{
	struct errand *e = arg;
	struct starts *starts = e->starts;

	if (end->error != NULL) {
		tell_failed(e, end->error);
	} else {
		pause_end(starts, e->row);
		tell_source(e);
		starts_look(starts); /* the next one */
		log_info("deliver",
		    "destination \"%s\" has its past records=%" PRIu64
		    " source=%s stream=%s",
		    e->destination, end->records, e->source, e->stream->name);
		if (end->missing != NULL)
			log_warn("deliver",
			    "destination \"%s\" lacks some of its past: %s "
			    "source=%s",
			    e->destination, end->missing, e->source);
	}
	errand_free(e);
}

static void
tell_failed(const struct errand *e, const char *why)
{
	struct starts *starts = e->starts;

	if (destination_find(starts->fleet, e->destination) == NULL)
		log_info("deliver",
		    "destination \"%s\" is out before it has all of its past: "
		    "the rest is fetched when it is back source=%s stream=%s",
		    e->destination, e->source, e->stream->name);
	else
		log_warn("deliver",
		    "destination \"%s\": fetching its past: %s; trying again "
		    "in %.0f s source=%s stream=%s",
		    e->destination, why, (double)put_off(starts, e->row) / 1000,
		    e->source, e->stream->name);
}

static void
tell_source(const struct errand *e)
{
	struct fleet *fleet = e->starts->fleet;
	struct destination *d = destination_find(fleet, e->destination);
	struct source *source = fleet_find_source(fleet, e->source);

	if (d != NULL && source != NULL && !starts_wait(d, e->source))
		source_past_is_given(source, d->queue);
}

static void
errand_free(struct errand *errand)
{
	free(errand->row);
	free(errand->destination);
	free(errand->source);
	free(errand);
}

/* Returns for how long. */
static int64_t
put_off(struct starts *starts, const char *row)
{
	struct pause *pause;

	TAILQ_FOREACH(pause, &starts->pauses, next)
	if (strcmp(pause->row, row) == 0)
		break;
	if (pause == NULL) {
		pause = xcalloc(1, sizeof(*pause));
		pause->row = xstrdup(row);
		TAILQ_INSERT_TAIL(&starts->pauses, pause, next);
	}
	pause->pause_ms =
	    pause->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * pause->pause_ms;
	if (pause->pause_ms > PAUSE_MAX_MS)
		pause->pause_ms = PAUSE_MAX_MS;
	pause->due_ms = loop_now_ms(starts->fleet->loop) + pause->pause_ms;
	return pause->pause_ms;
}

static bool
is_put_off(const struct starts *starts, const char *row)
{
	const struct pause *pause;

	TAILQ_FOREACH(pause, &starts->pauses, next)
	if (strcmp(pause->row, row) == 0)
		return loop_now_ms(starts->fleet->loop) < pause->due_ms;
	return false;
}

static void
pause_end(struct starts *starts, const char *row)
{
	struct pause *pause;

	TAILQ_FOREACH(pause, &starts->pauses, next)
	if (strcmp(pause->row, row) == 0)
		break;
	if (pause == NULL)
		return;
	TAILQ_REMOVE(&starts->pauses, pause, next);
	free(pause->row);
	free(pause);
}

/* Put back, or a new one of that name, it does not wait for what failed before. */
static void
pauses_end_of(struct starts *starts, const char *destination)
{
	struct pause *pause, *next;
	char rows[NAME_SIZE];
	size_t len;

	row_name(rows, destination, "", NULL);
	len = strlen(rows);
	for (pause = TAILQ_FIRST(&starts->pauses); pause != NULL;
	     pause = next) {
		next = TAILQ_NEXT(pause, next);
		if (strncmp(pause->row, rows, len) == 0)
			pause_end(starts, pause->row);
	}
}

static void
row_name(char out[NAME_SIZE], const char *destination, const char *source,
    const struct stream *stream)
{
	(void)snprintf(out, NAME_SIZE, STARTS_ROWS "%s%s%s%s%s", destination,
	    source != NULL ? "/" : "", source != NULL ? source : "",
	    stream != NULL ? "/" : "", stream != NULL ? stream->name : "");
}

static void
put_row(struct batch *batch, const char *row, int64_t since_s, int64_t until_s)
{
	struct buf value;

	buf_init(&value, ERRAND_ROW_MAX);
	errand_put_row(&value, since_s, until_s);
	batch_put_cursor(batch, row, value.data);
	buf_clear(&value);
}

static int
commit(struct spool *spool, struct batch *batch, struct err *err)
{
	int result = spool_commit(spool, batch, err);

	FAULT_POINT("start-noted");
	batch_free(batch);
	return result;
}
