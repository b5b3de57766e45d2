/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a new destination gets of the past ends when it was met, not where the
 * stream's cursor was: that has not passed what an open window has brought. What
 * both ways meet is given.c's matter.
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
#include "intake/proof.h"
#include "intake/run.h"
#include "io/log.h"
#include "spool/batch.h"

#define DAY_S INT64_C(86400)

void
errand_lay(struct poller *p)
{
	p->reached_s = p->errand.since_s;
	windows_push_steps(&p->run.windows, WINDOW_NEW, p->errand.since_s,
	    p->errand.until_s, DAY_S);
}

void
errand_window_done(struct poller *p, const struct window *window)
{
	struct buf row;

	if (p->errand.row == NULL || window->from_s > p->reached_s ||
	    window->to_s <= p->reached_s)
		return;
	p->reached_s = window->to_s;
	buf_init(&row, ERRAND_ROW_MAX);
	errand_put_row(&row, p->reached_s, p->errand.until_s);
	batch_put_cursor(p->batch, p->errand.row, row.data);
	buf_clear(&row);
	run_gathered(p);
}

void
errand_leave_out(
    struct poller *p, const struct window *window, const struct err *why)
{
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	rfc3339_sec(from, window->from_s * 1000);
	rfc3339_sec(to, window->to_s * 1000);
	log_error("abnormal-security",
	    "what is of %s to %s cannot be listed while the rest can, the "
	    "replay leaves it out: %s: replay that later, or ask Abnormal's "
	    "support source=%s stream=%s",
	    from, to, why->text, p->conf->name, p->stream->name);
	p->stats.unlisted++;
	proof_left_out(p, window);
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
		    "from %s to %s the API has nothing any more, which nobody "
		    "can change",
		    from, to);
	}
	if (stats->unlisted > 0)
		len += snprintf(out + len, ERRAND_MISSING_MAX - (size_t)len,
		    "%s%" PRIu64 " spans could not be listed (see the log)",
		    len > 0 ? "; " : "", stats->unlisted);
	if (stats->given_up > 0)
		len += snprintf(out + len, ERRAND_MISSING_MAX - (size_t)len,
		    "%s%" PRIu64 " details could not be fetched (see the log)",
		    len > 0 ? "; " : "", stats->given_up);
	if (stats->unsent > 0)
		(void)snprintf(out + len, ERRAND_MISSING_MAX - (size_t)len,
		    "%s%" PRIu64 " records could not be sent (see the log)",
		    len > 0 ? "; " : "", stats->unsent);
}

void
errand_put_row(struct buf *out, int64_t since_s, int64_t until_s)
{
	(void)buf_printf(out, "%" PRId64 " %" PRId64, since_s, until_s);
	(void)buf_putc(out, '\0');
}

int
errand_parse_row(const char *row, int64_t *ret_since_s, int64_t *ret_until_s)
{
	char *end, *last;
	int64_t since_s = strtoll(row, &end, 10), until_s;

	if (end == row || *end != ' ')
		return -1;
	until_s = strtoll(end + 1, &last, 10);
	if (last == end + 1 || *last != '\0')
		return -1;
	*ret_since_s = since_s;
	*ret_until_s = until_s;
	return 0;
}
