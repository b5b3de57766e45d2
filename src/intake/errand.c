/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a new destination gets of the past ends where the stream's cursor was
 * when it was met, and has the same holes: the rest comes by the usual way. What
 * both ways meet is given.c's matter.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "intake/errand.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "spool/batch.h"

#define DAY_S INT64_C(86400)

static void pass_holes(struct poller *p);
static int64_t larger(int64_t a, int64_t b);

void
errand_lay(struct poller *p)
{
	const struct spans *spans = p->errand.spans;
	struct windows *windows = &p->run.windows;
	int64_t since_s = p->errand.since_s, to_s = p->errand.until_s;

	p->reached_s = since_s;
	if (spans == NULL) {
		windows_push_steps(windows, WINDOW_NEW, since_s, to_s, DAY_S);
		return;
	}
	if (to_s > spans->cursor_s)
		to_s = spans->cursor_s;
	for (size_t i = spans->count; i-- > 0;) {
		const struct span *hole = &spans->holes[i];

		windows_push_steps(windows, WINDOW_NEW,
		    larger(since_s, hole->to_s), to_s, DAY_S);
		if (to_s > hole->from_s)
			to_s = hole->from_s;
	}
	windows_push_steps(windows, WINDOW_NEW, since_s, to_s, DAY_S);
	pass_holes(p);
}

void
errand_window_done(struct poller *p, const struct window *window)
{
	struct buf row;

	if (p->errand.row == NULL || window->from_s > p->reached_s ||
	    window->to_s <= p->reached_s)
		return;
	p->reached_s = window->to_s;
	pass_holes(p);
	buf_init(&row, ERRAND_ROW_MAX);
	errand_put_row(&row, p->reached_s, p->errand.spans);
	batch_put_cursor(p->batch, p->errand.row, row.data);
	buf_clear(&row);
	run_gathered(p);
}

void
errand_end(struct poller *p, const struct err *why)
{
	if (p->errand.until_s == 0 || p->errand_told || !p->run.active)
		return;
	p->errand_told = true;
	notice_replay(p, (int64_t)p->run.records, why);
	if (p->errand.row != NULL && why == NULL)
		batch_put_cursor(p->batch, p->errand.row, "");
}

void
errand_missing(const struct poller_stats *stats, char out[ERRAND_MISSING_MAX])
{
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];
	int len = 0;

	out[0] = '\0';
	if (stats->gap_from_s < stats->gap_to_s) {
		rfc3339_sec(from, stats->gap_from_s * 1000);
		rfc3339_sec(to, stats->gap_to_s * 1000);
		len = snprintf(out, ERRAND_MISSING_MAX,
		    "from %s to %s the API has nothing any more", from, to);
	}
	if (stats->given_up > 0)
		(void)snprintf(out + len, ERRAND_MISSING_MAX - (size_t)len,
		    "%s%" PRIu64 " details could not be fetched (see the log)",
		    len > 0 ? "; " : "", stats->given_up);
}

void
errand_put_row(struct buf *out, int64_t since_s, const struct spans *spans)
{
	(void)buf_printf(out, "%" PRId64 " ", since_s);
	spans_put(out, spans);
	(void)buf_putc(out, '\0');
}

int
errand_parse_row(const char *row, int64_t *ret_since_s, struct spans *ret_spans)
{
	char *end;

	*ret_since_s = strtoll(row, &end, 10);
	if (end == row || *end != ' ')
		return -1;
	return spans_parse(ret_spans, text_of(end + 1));
}

static void
pass_holes(struct poller *p)
{
	const struct spans *spans = p->errand.spans;

	for (size_t i = 0; spans != NULL && i < spans->count; i++)
		if (spans->holes[i].from_s <= p->reached_s &&
		    spans->holes[i].to_s > p->reached_s)
			p->reached_s = spans->holes[i].to_s;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}
