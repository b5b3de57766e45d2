/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the spool's cursor table, readable on purpose:
 *
 *   cursor/acme/threats/received    what is listed by the first key
 *   cursor/acme/threats/remediated  by the second
 *   cursor/acme/threats/origin      nothing older is news,
 *   cursor/acme/threats/noted       but what is new there (noted.h)
 *   cursor/acme/threats/known       when the stream was first wanted
 *   cursor/acme/threats/about       the same by this machine's clock, while
 *                                   the API has not told its own
 *   cursor/acme/threats/looked      when all of overlap was looked over last
 *   cursor/acme/threats/window      "0 FROM/TO,OPENED", or "-"
 */
#include "config.h"

#include <stdio.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/cursors_parts.h"
#include "intake/explain.h"
#include "intake/noted.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "io/loop.h"
#include "spool/batch.h"

#define NAME_SIZE 256
#define VALUE_MAX 4096
#define SPARE_MS INT64_C(3600000)

static const char *const names[] = {
    [WINDOW_NEW] = "received",
    [WINDOW_CHANGED] = "remediated",
};

static void name_of(
    const struct poller *p, const char *what, char out[NAME_SIZE]);
static int load_window(struct poller *p, struct err *err);
static void put_origin(struct poller *p);
static void put_moved(struct poller *p);

/*
 * A life that ends in the first window has left the origin, so that the next
 * one begins there and not where the start has moved to meanwhile.
 */
int
cursors_load(struct poller *p, struct err *err)
{
	struct spans spans[WINDOW_LATE], origin, looked;
	int64_t untrue_ms;
	int64_t back_ms = account_back_ms(p->account, &untrue_ms);
	int64_t step_ms = back_ms - p->back_ms;
	bool moved;

	p->doubts_cursors = false;
	if (cursors_read_begin(p, &origin, &moved, err) == -1)
		return -1;
	/* As long as nothing is stored it may move, and windows that lie on one
	 * side of it would lie on both. */
	if (p->origin_s != 0 && p->origin_s != origin.cursor_s)
		plan_look_again(p);
	p->origin_s = origin.cursor_s;
	if (moved) {
		/* All that was listed since was by that clock. */
		untrue_ms = step_ms = 0;
		plan_look_again(p);
		put_moved(p);
	}
	for (enum window_kind kind = WINDOW_NEW; kind < WINDOW_LATE; kind++) {
		spans_init(&spans[kind], origin.cursor_s);
		if (cursors_read(p, names[kind], &spans[kind], err) == -1)
			return -1;
		if (p->stream->filter_keys[kind] != NULL &&
		    (moved || step_ms > 0 ||
		        cursors_is_ahead(p, names[kind], spans[kind].cursor_s)))
			cursors_heal(p, names[kind], &spans[kind],
			    cursors_missed_ms(p, kind, untrue_ms, step_ms));
	}
	p->back_ms = back_ms;
	spans_init(&looked, account_server_ms(p->account) / 1000);
	if (cursors_read(p, "looked", &looked, err) == -1 ||
	    load_window(p, err) == -1)
		return -1;
	if (p->back.looked_ms == 0)
		p->back.looked_ms = looked.cursor_s * 1000;
	if (noted_load(p, err) == -1)
		return -1;
	if (!p->spares_commit)
		memcpy(p->spans, spans, sizeof(spans));
	if (p->stream->extras[0].path != NULL &&
	    retries_load(p->owed, p->world.spool, err) == -1)
		return -1;
	if (retries_load(p->skips, p->world.spool, err) == -1)
		return -1;
	return retries_load(p->retries, p->world.spool, err);
}

/* Before its first window has ended that is noted as open. */
bool
cursors_exist(
    struct spool *spool, const char *source, const struct stream *stream)
{
	static const char *const rows[] = {"received", "origin", "window"};
	char name[NAME_SIZE], value[VALUE_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(name, sizeof(name), "cursor/%s/%s/%s", source,
		    stream->name, rows[i]);
		if (cursor_get(spool, name, value, sizeof(value), NULL) != 0)
			return true;
	}
	return false;
}

/* When there are too many holes it is listed again: no harm is done. */
void
cursors_window_done(struct poller *p, const struct window *window)
{
	struct spans *spans = &p->spans[window->kind];
	const struct span span = {window->from_s, window->to_s};

	if (poller_is_errand(p) || !spans_done(spans, span))
		return;
	cursors_write(p, names[window->kind], spans);
	put_origin(p);
	if (p->back.saved_ms == 0)
		cursors_put_looked(p);
}

bool
cursors_spare_commit(struct poller *p)
{
	/* A window that is noted as open must be noted as closed. */
	if (poller_is_errand(p) || p->run.has_news || p->run.gathered_ms == 0 ||
	    p->run.noted.from_s < p->run.noted.to_s || p->saved_ms == 0 ||
	    loop_now_ms(p->world.loop) - p->saved_ms >= SPARE_MS)
		return false;
	p->spares_commit = true;
	explain(p, "nothing new: the cursors are written down later");
	return true;
}

void
cursors_put_spared(struct poller *p)
{
	if (!p->spares_commit)
		return;
	for (enum window_kind kind = WINDOW_NEW; kind < WINDOW_LATE; kind++)
		if (p->stream->filter_keys[kind] != NULL)
			cursors_write(p, names[kind], &p->spans[kind]);
	/* If this fails, the spool's own are good again. */
	p->spares_commit = false;
}

void
cursors_put_looked(struct poller *p)
{
	struct spans looked;

	if (poller_is_errand(p))
		return;
	spans_init(&looked, p->back.looked_ms / 1000);
	cursors_write(p, "looked", &looked);
	run_gathered(p);
	p->back.saved_ms = p->back.looked_ms;
}

void
cursors_note_window(
    struct poller *p, const struct window *window, int64_t opened_ms)
{
	const struct spans spans = {
	    .holes = {{window->from_s, window->to_s}},
	    .count = 1,
	    /* Up: who was fetched in the second before is fetched again. */
	    .cursor_s = (opened_ms + 999) / 1000,
	};
	char name[NAME_SIZE];
	struct buf value;

	name_of(p, "window", name);
	buf_init(&value, VALUE_MAX);
	if (window->from_s < window->to_s) {
		/* One by this machine's clock is worth nothing. */
		if (account_knows_time(p->account))
			put_origin(p);
		(void)buf_printf(&value, "%d ", (int)window->kind);
		spans_put(&value, &spans);
	} else {
		(void)buf_puts(&value, "-");
	}
	(void)buf_putc(&value, '\0');
	batch_put_cursor(p->batch, name, value.data);
	buf_clear(&value);
}

static void
name_of(const struct poller *p, const char *what, char out[NAME_SIZE])
{
	(void)snprintf(out, NAME_SIZE, "cursor/%s/%s/%s", p->conf->name,
	    p->stream->name, what);
}

int
cursors_read(struct poller *p, const char *what, struct spans *ret_spans,
    struct err *err)
{
	char name[NAME_SIZE], value[VALUE_MAX];
	int found;

	name_of(p, what, name);
	found = cursor_get(p->world.spool, name, value, sizeof(value), err);
	if (found != 1)
		return found;
	if (spans_parse(ret_spans, text_of(value)) == -1)
		return err_set(
		    err, ERR_CORRUPT, "cursor %s is not a time", name);
	return 0;
}

/* One that cannot be read costs some requests, and no more. */
static int
load_window(struct poller *p, struct err *err)
{
	char name[NAME_SIZE], value[VALUE_MAX];
	struct spans spans;
	int found;

	p->resume = (struct window){WINDOW_NEW, 0, 0};
	name_of(p, "window", name);
	found = cursor_get(p->world.spool, name, value, sizeof(value), err);
	if (found != 1)
		return found;
	if ((value[0] != '0' && value[0] != '1') || value[1] != ' ' ||
	    spans_parse(&spans, text_of(value + 2)) == -1 || spans.count != 1)
		return 0;
	p->resume =
	    (struct window){value[0] == '0' ? WINDOW_NEW : WINDOW_CHANGED,
	        spans.holes[0].from_s, spans.holes[0].to_s};
	p->resume_opened_ms = spans.cursor_s * 1000;
	return 0;
}

static void
put_origin(struct poller *p)
{
	struct spans origin;

	spans_init(&origin, p->origin_s);
	cursors_write(p, "origin", &origin);
}

/* With what it was decided by, which is right by now. */
static void
put_moved(struct poller *p)
{
	if (!account_knows_time(p->account) || poller_is_errand(p))
		return;
	put_origin(p);
	run_gathered(p);
}

void
cursors_write(struct poller *p, const char *what, const struct spans *spans)
{
	char name[NAME_SIZE];
	struct buf value;

	name_of(p, what, name);
	buf_init(&value, VALUE_MAX);
	spans_put(&value, spans);
	(void)buf_putc(&value, '\0');
	batch_put_cursor(p->batch, name, value.data);
	buf_clear(&value);
}
