/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list that fails is asked for again after a pause: mostly it is the API as a
 * whole that is in trouble, and then nothing is gained by asking for less. It
 * is the window's own fault when its list fails, another one of the stream is
 * answered, and then it fails again. After a few failures a probe is that other
 * one: the newest second, which moves on by itself. Only then is the window
 * halved, and so are the halves that fail in the same way, until what is bad is
 * a second, or lies among what is bad, or they are many. It is skipped then:
 * see skip.h.
 *
 * Where the probe fails as well the next one is by the stream's other key. If
 * that is answered, and the list fails again, it is the key that is in trouble.
 * One that was so before need not be proved again: another list of the run was
 * answered.
 */
#include "config.h"

#include "base/buf.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/decode.h"
#include "intake/errand.h"
#include "intake/filter_key.h"
#include "intake/isolate.h"
#include "intake/listing.h"
#include "intake/listings.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/proof.h"
#include "intake/refusal.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "intake/skip.h"
#include "io/http.h"
#include "io/loop.h"

/* Failures in a row until a half is to blame. */
#define PATIENCE_HALF 2
/* In a run: a day down to a second takes 17. */
#define HALVES_MAX 32
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static bool is_to_blame(struct listing *l);
static bool is_key_to_blame(const struct listing *l);
static uint64_t others_answered(const struct listing *l);
static void probe_answered(struct poller *p);
static void probe_failed(struct poller *p, const struct err *why);
static bool cut_down(struct listing *l);
static bool leave_out(struct listing *l, const struct err *why);
static void on_probe(
    const struct http_reply *reply, const struct err *failure, void *arg);
static bool is_answer(
    struct poller *p, const struct http_reply *reply, struct err *why);

void
isolate_failed(struct listing *l, const struct err *why)
{
	struct poller *p = l->poller;

	if (is_to_blame(l)) {
		if (l->is_control) {
			refusal_unanswered(l, why);
			return;
		}
		if (cut_down(l) || leave_out(l, why))
			return;
	} else if (is_key_to_blame(l)) {
		filter_key_put_off(p, l->window.kind, why);
		return;
	}
	/* Whatever it waited for before. */
	if (l->failures == 1)
		p->run.answered_ms = loop_now_ms(p->world.loop);
	if (poller_is_errand(p) &&
	    loop_now_ms(p->world.loop) - p->run.answered_ms >= DAY_MS) {
		poller_end_run(p, POLLER_FAILING, why);
		return;
	}
	l->others_before = others_answered(l);
	run_back_off(p, why);
}

void
isolate_put_off(struct listing *l, const struct err *why)
{
	struct poller *p = l->poller;

	if (cut_down(l))
		return;
	if (poller_is_errand(p))
		errand_leave_out(p, &l->window, why);
	else if (!skip_put(p, &l->window, why)) {
		run_back_off(p, why);
		return;
	}
	listing_skipped(l);
}

void
isolate_answered(struct listing *l)
{
	struct poller *p = l->poller;
	enum window_kind key = filter_key_of(l->window.kind);
	int64_t oldest_s = p->run.oldest_s[key];

	l->failures = 0;
	if (oldest_s == 0 || l->window.from_s < oldest_s)
		p->run.oldest_s[key] = l->window.from_s;
	p->run.answered_ms = loop_now_ms(p->world.loop);
	filter_key_answered(p, l->window.kind);
	run_went_well(p);
	backoff_reset(&p->backoff);
}

void
isolate_probe(struct listing *l)
{
	struct poller *p = l->poller;
	struct run *r = &p->run;
	int64_t newest_s = plan_newest_s(p);
	enum window_kind key = filter_key_of(l->window.kind);
	bool is_beside = r->probe_failed[key] && filter_key_has_two(p);
	struct window window;

	if (is_beside)
		key = filter_key_beside(key);
	window = (struct window){key, newest_s - 1, newest_s};
	/* If it fails, the other key is next. */
	l->wants_probe = !is_beside && filter_key_has_two(p);
	r->probe_key = key;
	r->probe = listing_ask(p, &window, 1, on_probe, p);
}

/* Since its last failure another list was answered. */
static bool
is_to_blame(struct listing *l)
{
	struct run *r = &l->poller->run;
	uint64_t answered = r->lists_answered[filter_key_of(l->window.kind)];
	bool is_alone = answered > l->answered_before;

	l->answered_before = answered;
	l->failures++;
	l->wants_probe = l->failures + 1 >= l->patience;
	return is_alone && l->failures >= l->patience;
}

static bool
is_key_to_blame(const struct listing *l)
{
	struct poller *p = l->poller;
	enum window_kind key = filter_key_of(l->window.kind);

	if (!filter_key_has_two(p) || others_answered(l) <= l->others_before)
		return false;
	return filter_key_is_doubtful(p, key) ||
	    (p->run.probe_failed[key] && l->failures >= l->patience);
}

static uint64_t
others_answered(const struct listing *l)
{
	const struct run *r = &l->poller->run;

	return r->lists_answered[filter_key_beside(l->window.kind)];
}

static bool
cut_down(struct listing *l)
{
	struct run *r = &l->poller->run;

	/* A replay has no other turn, and no list of what it put off. */
	if (!poller_is_errand(l->poller) &&
	    (r->halves >= HALVES_MAX ||
	        skip_count(l->poller) >= SKIP_FINE_MAX ||
	        skip_is_inside(l->poller, &l->window)))
		return false;
	if (proof_is_beside(l->poller, &l->window))
		return false;
	l->patience = PATIENCE_HALF;
	if (!listings_halve(l, "its list fails while others are answered"))
		return false;
	r->halves++;
	return true;
}

/* Of a replay it is lost, so trouble gets an hour to pass, once a day. */
static bool
leave_out(struct listing *l, const struct err *why)
{
	struct poller *p = l->poller;
	int64_t now_ms = loop_now_ms(p->world.loop);

	if (poller_is_errand(p)) {
		if (p->run.blamed_ms == 0 || now_ms - p->run.blamed_ms > DAY_MS)
			p->run.blamed_ms = now_ms;
		if (now_ms - p->run.blamed_ms < HOUR_MS)
			return false;
		errand_leave_out(p, &l->window, why);
	} else if (!skip_put(p, &l->window, why)) {
		return false;
	}
	listing_skipped(l);
	return true;
}

static void
on_probe(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct poller *p = arg;
	struct err why;

	p->run.probe = NULL;
	p->run.lists_asked--;
	if (failure != NULL)
		probe_failed(p, failure);
	else if (is_answer(p, reply, &why))
		probe_answered(p);
	else if (reply->status == 429)
		run_slow_down(p, reply, &why);
	else
		probe_failed(p, &why);
	run_pump(p);
}

/* The list itself is next. */
static void
probe_answered(struct poller *p)
{
	struct listing *l;

	filter_key_answered(p, p->run.probe_key);
	TAILQ_FOREACH(l, &p->run.listings, next)
	l->wants_probe = false;
	run_went_well(p);
	backoff_reset(&p->backoff);
}

/* They are asked in turn, so that neither is left in the dark. */
static void
probe_failed(struct poller *p, const struct err *why)
{
	struct run *r = &p->run;

	r->probe_failed[r->probe_key] = true;
	r->probe_failed[filter_key_beside(r->probe_key)] = false;
	run_back_off(p, why);
}

/* What it is otherwise, the list itself will be told as well. */
static bool
is_answer(struct poller *p, const struct http_reply *reply, struct err *why)
{
	struct doc *doc;

	if (api_judge(reply, true, account_token(p->account), why) != API_OK)
		return false;
	doc = listing_decode(p, reply, why);
	doc_free(doc);
	return doc != NULL;
}
