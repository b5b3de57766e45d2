/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The questions are seconds at ever larger distances: one that is newer has to
 * be answered, up to the newest of all; then of those that are older, as far as
 * the windows reach and some days at least, none; and then a newer one again,
 * lest all was refused meanwhile. Only that is an end of the data, and not of
 * the last day. One older second that is answered is enough to know that the
 * minute is bad by itself. Where the answer itself says that the data end, and
 * nothing older was answered yet, the oldest second is all that is asked for. These are questions only: what is in a control is
 * not taken.
 */
#include "config.h"

#include "intake/explain.h"
#include "intake/filter_key.h"
#include "intake/listings.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/proof.h"

#define HOUR_S INT64_C(3600)
#define DAY_MS INT64_C(86400000)
#define OLDER_MIN_S (64 * HOUR_S)

static bool is_clear(const struct poller *p, const struct window *minute);
static bool is_recent(const struct poller *p, const struct window *minute);
static void begin(struct proof *f, struct window edge, int64_t oldest_s);
static enum proof_verdict ask(struct poller *p);
static bool next_control(struct poller *p, int64_t *ret_s);
static int64_t distance_s(const struct proof *f);
static bool is_end(const struct poller *p);
static void enter(struct proof *f, enum proof_stage stage);

enum proof_verdict
proof_of(struct poller *p, const struct window *minute, int64_t oldest_s,
    bool is_told)
{
	struct proof *f = &p->run.proof;

	/* By the other key, or when new windows were listed. */
	if (is_told && minute->from_s < p->run.end_s)
		return PROOF_END;
	if (minute->kind != f->edge.kind || minute->from_s != f->edge.from_s ||
	    minute->to_s != f->edge.to_s) {
		begin(f, *minute, oldest_s);
		if (is_told && is_clear(p, minute)) {
			f->is_told = true;
			f->stage = PROOF_OLDER;
		}
	} else if (f->answered && f->stage == PROOF_OLDER) {
		return PROOF_LONE;
	} else if (f->answered && f->stage == PROOF_AGAIN) {
		return is_end(p) ? PROOF_END : PROOF_LONE;
	} else if (f->answered) {
		enter(f, PROOF_OLDER);
	}
	return ask(p);
}

void
proof_taken(struct listing *control)
{
	struct proof *f = &control->poller->run.proof;

	f->answered = true;
	if (f->stage == PROOF_OLDER)
		f->good_s = control->window.to_s;
	listings_drop(control);
}

enum proof_verdict
proof_refused(struct listing *control, bool is_silent)
{
	struct poller *p = control->poller;
	struct proof *f = &p->run.proof;

	if (f->stage == PROOF_OLDER)
		*(is_silent ? &f->silent : &f->refused) += 1;
	listings_drop(control);
	return ask(p);
}

void
proof_left_out(struct poller *p, const struct window *window)
{
	struct window *bad = &p->run.proof.bad;

	if (bad->kind == window->kind && bad->from_s == window->to_s)
		bad->from_s = window->from_s;
	else if (bad->kind == window->kind && bad->to_s == window->from_s)
		bad->to_s = window->to_s;
	else
		*bad = *window;
}

bool
proof_is_beside(const struct poller *p, const struct window *window)
{
	const struct window *bad = &p->run.proof.bad;
	int64_t bad_s = bad->to_s - bad->from_s;

	return bad_s > 0 && bad->kind == window->kind &&
	    (bad->from_s == window->to_s || bad->to_s == window->from_s) &&
	    window->from_s >= p->run.proof.good_s &&
	    window->to_s - window->from_s <= bad_s + bad_s / 2;
}

/* Of this run's lists those that are newer are answered, and none that is
 * older: what the words say can be. */
static bool
is_clear(const struct poller *p, const struct window *minute)
{
	int64_t oldest_s = p->run.oldest_s[filter_key_of(minute->kind)];

	return oldest_s >= minute->from_s && !is_recent(p, minute);
}

static bool
is_recent(const struct poller *p, const struct window *minute)
{
	return account_server_ms(p->account) - minute->to_s * 1000 <= DAY_MS;
}

/* What is known of what is bad stays. */
static void
begin(struct proof *f, struct window edge, int64_t oldest_s)
{
	*f = (struct proof){.edge = edge,
	    .oldest_s = oldest_s,
	    .bad = f->bad,
	    .good_s = f->good_s};
}

static enum proof_verdict
ask(struct poller *p)
{
	struct proof *f = &p->run.proof;
	struct listing *control;
	int64_t at_s;

	while (!next_control(p, &at_s)) {
		if (f->is_told && f->refused > 0)
			return PROOF_END;
		if (f->is_told) {
			begin(f, f->edge, f->oldest_s);
			continue;
		}
		if (f->stage == PROOF_AGAIN ||
		    (f->stage == PROOF_OLDER && f->is_alone))
			return PROOF_ALL;
		f->is_alone = f->stage == PROOF_NEWER;
		enter(f, f->stage == PROOF_NEWER ? PROOF_OLDER : PROOF_AGAIN);
	}
	f->tries++;
	f->answered = false;
	explain(p, "what is %s is asked for, to see whether that is refused",
	    f->stage == PROOF_OLDER ? "older" : "newer");
	control = listings_begin(
	    p, (struct window){filter_key_of(f->edge.kind), at_s, at_s + 1});
	control->is_control = true;
	control->is_skipped = false;
	return PROOF_ASKS;
}

/* False when all of the stage are asked for. */
static bool
next_control(struct poller *p, int64_t *ret_s)
{
	struct proof *f = &p->run.proof;
	int64_t newest_s = plan_newest_s(p) - 1;
	int64_t lowest_s = f->edge.from_s - OLDER_MIN_S;

	if (f->is_last || (f->stage != PROOF_OLDER && newest_s < f->edge.to_s))
		return false;
	if (lowest_s > f->oldest_s)
		lowest_s = f->oldest_s;
	if (f->stage == PROOF_OLDER) {
		*ret_s = f->edge.from_s - distance_s(f);
		f->is_last = f->is_told || *ret_s <= lowest_s;
	} else {
		*ret_s = f->edge.to_s + distance_s(f);
		f->is_last = *ret_s >= newest_s;
	}
	if (f->is_last)
		*ret_s = f->stage == PROOF_OLDER ? lowest_s : newest_s;
	return true;
}

static int64_t
distance_s(const struct proof *f)
{
	return HOUR_S << 2 * f->tries;
}

/* One that is not answered says nothing, so most of them have to. */
static bool
is_end(const struct poller *p)
{
	const struct proof *f = &p->run.proof;

	return f->refused > f->silent && !is_recent(p, &f->edge);
}

static void
enter(struct proof *f, enum proof_stage stage)
{
	f->stage = stage;
	f->tries = 0;
	f->is_last = f->answered = false;
}
