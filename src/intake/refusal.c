/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 400 on a list may mean that the window is wider than the API allows or that
 * it begins before what the API still keeps; the words differ and are not
 * documented. One rule serves for all: ask for the newer half, then for the
 * older one. Where even a minute is refused the data end, when that is proven:
 * see proof.h; the words shorten that. What lies before is stepped over and told
 * in a record, so that nothing is missing in silence and the rest goes on.
 * Otherwise the minute is bad by itself, and it alone is put off: see skip.h.
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
#include "intake/noted.h"
#include "intake/notice.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/proof.h"
#include "intake/refusal.h"
#include "intake/run.h"
#include "intake/skip.h"
#include "io/http.h"
#include "io/log.h"

#define MINUTE_S 60
#define HOUR_S 3600

static void ask_in_turn(struct listing *l);
static bool is_retention(const struct http_reply *reply);
static void control_refused(
    struct listing *l, bool is_silent, const struct err *why);
static void decide(struct poller *p, enum proof_verdict verdict,
    const struct window *minute, const struct err *why);
static bool go_on_beside(
    struct poller *p, const struct window *w, const struct err *why);
static void leave_out(
    struct poller *p, const struct window *w, const struct err *why);
static void leave_out_lone(
    struct poller *p, const struct window *w, const struct err *why);
static void widen(struct poller *p, struct window *w);
static void halve(struct poller *p, const struct window *w);
static void end_data(
    struct poller *p, const struct window *w, const struct err *why);
static void step_over(
    struct poller *p, const struct window *w, const struct err *why);
static void note_missing(struct poller *p, const struct window *gap);
static bool is_older(const struct window *w, const struct window *than);
static int64_t oldest_s(const struct poller *p, const struct window *w);
static void drop_older(struct poller *p, const struct window *w);
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
	if (l->is_control) {
		control_refused(l, false, why);
		return;
	}
	ask_in_turn(l);
	if (window_is_within(&w, &r->lone)) {
		leave_out_lone(p, &w, why);
		return;
	}
	if (!is_retention(reply) && proof_is_beside(p, &w)) {
		leave_out(p, &w, why);
		return;
	}
	if (!r->refused)
		widen(p, &w);
	r->refused = true;
	/* What is of its last hour is not worth the questions. */
	if (w.to_s - w.from_s > (w.kind == WINDOW_LATE && is_retention(reply)
	                                ? HOUR_S
	                                : MINUTE_S)) {
		halve(p, &w);
		return;
	}
	/* It stays there until that is decided. */
	windows_push(&r->windows, w);
	decide(
	    p, proof_of(p, &w, oldest_s(p, &w), is_retention(reply)), &w, why);
}

bool
refusal_is_by_key(struct listing *l, const struct err *why)
{
	struct poller *p = l->poller;
	struct window w = l->window;

	if (!filter_key_has_two(p) || l->is_control)
		return false;
	ask_in_turn(l);
	windows_push(&p->run.windows, w);
	if (!go_on_beside(p, &w, why))
		return false;
	if (!filter_key_is_doubtful(p, w.kind))
		log_warn("abnormal-security",
		    "%s source=%s stream=%s, asking by the other key",
		    why->text, p->conf->name, p->stream->name);
	return true;
}

/* From now on what is asked for next depends on the answers. */
static void
ask_in_turn(struct listing *l)
{
	struct poller *p = l->poller;

	p->run.in_turn = true;
	listings_drop(l);
	listings_put_back(p);
}

void
refusal_unanswered(struct listing *control, const struct err *why)
{
	control_refused(control, true, why);
}

static void
control_refused(struct listing *l, bool is_silent, const struct err *why)
{
	struct poller *p = l->poller;
	const struct window minute = p->run.proof.edge;

	decide(p, proof_refused(l, is_silent), &minute, why);
}

static void
decide(struct poller *p, enum proof_verdict verdict,
    const struct window *minute, const struct err *why)
{
	struct run *r = &p->run;
	struct window top;

	if (verdict == PROOF_ASKS)
		return;
	r->proof.edge = (struct window){WINDOW_NEW, 0, 0};
	if (verdict == PROOF_ALL) {
		if (!go_on_beside(p, minute, why))
			poller_end_run(p, POLLER_FAILING, why);
		return;
	}
	r->refused = false;
	(void)windows_pop(&r->windows, &top);
	if (verdict == PROOF_END) {
		r->end_s = minute->to_s;
		end_data(p, minute, why);
	} else if (poller_is_errand(p)) {
		r->lone = *minute;
		leave_out_lone(p, minute, why);
	} else
		leave_out(p, minute, why);
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

	if (!filter_key_has_two(p) || filter_key_is_doubtful(p, beside))
		return false;
	if (r->lists_answered[beside] > 0) {
		r->refused = false;
		filter_key_put_off(p, w->kind, why);
		return true;
	}
	if (r->beside_first)
		return false;
	r->beside_first = true;
	return windows_raise(&r->windows, beside);
}

static bool
is_retention(const struct http_reply *reply)
{
	return reply->body_len > 0 &&
	    strcasestr(reply->body, "retention") != NULL;
}

/* When too many are put off already it stays open: the next poll asks again. */
static void
leave_out(struct poller *p, const struct window *w, const struct err *why)
{
	p->run.refused = false;
	if (poller_is_errand(p)) {
		errand_leave_out(p, w, why);
		errand_window_done(p, w);
		return;
	}
	proof_left_out(p, w);
	if (!skip_put(p, w, why)) {
		log_warn("abnormal-security",
		    "%s source=%s stream=%s, and too much is put off already: "
		    "the next poll asks again",
		    why->text, p->conf->name, p->stream->name);
		if (w->kind == WINDOW_LATE)
			plan_keep(p, w);
	} else if (w->kind != WINDOW_LATE) {
		cursors_window_done(p, w);
	}
	p->run.looked_back = p->run.looked_back || w->kind == WINDOW_LATE;
}

/* A replay does not come again: of what is bad no more than the seconds. */
static void
leave_out_lone(struct poller *p, const struct window *w, const struct err *why)
{
	p->run.refused = false;
	if (w->to_s - w->from_s > 1)
		halve(p, w);
	else
		leave_out(p, w, why);
}

/* Where the data begin is found faster in all that is still to be listed than
 * day by day. What is noted (noted.h) stays apart from what is not. */
static void
widen(struct poller *p, struct window *w)
{
	struct windows *windows = &p->run.windows;
	size_t count = 0;

	for (size_t i = windows->count; i-- > 0;) {
		struct window *next = &windows->items[i];

		if (next->kind == w->kind && next->from_s == w->to_s &&
		    !(w->kind == WINDOW_LATE && noted_is_edge(p, w->to_s))) {
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

	/* What is answered lies on one side of it: see plan.c. */
	if (w->kind == WINDOW_LATE && w->from_s < p->origin_s &&
	    p->origin_s < w->to_s)
		middle_s = p->origin_s;
	explain_halves(p, w, "it is refused, as too wide or too old");
	windows_push(windows, (struct window){w->kind, w->from_s, middle_s});
	windows_push(windows, (struct window){w->kind, middle_s, w->to_s});
}

/* What is too old to be looked at again is not owed. */
static void
end_data(struct poller *p, const struct window *w, const struct err *why)
{
	if (w->kind != WINDOW_LATE) {
		step_over(p, w, why);
		return;
	}
	explain(p, "looking back ends where the data begin: %s", why->text);
	drop_older(p, w);
	p->back.edge_s = w->to_s;
	p->back.edge_ms = account_server_ms(p->account);
}

static void
step_over(struct poller *p, const struct window *w, const struct err *why)
{
	struct window gap = *w;
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	gap.from_s = later_than_listed(p, w, oldest_s(p, w));
	drop_older(p, w);
	rfc3339_sec(from, gap.from_s * 1000);
	rfc3339_sec(to, gap.to_s * 1000);
	/* The second key is about the same data: told once. */
	if (gap.kind == WINDOW_NEW) {
		log_error("abnormal-security",
		    "what the API had from %s to %s cannot be had any more, "
		    "and nothing is to be done: %s source=%s stream=%s",
		    from, to, why->text, p->conf->name, p->stream->name);
		notice_gap(p, &gap, why);
	} else {
		log_warn("abnormal-security",
		    "what the API had changed from %s to %s cannot be had any "
		    "more, and nothing is to be done: %s source=%s stream=%s",
		    from, to, why->text, p->conf->name, p->stream->name);
	}
	if (poller_is_errand(p))
		note_missing(p, &gap);
	cursors_window_done(p, &gap);
	errand_window_done(p, &gap);
	run_gathered(p);
}

/* It may be found in steps. */
static void
note_missing(struct poller *p, const struct window *gap)
{
	struct poller_stats *stats = &p->stats;
	bool is_first = stats->gap_from_s == stats->gap_to_s;

	if (is_first || gap->from_s < stats->gap_from_s)
		stats->gap_from_s = gap->from_s;
	if (is_first || gap->to_s > stats->gap_to_s)
		stats->gap_to_s = gap->to_s;
}

/* Those are refused as well. */
static bool
is_older(const struct window *w, const struct window *than)
{
	return w->kind == than->kind && w->to_s <= than->from_s;
}

static int64_t
oldest_s(const struct poller *p, const struct window *w)
{
	const struct windows *windows = &p->run.windows;
	int64_t from_s = w->from_s;

	for (size_t i = 0; i < windows->count; i++)
		if (is_older(&windows->items[i], w) &&
		    windows->items[i].from_s < from_s)
			from_s = windows->items[i].from_s;
	return from_s;
}

static void
drop_older(struct poller *p, const struct window *w)
{
	struct windows *windows = &p->run.windows;
	size_t count = 0;

	for (size_t i = 0; i < windows->count; i++)
		if (!is_older(&windows->items[i], w))
			windows->items[count++] = windows->items[i];
	windows->count = count;
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
