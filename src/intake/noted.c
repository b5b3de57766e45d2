/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows end in their order, so what is noted is one span. Its ids have rows
 * without a time in the ledger (recall.c), in the commit that has the span.
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

static void lay(struct poller *p, int64_t from_s, int64_t to_s);

int
noted_load(struct poller *p, struct err *err)
{
	struct spans spans;

	spans_init(&spans, 0);
	p->noted = (struct span){0, 0};
	if (cursors_read(p, "noted", &spans, err) == -1)
		return -1;
	if (spans.count == 1)
		p->noted = spans.holes[0];
	return 0;
}

void
noted_lay(struct poller *p, int64_t from_s)
{
	struct span *noted = &p->noted;
	int64_t to_s = plan_newest_s(p);

	if (to_s > p->origin_s)
		to_s = p->origin_s;
	/* What is no longer looked at need not be noted any more. */
	if (noted->to_s < from_s)
		*noted = (struct span){from_s, from_s};
	/* Not of before: what it showed when the stream began nobody knows. */
	if (from_s < noted->from_s)
		from_s = noted->from_s;
	lay(p, from_s, noted->to_s < to_s ? noted->to_s : to_s);
	lay(p, noted->to_s, to_s);
}

bool
noted_is_news(struct poller *p, const struct window *w, struct text id)
{
	if (w->from_s >= p->noted.from_s && w->to_s <= p->noted.to_s)
		return true;
	if (p->noted.to_s != 0 && w->from_s >= p->noted.to_s &&
	    !poller_is_errand(p))
		recall_put_noted(p, id);
	return false;
}

void
noted_window_done(struct poller *p, const struct window *w)
{
	struct spans spans = {.holes = {{p->noted.from_s, w->to_s}},
	    .count = 1,
	    .cursor_s = w->to_s};

	if (p->noted.to_s == 0 || w->from_s != p->noted.to_s ||
	    w->to_s > p->origin_s || poller_is_errand(p))
		return;
	p->noted.to_s = w->to_s;
	cursors_write(p, "noted", &spans);
	run_gathered(p);
}

static void
lay(struct poller *p, int64_t from_s, int64_t to_s)
{
	windows_push_steps(&p->back.left, WINDOW_LATE, from_s, to_s, DAY_S);
}
