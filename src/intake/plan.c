/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New windows are steps of a day at the most: progress is saved at their ends,
 * and none gets out of hand after a long outage.
 *
 * Looking back is for what the API shows late. All of `overlap` is listed at
 * each poll, and what it was at the last time too when that is long ago; of
 * what lies between it and `recheck`, a slice: as large a part as the time since
 * the last poll is of a day, so that a day goes over all of it. Which slice is
 * next follows from the clock and need not be remembered.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"

#define DAY_S INT64_C(86400)
#define DAY_MS (DAY_S * 1000)
/* Holes that newest first may leave before it waits for them to be filled. */
#define HOLES_MAX 8

static void lay_kind(struct poller *p, enum window_kind kind, int64_t to_s);
static void lay_resumed(struct poller *p);
static bool is_open(const struct poller *p, const struct window *window);
static void look_back_longer(struct poller *p, int64_t late_s, int64_t to_s);
static void look_back_slice(
    struct poller *p, int64_t from_s, int64_t to_s, int64_t now_ms);
static int64_t later(int64_t a, int64_t b);

int64_t
plan_newest_s(const struct poller *p)
{
	return (account_server_ms(p->account) - p->conf->lag_ms) / 1000;
}

void
plan_lay(struct poller *p)
{
	int64_t to_s = plan_newest_s(p);

	p->run.knew_time = account_knows_time(p->account);
	windows_clear(&p->run.windows);
	if (p->errand.until_s != 0) {
		windows_push_steps(&p->run.windows, WINDOW_NEW,
		    p->errand.since_s, p->errand.until_s, DAY_S);
		return;
	}
	/* The last to be pushed is the first to be walked. */
	lay_kind(p, WINDOW_CHANGED, to_s);
	lay_kind(p, WINDOW_NEW, to_s);
	lay_resumed(p);
}

void
plan_look_back(struct poller *p)
{
	const struct conf_source *conf = p->conf;
	int64_t now_ms = account_server_ms(p->account);
	int64_t to_s = p->spans[WINDOW_NEW].cursor_s;
	int64_t late_s = later(p->origin_s, to_s - conf->overlap_ms / 1000);
	int64_t old_s = later(p->origin_s, to_s - conf->recheck_ms / 1000);
	int64_t at_s = p->late_at_s;

	if (p->stream->filter_keys[WINDOW_LATE] == NULL ||
	    p->errand.until_s != 0)
		return;
	if (at_s <= late_s || at_s >= to_s)
		at_s = late_s;
	windows_push_steps(&p->run.windows, WINDOW_LATE, late_s, at_s, DAY_S);
	windows_push_steps(&p->run.windows, WINDOW_LATE, at_s, to_s, DAY_S);
	/* What stands in a list itself does not change. */
	if (p->stream->id != NULL)
		look_back_slice(p, old_s, late_s, now_ms);
	look_back_longer(p, late_s, to_s);
	p->late_at_s = 0;
	p->late_to_s = to_s;
	p->looked_back_ms = now_ms;
}

void
plan_put_off(struct poller *p)
{
	const struct run *r = &p->run;

	if (r->in_window)
		p->late_at_s = r->window.from_s;
	else if (r->windows.count > 0)
		p->late_at_s = r->windows.items[r->windows.count - 1].from_s;
}

static void
lay_kind(struct poller *p, enum window_kind kind, int64_t to_s)
{
	const struct spans *spans = &p->spans[kind];
	struct windows *windows = &p->run.windows;
	bool newest_first = p->conf->catch_up == CATCH_UP_NEWEST_FIRST &&
	    to_s - spans->cursor_s > DAY_S && spans->count < HOLES_MAX;

	if (p->stream->filter_keys[kind] == NULL)
		return;
	if (!newest_first)
		windows_push_steps(windows, kind, spans->cursor_s, to_s, DAY_S);
	for (size_t i = spans->count; i-- > 0;)
		windows_push_steps(windows, kind, spans->holes[i].from_s,
		    spans->holes[i].to_s, DAY_S);
	if (!newest_first)
		return;
	for (int64_t at_s = spans->cursor_s; at_s < to_s; at_s += DAY_S)
		windows_push(windows,
		    (struct window){
		        kind, at_s, at_s + DAY_S < to_s ? at_s + DAY_S : to_s});
}

/*
 * A window whose ids were fetched in part when the last life ended comes first
 * and as it was, so that what was fetched since it was opened need not be
 * fetched again. That it is laid out a second time costs nothing: it is cut
 * out of what is below.
 */
static void
lay_resumed(struct poller *p)
{
	struct window window = p->resume;
	struct windows whole = p->run.windows;

	if (window.from_s >= window.to_s || !is_open(p, &window))
		return;
	p->run.windows = (struct windows){NULL, 0, 0};
	for (size_t i = 0; i < whole.count; i++) {
		struct window w = whole.items[i];
		int64_t end_s = w.to_s;

		if (w.kind != window.kind || w.to_s <= window.from_s ||
		    w.from_s >= window.to_s) {
			windows_push(&p->run.windows, w);
			continue;
		}
		if (w.to_s > window.to_s) {
			w.from_s = later(w.from_s, window.to_s);
			windows_push(&p->run.windows, w);
			w = whole.items[i];
		}
		end_s = window.from_s;
		if (w.from_s < end_s)
			windows_push(&p->run.windows,
			    (struct window){w.kind, w.from_s, end_s});
	}
	windows_clear(&whole);
	windows_push(&p->run.windows, window);
}

/* Nothing of it is listed yet, as far as the cursors say. */
static bool
is_open(const struct poller *p, const struct window *window)
{
	const struct spans *spans = &p->spans[window->kind];

	if (window->from_s >= spans->cursor_s)
		return window->to_s <= plan_newest_s(p);
	for (size_t i = 0; i < spans->count; i++)
		if (window->from_s >= spans->holes[i].from_s &&
		    window->to_s <= spans->holes[i].to_s)
			return true;
	return false;
}

/*
 * After a time without looking back, the overlap of now does not reach what
 * showed up late meanwhile: that of then is listed as well, first.
 */
static void
look_back_longer(struct poller *p, int64_t late_s, int64_t to_s)
{
	int64_t seen_s = p->late_seen_s;
	int64_t usual_s = 2 * p->conf->poll_interval_ms / 1000;
	int64_t from_s =
	    later(p->origin_s, seen_s - p->conf->overlap_ms / 1000);

	if (to_s - seen_s > usual_s)
		windows_push_steps(&p->run.windows, WINDOW_LATE, from_s,
		    seen_s < late_s ? seen_s : late_s, DAY_S);
}

/* The part of [from, to) that belongs to the time of day since last time. */
static void
look_back_slice(struct poller *p, int64_t from_s, int64_t to_s, int64_t now_ms)
{
	int64_t since_ms = p->looked_back_ms, range_s = to_s - from_s;
	int64_t begin_s, end_s;

	if (range_s <= 0)
		return;
	if (since_ms == 0 || since_ms > now_ms)
		since_ms = now_ms - p->conf->poll_interval_ms;
	if (now_ms - since_ms >= DAY_MS) {
		windows_push_steps(
		    &p->run.windows, WINDOW_LATE, from_s, to_s, DAY_S);
		return;
	}
	/* The range has moved on meanwhile, and its slices with it. */
	begin_s = from_s + since_ms % DAY_MS * range_s / DAY_MS -
	    (now_ms - since_ms) / 1000;
	begin_s = later(begin_s, from_s);
	end_s = from_s + now_ms % DAY_MS * range_s / DAY_MS;
	if (begin_s > end_s) {
		windows_push_steps(
		    &p->run.windows, WINDOW_LATE, begin_s, to_s, DAY_S);
		begin_s = from_s;
	}
	windows_push_steps(&p->run.windows, WINDOW_LATE, begin_s, end_s, DAY_S);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}
