/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids have rows without a time in the ledger (recall.c), in the commit that
 * has their span, or in one before.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/cursors_parts.h"
#include "intake/noted.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"

#define DAY_S INT64_C(86400)

static void begin(struct poller *p, int64_t from_s);
static int64_t end_of(const struct poller *p);
static bool is_to_come(const struct poller *p);
static bool is_to_be(const struct listing *l);
static void lay_parts(struct poller *p, bool noted);
static void lay(struct poller *p, int64_t from_s, int64_t to_s);
static bool is_noted(const struct spans *spans, const struct window *w);

/* What a run has begun and not stored goes on where it has begun. */
int
noted_load(struct poller *p, struct err *err)
{
	begin(p, p->noted.from_s);
	return cursors_read(p, "noted", &p->noted.spans, err);
}

void
noted_lay(struct poller *p, int64_t from_s)
{
	p->noted.from_s = from_s;
	if (p->noted.spans.cursor_s == 0)
		begin(p, from_s);
	lay_parts(p, true);
	lay_parts(p, false);
}

bool
noted_is_news(const struct listing *l, struct text id)
{
	struct poller *p = l->poller;

	if (is_noted(&p->noted.spans, &l->window) && !is_to_come(p))
		return true;
	if (is_to_be(l))
		recall_put_noted(p, id);
	return false;
}

bool
noted_is_due(const struct listing *l)
{
	const struct poller *p = l->poller;

	return p->stream->judges && is_to_be(l) && !is_to_come(p);
}

bool
noted_is_edge(const struct poller *p, int64_t at_s)
{
	const struct spans *spans = &p->noted.spans;

	for (size_t i = 0; i < spans->count; i++)
		if (at_s == spans->holes[i].from_s ||
		    at_s == spans->holes[i].to_s)
			return true;
	return at_s == spans->cursor_s;
}

void
noted_window_done(const struct listing *l)
{
	struct poller *p = l->poller;
	const struct window *w = &l->window;
	const struct span span = {w->from_s, w->to_s};

	if (!is_to_be(l) || w->to_s > p->origin_s ||
	    is_noted(&p->noted.spans, w) || !spans_done(&p->noted.spans, span))
		return;
	cursors_write(p, "noted", &p->noted.spans);
	run_gathered(p);
}

/* Nothing is noted. */
static void
begin(struct poller *p, int64_t from_s)
{
	struct spans *spans = &p->noted.spans;

	spans_init(spans, from_s);
	if (from_s != 0)
		spans->holes[spans->count++] = (struct span){1, from_s};
}

static int64_t
end_of(const struct poller *p)
{
	int64_t newest_s = plan_newest_s(p);

	return newest_s < p->origin_s ? newest_s : p->origin_s;
}

/* The start: then all that shows up is judged before it. */
static bool
is_to_come(const struct poller *p)
{
	return plan_newest_s(p) < p->origin_s;
}

static bool
is_to_be(const struct listing *l)
{
	return l->noted_from_s != 0 && l->window.from_s >= l->noted_from_s &&
	    !poller_is_errand(l->poller);
}

/* What is noted, or what is not. */
static void
lay_parts(struct poller *p, bool noted)
{
	const struct spans *spans = &p->noted.spans;
	int64_t at_s = p->noted.from_s;

	for (size_t i = 0; i < spans->count; i++) {
		const struct span *hole = &spans->holes[i];

		if (noted)
			lay(p, at_s, hole->from_s);
		else
			lay(p, hole->from_s, hole->to_s);
		if (at_s < hole->to_s)
			at_s = hole->to_s;
	}
	if (noted)
		lay(p, at_s, spans->cursor_s);
	else
		lay(p, spans->cursor_s, end_of(p));
}

static void
lay(struct poller *p, int64_t from_s, int64_t to_s)
{
	int64_t end_s = end_of(p);

	if (from_s < p->noted.from_s)
		from_s = p->noted.from_s;
	if (to_s > end_s)
		to_s = end_s;
	windows_push_steps(&p->back.left, WINDOW_LATE, from_s, to_s, DAY_S);
}

static bool
is_noted(const struct spans *spans, const struct window *w)
{
	for (size_t i = 0; i < spans->count; i++)
		if (w->from_s < spans->holes[i].to_s &&
		    w->to_s > spans->holes[i].from_s)
			return false;
	return w->to_s <= spans->cursor_s;
}
