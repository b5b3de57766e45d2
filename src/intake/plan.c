/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New windows are steps of a day at the most: progress is saved at their ends,
 * and none gets out of hand after a long outage.
 *
 * Looking back is for what the API shows late: up to `overlap` after it was
 * received. So a pass begins that long before the last whole pass, and not
 * before now: what showed up while we were away counts too.
 *
 * Of what lies between `overlap` and `recheck` each pass lists a slice: as
 * large a part as the time since the last one is of a day, so that a day goes
 * over all of it. Which slice is next follows from the clock. `recheck` is
 * counted back in the same way, and from before the stream's origin, too: what
 * was received earlier may be known by a change, and then change again.
 *
 * A pass that does not end before the next poll is due goes on in the next run
 * with those of its windows that are not done, as small as they were cut; so
 * each run gets on with it, however short it is. What becomes new meanwhile is
 * the next pass's.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/cursors.h"
#include "intake/errand.h"
#include "intake/explain.h"
#include "intake/filter_key.h"
#include "intake/listings.h"
#include "intake/noted.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/skip.h"
#include "io/log.h"

#define DAY_S INT64_C(86400)
#define DAY_MS (DAY_S * 1000)
/* What is so young is looked at again after an hour. */
#define YOUNG_S (3 * INT64_C(3600))
/* Holes that newest first may leave before it waits for them to be filled. */
#define HOLES_MAX 8
/* A commit for how far looking back got is worth while only now and then. */
#define SAVE_MS INT64_C(3600000)

static void lay_kind(struct poller *p, enum window_kind kind, int64_t to_s);
static void lay_holes(struct poller *p, enum window_kind kind);
static bool has_key(const struct poller *p, enum window_kind key);
static void lay_newest_first(struct windows *windows, enum window_kind kind,
    int64_t from_s, int64_t to_s);
static void lay_resumed(struct poller *p);
static bool is_open(const struct poller *p, const struct window *window);
static void begin_pass(struct poller *p);
static void tell_slow(struct poller *p);
static void look_back_slice(
    struct poller *p, int64_t from_s, int64_t to_s, int64_t now_ms);
static void push_slice(struct poller *p, int64_t from_s, int64_t to_s);
static int64_t listed_to_s(const struct poller *p);
static int64_t later(int64_t a, int64_t b);
static int64_t sooner(int64_t a, int64_t b);

int64_t
plan_newest_s(const struct poller *p)
{
	return (account_server_ms(p->account) - p->conf->lag_ms) / 1000;
}

void
plan_lay(struct poller *p)
{
	int64_t to_s = plan_newest_s(p);
	enum window_kind first;

	p->run.knew_time = account_knows_time(p->account);
	windows_clear(&p->run.windows);
	if (p->errand.until_s != 0) {
		errand_lay(p);
		return;
	}
	/* The last to be pushed is the first to be walked. */
	first =
	    filter_key_is_doubtful(p, WINDOW_NEW) ? WINDOW_CHANGED : WINDOW_NEW;
	lay_holes(p, filter_key_beside(first));
	lay_holes(p, first);
	lay_kind(p, filter_key_beside(first), to_s);
	lay_kind(p, first, to_s);
	lay_resumed(p);
}

/* On top: a backlog of the other key may take hours. */
void
plan_lay_due(struct poller *p)
{
	struct run *r = &p->run;

	/* Not while it is found out what the other one refuses. */
	if (poller_is_errand(p) || r->phase == PHASE_END || r->refused)
		return;
	for (enum window_kind key = WINDOW_NEW; key < WINDOW_LATE; key++)
		if (filter_key_wait_ms(p, key) == 0 && !has_key(p, key)) {
			lay_holes(p, key);
			lay_kind(p, key, plan_newest_s(p));
			/* What was met in this run may have changed since: only
			 * when it was fetched tells. */
			if (has_key(p, key))
				keyset_clear(&r->met);
		}
}

/* They were laid out, even for years, by a clock that was wrong and is right
 * again. */
bool
plan_next(struct poller *p, struct window *ret)
{
	int64_t newest_s = plan_newest_s(p);
	bool found = windows_pop(&p->run.windows, ret);
	size_t left = 0;

	while (found && ret->from_s >= newest_s && p->errand.until_s == 0) {
		if (ret->kind == WINDOW_LATE)
			plan_look_from(p, ret->from_s);
		left++;
		found = windows_pop(&p->run.windows, ret);
	}
	if (left > 0)
		explain(p,
		    "windows are left: nothing of them is in the past yet "
		    "windows=%zu",
		    left);
	return found;
}

void
plan_look_back(struct poller *p)
{
	struct look_back *back = &p->back;
	struct windows *windows = &p->run.windows;

	if (p->stream->filter_keys[WINDOW_LATE] == NULL ||
	    p->errand.until_s != 0 || filter_key_is_doubtful(p, WINDOW_LATE))
		return;
	if (back->pass_ms == 0)
		begin_pass(p);
	for (size_t i = 0; i < back->left.count; i++)
		windows_push(windows, back->left.items[i]);
	windows_clear(&back->left);
	skip_cut(p);
	tell_slow(p);
}

void
plan_looked_back(struct poller *p)
{
	struct look_back *back = &p->back;

	if (back->pass_ms == 0 || back->left.count > 0)
		return;
	back->looked_ms = back->pass_ms;
	back->pass_ms = 0;
	if (back->looked_ms - back->saved_ms >= SAVE_MS)
		cursors_put_looked(p);
}

void
plan_look_from(struct poller *p, int64_t from_s)
{
	p->back.pass_ms = sooner(p->back.pass_ms, from_s * 1000);
}

/* What is under way goes on top, in its order. */
void
plan_put_off(struct poller *p)
{
	struct run *r = &p->run;
	const struct listing *l;

	if (r->phase != PHASE_LATE || p->back.pass_ms == 0)
		return;
	for (size_t i = 0; i < r->windows.count; i++)
		if (r->windows.items[i].kind == WINDOW_LATE)
			plan_keep(p, &r->windows.items[i]);
	TAILQ_FOREACH_REVERSE(l, &r->listings, listings, next)
	if (l->window.kind == WINDOW_LATE && !l->is_skipped &&
	    !listings_is_done(l))
		plan_keep(p, &l->window);
	windows_clear(&r->windows);
}

void
plan_keep(struct poller *p, const struct window *window)
{
	windows_push(&p->back.left, *window);
}

void
plan_look_again(struct poller *p)
{
	struct look_back *back = &p->back;

	windows_clear(&back->left);
	back->pass_ms = back->sliced_ms = 0;
	/* What was to be stored was not: it is read again. */
	back->looked_ms = back->saved_ms = 0;
}

static void
begin_pass(struct poller *p)
{
	const struct conf_source *conf = p->conf;
	struct look_back *back = &p->back;
	int64_t now_ms = account_server_ms(p->account);
	int64_t to_s = listed_to_s(p);
	int64_t looked_s = sooner(to_s, back->looked_ms / 1000);
	int64_t overlap_s = conf->overlap_ms / 1000;
	int64_t edge_age_ms = now_ms - back->edge_ms;
	/* One of a clock that was ahead is none. */
	int64_t edge_s =
	    edge_age_ms >= 0 && edge_age_ms < DAY_MS ? back->edge_s : 0;
	int64_t old_s = later(edge_s, looked_s - overlap_s);
	int64_t from_s = later(p->origin_s, old_s);
	/* By itself, since how often what is known is fetched again goes by the
	 * middle of its window. What stands in a list itself is seen there. */
	int64_t young_s = p->stream->id != NULL ? to_s - YOUNG_S : from_s;

	back->pass_ms = back->told_ms = now_ms;
	if (overlap_s > 0) {
		windows_push_steps(&back->left, WINDOW_LATE,
		    later(from_s, young_s), to_s, DAY_S);
		windows_push_steps(
		    &back->left, WINDOW_LATE, from_s, young_s, DAY_S);
	}
	/* What stands in a list itself does not change. */
	if (p->stream->id == NULL)
		return;
	look_back_slice(p, later(edge_s, looked_s - conf->recheck_ms / 1000),
	    to_s - overlap_s, now_ms);
	if (overlap_s > 0 && old_s < p->origin_s)
		noted_lay(p, old_s);
}

/* Nothing is left out then, but what shows late is found ever later. */
static void
tell_slow(struct poller *p)
{
	struct look_back *back = &p->back;
	int64_t now_ms = account_server_ms(p->account);
	int64_t limit_ms = sooner(
	    p->conf->overlap_ms > 0 ? p->conf->overlap_ms : DAY_MS, DAY_MS);

	if (now_ms - back->told_ms < limit_ms)
		return;
	back->told_ms = now_ms;
	log_warn("intake",
	    "looking back for what shows late has taken %.1f hours so far: "
	    "raise requests-per-minute or poll-interval, or lower overlap or "
	    "recheck source=%s stream=%s",
	    (double)(now_ms - back->pass_ms) / 3600000, p->conf->name,
	    p->stream->name);
}

/* Holes that are left from before follow the same order, newest first; else
 * lay_holes has laid them beneath, unless there is no room for another. */
static void
lay_kind(struct poller *p, enum window_kind kind, int64_t to_s)
{
	const struct spans *spans = &p->spans[kind];
	const struct span *holes = spans->holes;
	struct windows *windows = &p->run.windows;

	if (p->stream->filter_keys[kind] == NULL || filter_key_rests(p, kind))
		return;
	if (p->conf->catch_up == CATCH_UP_NEWEST_FIRST &&
	    spans->count < HOLES_MAX) {
		for (size_t i = 0; i < spans->count; i++)
			lay_newest_first(
			    windows, kind, holes[i].from_s, holes[i].to_s);
		lay_newest_first(windows, kind, spans->cursor_s, to_s);
		return;
	}
	windows_push_steps(windows, kind, spans->cursor_s, to_s, DAY_S);
	if (spans->count < HOLES_MAX)
		return;
	for (size_t i = spans->count; i-- > 0;)
		windows_push_steps(
		    windows, kind, holes[i].from_s, holes[i].to_s, DAY_S);
}

/* Beneath what is new by either key. */
static void
lay_holes(struct poller *p, enum window_kind kind)
{
	const struct spans *spans = &p->spans[kind];

	if (p->stream->filter_keys[kind] == NULL || filter_key_rests(p, kind) ||
	    p->conf->catch_up == CATCH_UP_NEWEST_FIRST ||
	    spans->count >= HOLES_MAX)
		return;
	for (size_t i = 0; i < spans->count; i++)
		lay_newest_first(&p->run.windows, kind, spans->holes[i].from_s,
		    spans->holes[i].to_s);
}

static bool
has_key(const struct poller *p, enum window_kind key)
{
	const struct windows *windows = &p->run.windows;
	const struct listing *l;

	for (size_t i = 0; i < windows->count; i++)
		if (filter_key_of(windows->items[i].kind) == key)
			return true;
	TAILQ_FOREACH(l, &p->run.listings, next)
	if (filter_key_of(l->window.kind) == key)
		return true;
	return false;
}

static void
lay_newest_first(struct windows *windows, enum window_kind kind, int64_t from_s,
    int64_t to_s)
{
	for (int64_t at_s = from_s; at_s < to_s; at_s += DAY_S)
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

	if (window.from_s >= window.to_s || !is_open(p, &window) ||
	    filter_key_is_doubtful(p, window.kind))
		return;
	windows_cut(&p->run.windows, window);
	/* It may be several that were under way together. */
	windows_push_steps(
	    &p->run.windows, window.kind, window.from_s, window.to_s, DAY_S);
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

/* The part of [from, to) that belongs to the time of day since last time. */
static void
look_back_slice(struct poller *p, int64_t from_s, int64_t to_s, int64_t now_ms)
{
	int64_t since_ms = p->back.sliced_ms, range_s = to_s - from_s;
	int64_t begin_s, end_s;

	p->back.sliced_ms = now_ms;
	if (range_s <= 0)
		return;
	if (since_ms == 0 || since_ms > now_ms)
		since_ms = sooner(
		    p->back.looked_ms, now_ms - p->conf->poll_interval_ms);
	if (now_ms - since_ms >= DAY_MS) {
		push_slice(p, from_s, to_s);
		return;
	}
	/* The range has moved on meanwhile, and its slices with it. */
	begin_s = from_s + since_ms % DAY_MS * range_s / DAY_MS -
	    (now_ms - since_ms) / 1000;
	begin_s = later(begin_s, from_s);
	end_s = from_s + now_ms % DAY_MS * range_s / DAY_MS;
	if (begin_s > end_s) {
		push_slice(p, begin_s, to_s);
		begin_s = from_s;
	}
	push_slice(p, begin_s, end_s);
}

/* None lies on both sides of the origin: before it nothing is news. */
static void
push_slice(struct poller *p, int64_t from_s, int64_t to_s)
{
	struct windows *windows = &p->back.left;
	int64_t origin_s = later(from_s, sooner(p->origin_s, to_s));

	windows_push_steps(windows, WINDOW_LATE, origin_s, to_s, DAY_S);
	windows_push_steps(windows, WINDOW_LATE, from_s, origin_s, DAY_S);
}

/* Where the cursor will be when all that is listed is fetched. */
static int64_t
listed_to_s(const struct poller *p)
{
	int64_t to_s = p->spans[WINDOW_NEW].cursor_s;
	const struct listing *l;

	TAILQ_FOREACH(l, &p->run.listings, next)
	if (l->window.kind == WINDOW_NEW)
		to_s = later(to_s, l->window.to_s);
	return to_s;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}
