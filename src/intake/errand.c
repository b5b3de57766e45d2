/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A replay to some of the outlets must not meet what the usual way has still to
 * bring to all of them: that ends where the stream's cursor is, has the same
 * holes, and leaves to looking back what the ledger does not know yet.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/errand.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "spool/batch.h"

#define DAY_S INT64_C(86400)

static const struct spans *spans_of(const struct poller *p);
static int64_t comes_from_ms(const struct poller *p);
static void pass_holes(struct poller *p);
static int64_t larger(int64_t a, int64_t b);

void
errand_lay(struct poller *p)
{
	const struct spans *spans = spans_of(p);
	struct windows *windows = &p->run.windows;
	int64_t since_s = p->errand.since_s, to_s = p->errand.until_s;

	p->reached_s = since_s;
	if (p->errand.is_partial)
		p->taker.comes_from_ms = comes_from_ms(p);
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
errand_end(struct poller *p)
{
	notice_replay(p, (int64_t)p->run.records);
	if (p->errand.row != NULL)
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

static const struct spans *
spans_of(const struct poller *p)
{
	if (p->errand.spans != NULL)
		return p->errand.spans;
	return p->errand.is_partial ? &p->spans[WINDOW_NEW] : NULL;
}

/*
 * What is younger is looked at again by the usual way, for a while at least
 * that a pass over it takes.
 */
static int64_t
comes_from_ms(const struct poller *p)
{
	int64_t back_s = p->conf->overlap_ms / 1000, margin_s;

	if (p->stream->filter_keys[WINDOW_LATE] == NULL)
		return INT64_MAX;
	if (p->stream->id != NULL)
		back_s = larger(back_s, p->conf->recheck_ms / 1000);
	margin_s = back_s / 4 < DAY_S ? back_s / 4 : DAY_S;
	return 1000 *
	    larger(p->origin_s,
	        account_server_ms(p->account) / 1000 - back_s + margin_s);
}

static void
pass_holes(struct poller *p)
{
	const struct spans *spans = spans_of(p);

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
