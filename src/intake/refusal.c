/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 400 on a list may mean that the window is wider than the API allows or that
 * it begins before what the API still keeps; the words differ and are not
 * documented. One rule serves for all: ask for the newer half, then for the
 * older one. Where even a minute is refused, and it is not a recent one, while
 * what is newer is not, the data end: what lies before is stepped over and told
 * in a record, so that nothing is missing in silence and the rest goes on.
 */
#include "config.h"

#include <string.h>

#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/cursors.h"
#include "intake/errand.h"
#include "intake/explain.h"
#include "intake/filter_key.h"
#include "intake/isolate.h"
#include "intake/listings.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/refusal.h"
#include "intake/run.h"
#include "io/http.h"
#include "io/log.h"

#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_MS INT64_C(86400000)
/* Of one minute, that do not say why, while what is newer is listed. */
#define REFUSALS_MAX 3

static bool is_retention(const struct http_reply *reply);
static bool is_proven(struct poller *p, const struct window *w);
static bool prove(struct poller *p, const struct window *w);
static bool go_on_beside(
    struct poller *p, const struct window *w, const struct err *why);
static void errand_refused(struct poller *p, struct window *w,
    const struct http_reply *reply, const struct err *why);
static void late_refused(struct poller *p, struct window *w,
    const struct http_reply *reply, const struct err *why);
static void widen(struct poller *p, struct window *w);
static void halve(struct poller *p, const struct window *w);
static void step_over(
    struct poller *p, const struct window *w, const struct err *why);
static int64_t drop_older(struct poller *p, const struct window *window);
static int64_t later_than_listed(
    const struct poller *p, const struct window *w, int64_t from_s);

void
refusal_take(
    struct listing *l, const struct http_reply *reply, const struct err *why)
{
	struct poller *p = l->poller;
	struct run *r = &p->run;
	struct window w = l->window;

	if (l->is_skipped) {
		isolate_put_off(l, why);
		return;
	}
	if (reply->status != 400 || p->errand.dry != NULL) {
		poller_end_run(p, POLLER_FAILING, why);
		return;
	}
	/* From now on what is asked for next depends on the answers. */
	r->in_turn = true;
	listings_drop(l);
	listings_put_back(p);
	if (p->errand.until_s != 0) {
		errand_refused(p, &w, reply, why);
		return;
	}
	if (w.kind == WINDOW_LATE) {
		late_refused(p, &w, reply, why);
		return;
	}
	if (!r->refused)
		widen(p, &w);
	r->refused = true;
	if (w.to_s - w.from_s > MINUTE_S)
		halve(p, &w);
	else if (is_retention(reply) || is_proven(p, &w))
		step_over(p, &w, why);
	else if (!prove(p, &w) && !go_on_beside(p, &w, why))
		poller_end_run(p, POLLER_FAILING, why);
}

/*
 * All by one key is refused: what is listed by the other one goes on. If that
 * was not asked by yet, it is next. False when it is refused, too.
 */
static bool
go_on_beside(struct poller *p, const struct window *w, const struct err *why)
{
	struct run *r = &p->run;
	enum window_kind beside = filter_key_beside(w->kind);

	if (p->stream->filter_keys[WINDOW_CHANGED] == NULL)
		return false;
	if (filter_key_is_doubtful(p, beside))
		return false;
	if (r->lists_answered[beside] > 0) {
		r->refused = false;
		r->edge = r->control = (struct window){WINDOW_NEW, 0, 0};
		filter_key_put_off(p, w->kind, why);
		return true;
	}
	if (r->beside_first)
		return false;
	r->beside_first = true;
	windows_push(&r->windows, *w);
	return windows_raise(&r->windows, beside);
}

static bool
is_retention(const struct http_reply *reply)
{
	return reply->body_len > 0 &&
	    strcasestr(reply->body, "retention") != NULL;
}

/* It was refused again and again, and what is newer was not, each time. */
static bool
is_proven(struct poller *p, const struct window *w)
{
	struct run *r = &p->run;

	if (w->kind != r->edge.kind || w->from_s != r->edge.from_s ||
	    w->to_s != r->edge.to_s) {
		r->edge = *w;
		r->edge_refusals = 0;
		r->accepted = true;
	}
	r->edge_refusals += r->accepted;
	return r->edge_refusals >= REFUSALS_MAX;
}

/*
 * A refusal that does not say why may be of everything, for now or for good:
 * ask for something newer, and then once more. False when there is no use. What
 * is newer is so by some time, since the edge moves on while it is looked for.
 */
static bool
prove(struct poller *p, const struct window *w)
{
	struct run *r = &p->run;
	int64_t from_s = w->to_s + HOUR_S;

	if (account_server_ms(p->account) - w->to_s * 1000 <= DAY_MS ||
	    (w->kind == r->control.kind && w->from_s == r->control.from_s))
		return false;
	explain(
	    p, "what is newer is asked for, to see whether that is refused");
	r->control = (struct window){w->kind, from_s, from_s + MINUTE_S};
	r->accepted = false;
	windows_push(&r->windows, *w);
	windows_push(&r->windows, r->control);
	return true;
}

/*
 * A replay looks for where the data begin in all that is left to be listed. A
 * refusal that does not say why, and of everything, is a failure.
 */
static void
errand_refused(struct poller *p, struct window *w,
    const struct http_reply *reply, const struct err *why)
{
	struct run *r = &p->run;

	if (!r->refused_once) {
		r->refused_once = true;
		r->accepted = false;
		if (!p->stream->by_range)
			widen(p, w);
	}
	if (w->to_s - w->from_s > MINUTE_S)
		halve(p, w);
	else if (is_retention(reply) || r->accepted)
		step_over(p, w, why);
	else
		poller_end_run(p, POLLER_FAILING, why);
}

/* What is too old is not owed there; what is only too wide is, and what lies
 * this side of where the data begin. */
static void
late_refused(struct poller *p, struct window *w, const struct http_reply *reply,
    const struct err *why)
{
	bool is_old = is_retention(reply) ||
	    account_server_ms(p->account) - w->to_s * 1000 > DAY_MS;

	explain(p, "looking back is refused: %s", why->text);
	if (!p->run.late_refused)
		widen(p, w);
	p->run.late_refused = true;
	if (w->to_s - w->from_s > (is_retention(reply) ? HOUR_S : MINUTE_S)) {
		halve(p, w);
		return;
	}
	if (!is_old)
		return;
	explain(p, "looking back ends where the data begin");
	(void)drop_older(p, w);
	p->back.edge_s = w->to_s;
	p->back.edge_ms = account_server_ms(p->account);
}

/* Where the data begin is found faster in all that is still to be listed than
 * day by day. */
static void
widen(struct poller *p, struct window *w)
{
	struct windows *windows = &p->run.windows;
	size_t count = 0;

	for (size_t i = windows->count; i-- > 0;) {
		struct window *next = &windows->items[i];

		if (next->kind == w->kind && next->from_s == w->to_s) {
			w->to_s = next->to_s;
			next->to_s = next->from_s;
		}
	}
	for (size_t i = 0; i < windows->count; i++)
		if (windows->items[i].from_s < windows->items[i].to_s)
			windows->items[count++] = windows->items[i];
	windows->count = count;
	explain(p,
	    "window is widened, to find where the data begin "
	    "seconds=%lld",
	    (long long)(w->to_s - w->from_s));
}

/* The newer half comes first: it tells what the older one has to expect. */
static void
halve(struct poller *p, const struct window *w)
{
	struct windows *windows = &p->run.windows;
	int64_t middle_s = w->from_s + (w->to_s - w->from_s) / 2;

	explain_halves(p, w, "it is refused, as too wide or too old");
	windows_push(windows, (struct window){w->kind, w->from_s, middle_s});
	windows_push(windows, (struct window){w->kind, middle_s, w->to_s});
}

static void
step_over(struct poller *p, const struct window *w, const struct err *why)
{
	struct run *r = &p->run;
	struct window gap = *w;
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	gap.from_s = later_than_listed(p, w, drop_older(p, w));
	r->refused = false;
	r->edge = r->control = (struct window){WINDOW_NEW, 0, 0};
	rfc3339_sec(from, gap.from_s * 1000);
	rfc3339_sec(to, gap.to_s * 1000);
	/* The second key is about the same data: told once. */
	if (gap.kind == WINDOW_NEW) {
		log_error("abnormal-security",
		    "what the API had from %s to %s cannot be had any more: "
		    "%s source=%s stream=%s",
		    from, to, why->text, p->conf->name, p->stream->name);
		notice_gap(p, &gap, why);
	}
	if (poller_is_errand(p)) {
		p->stats.gap_from_s = gap.from_s;
		p->stats.gap_to_s = gap.to_s;
	}
	cursors_window_done(p, &gap);
	errand_window_done(p, &gap);
	run_gathered(p);
}

/* Older windows of the same kind are refused as well. Returns their start. */
static int64_t
drop_older(struct poller *p, const struct window *window)
{
	struct windows *windows = &p->run.windows;
	int64_t from_s = window->from_s;
	size_t count = 0;

	for (size_t i = 0; i < windows->count; i++) {
		struct window w = windows->items[i];

		if (w.kind == window->kind && w.to_s <= window->from_s) {
			if (w.from_s < from_s)
				from_s = w.from_s;
			continue;
		}
		windows->items[count++] = w;
	}
	windows->count = count;
	return from_s;
}

/* What is listed before the window is not fetched yet: no gap may cover it. */
static int64_t
later_than_listed(
    const struct poller *p, const struct window *w, int64_t from_s)
{
	const struct listing *l;

	TAILQ_FOREACH(l, &p->run.listings, next)
	if (l->window.kind == w->kind && l->window.to_s <= w->from_s &&
	    l->window.to_s > from_s)
		from_s = l->window.to_s;
	return from_s;
}
