/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists come first, as long as the ids that wait are few, so that there is
 * always something to fetch; and together, as many as are expected to bring
 * that few. A short poll asks one after the other all the same: a connection
 * costs more than the time.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/detail.h"
#include "intake/explain.h"
#include "intake/isolate.h"
#include "intake/listing.h"
#include "intake/listings.h"
#include "intake/owed.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "intake/run_step.h"
#include "intake/skip.h"
#include "io/loop.h"
#include "io/timer.h"

/* Ids for each request in flight: the lists that bring the next ones may have
 * to be halved a few times. */
#define AHEAD 8
/* Details that are begun before one that has failed has its next turn. */
#define AGAIN_AFTER 32
/* What a run has asked and has still to ask, for each list more at a time. */
#define REQUESTS_A_LIST 10
#define GONE_MAX 20

static bool step_list(struct poller *p);
static bool wants_list(struct poller *p);
static bool has_list(const struct poller *p, bool *ret_late);
static size_t most_lists(const struct run *r);
static bool step_detail(struct poller *p);
static struct detail *next_detail(
    struct run *r, bool late_too, struct details **ret_queue);
static struct detail *pick(struct details *queue, bool late_too);
static bool has_detail(struct run *r);
static bool is_in_trouble(const struct run *r);
static bool admit(struct poller *p, bool is_late);
static bool move_on(struct poller *p);
static void next_phase(struct poller *p);
static void end(struct poller *p);
static void want_retries(struct poller *p);
static bool late_is_over(const struct poller *p);
static void drop_late(struct poller *p);
static bool drop_late_of(struct details *queue);
static void put_off_late(struct poller *p);
static void put_off_old(struct poller *p);
static bool stops_for_new(const struct poller *p);

bool
run_step(struct poller *p)
{
	if (listings_end(p))
		put_off_old(p);
	if (late_is_over(p))
		drop_late(p);
	plan_lay_due(p);
	return step_list(p) || step_detail(p) || move_on(p);
}

static bool
step_list(struct poller *p)
{
	struct listing *l;
	struct window window;

	if (!wants_list(p))
		return false;
	l = listings_next(p);
	if (l == NULL && plan_next(p, &window))
		l = listings_begin(p, window);
	if (l == NULL || !admit(p, l->window.kind == WINDOW_LATE))
		return false;
	if (l->wants_probe && p->run.probe == NULL)
		isolate_probe(l);
	else
		listing_start(l);
	return true;
}

/*
 * No more when a page of ids waits, and some; with a page for each list under
 * way, that is the ceiling. Looking back goes on when all is asked for that it
 * has brought.
 */
static bool
wants_list(struct poller *p)
{
	struct run *r = &p->run;
	size_t enough =
	    p->conf->page_size + AHEAD * (size_t)p->conf->max_in_flight;
	bool is_late;

	if (!has_list(p, &is_late) || is_in_trouble(r) ||
	    r->lists_asked >= most_lists(r))
		return false;
	if (is_late && (has_detail(r) || late_is_over(p)))
		return false;
	return r->waiting + r->lists_asked * r->list_yield < enough;
}

static bool
has_list(const struct poller *p, bool *ret_late)
{
	const struct windows *windows = &p->run.windows;
	const struct listing *l = listings_next(p);

	if (l == NULL && windows->count == 0)
		return false;
	*ret_late = WINDOW_LATE ==
	    (l != NULL ? l->window.kind
	               : windows->items[windows->count - 1].kind);
	return true;
}

/* The first reply may be a refusal; or have them laid out anew. */
static size_t
most_lists(const struct run *r)
{
	if (r->in_turn || !r->knew_time || r->requests == r->lists_asked)
		return 1;
	return 1 + (r->requests + r->windows.count) / REQUESTS_A_LIST;
}

/* What waits for the share of looking back holds nothing else up. */
static bool
step_detail(struct poller *p)
{
	struct run *r = &p->run;
	struct details *queue;
	struct detail *d = next_detail(r, false, &queue);

	if (d == NULL)
		d = next_detail(r, true, &queue);
	if (d == NULL || is_in_trouble(r) || !admit(p, d->is_late))
		return false;
	TAILQ_REMOVE(queue, d, next);
	r->looked_back = r->looked_back || d->is_late;
	r->since_again = queue == &r->again ? 0 : r->since_again + 1;
	detail_start(d);
	return true;
}

/* In the order of the windows, whichever list was here first. What has failed
 * waits until some others were tried; not for all of them, since its window is
 * open until then, and what an open one has fetched a crash may ask for again. */
static struct detail *
next_detail(struct run *r, bool late_too, struct details **ret_queue)
{
	struct detail *d = NULL;
	struct listing *l;

	*ret_queue = &r->again;
	if (r->since_again >= AGAIN_AFTER)
		d = pick(&r->again, late_too);
	if (d != NULL)
		return d;
	*ret_queue = &r->ready;
	d = pick(&r->ready, late_too);
	TAILQ_FOREACH(l, &r->listings, next)
	{
		if (d != NULL)
			break;
		*ret_queue = &l->ids;
		d = pick(&l->ids, late_too);
	}
	if (d != NULL)
		return d;
	*ret_queue = &r->again;
	return pick(&r->again, late_too);
}

static struct detail *
pick(struct details *queue, bool late_too)
{
	struct detail *d;

	TAILQ_FOREACH(d, queue, next)
	if (late_too || !d->is_late)
		return d;
	return NULL;
}

static bool
has_detail(struct run *r)
{
	struct details *queue;

	return next_detail(r, true, &queue) != NULL;
}

/* One at a time then. */
static bool
is_in_trouble(const struct run *r)
{
	return r->failures > 0 && r->in_flight + r->lists_asked > 0;
}

static bool
admit(struct poller *p, bool is_late)
{
	enum urgency urgency = is_late ? LATE : USUAL;
	bool was_in_line = p->waiter.waits;
	int64_t wait_ms;

	/* A person waits; but not for a whole backfill. */
	if (p->urgent_left > 0)
		urgency = URGENT;
	p->waiter.is_troubled = p->backoff.failures > 0;
	wait_ms = account_admit(p->account, urgency, &p->waiter);
	if (wait_ms == 0 && p->urgent_left > 0)
		p->urgent_left--;
	if (wait_ms > 0)
		timer_set(p->timer, wait_ms);
	if (wait_ms > 0 || (p->waiter.waits && !was_in_line))
		explain_wait(p, wait_ms, is_late);
	return wait_ms == 0;
}

/*
 * When all is asked for. Looking back begins while the last details are still
 * under way; what it needs to know of them is known from their lists.
 */
static bool
move_on(struct poller *p)
{
	struct run *r = &p->run;
	bool has_more, is_late;

	if (has_detail(r) || r->lists_asked > 0)
		return false;
	if (r->in_flight > 0 && (r->phase >= PHASE_LATE || r->failures > 0))
		return false;
	has_more = has_list(p, &is_late);
	if (late_is_over(p) && (has_more || p->back.left.count > 0))
		put_off_late(p);
	else if (!has_more)
		next_phase(p);
	else
		return false;
	return r->active;
}

static void
next_phase(struct poller *p)
{
	struct run *r = &p->run;

	switch (r->phase) {
	case PHASE_NEW:
		r->phase = PHASE_RETRIES;
		want_retries(p);
		return;
	case PHASE_RETRIES:
		r->phase = PHASE_LATE;
		r->looked_back = false;
		plan_look_back(p);
		explain(p, "looking back windows=%zu", p->run.windows.count);
		return;
	case PHASE_LATE:
		plan_looked_back(p);
		r->phase = PHASE_END;
		return;
	case PHASE_END:
		break;
	}
	end(p);
}

/* Where one detail after the other was not there, and none since that was, all
 * is done that can be, and it is trouble all the same. */
static void
end(struct poller *p)
{
	struct err why;

	if (p->run.gone < GONE_MAX) {
		poller_end_run(p, POLLER_OK, NULL);
		return;
	}
	(void)err_set(&why, ERR_DENIED, "%u details in a row are not there: %s",
	    p->run.gone, p->stats.retry_error);
	poller_end_run(p, POLLER_FAILING, &why);
}

/* By now the API has told its time. */
static void
want_retries(struct poller *p)
{
	int64_t now_ms = account_server_ms(p->account);
	size_t again = 0, before = p->run.waiting;
	struct text id;

	if (p->errand.until_s != 0)
		return;
	for (size_t i = 0; retries_due(p->retries, now_ms, i, &id); i++)
		if (keyset_add(&p->run.met, recall_key(p, id))) {
			detail_add(p, id, &p->run.ready)->is_retry = true;
			again++;
		}
	owed_want(p);
	if (p->run.waiting > before)
		explain(p,
		    "trying what has failed or lacks something failed=%zu "
		    "lacking=%zu",
		    again, p->run.waiting - before - again);
	skip_want(p);
}

/* Looking back must not keep what is new waiting; but each run gets on with it:
 * a window is halved or done, or some of what it has listed is fetched. */
static bool
late_is_over(const struct poller *p)
{
	return p->run.phase == PHASE_LATE && p->run.looked_back &&
	    p->done == NULL && p->errand.dry == NULL &&
	    loop_now_ms(p->world.loop) - p->run.started_ms >=
	    p->conf->poll_interval_ms;
}

static void
drop_late(struct poller *p)
{
	struct run *r = &p->run;
	struct listing *l;
	bool of_any = drop_late_of(&r->ready);

	/* Whose these are is not known. */
	of_any = drop_late_of(&r->again) || of_any;
	TAILQ_FOREACH(l, &r->listings, next)
	if ((drop_late_of(&l->ids) || of_any) && l->window.kind == WINDOW_LATE)
		l->is_cut = true;
}

/* What is known can wait, and is found stale again. */
static bool
drop_late_of(struct details *queue)
{
	struct detail *d, *next;
	bool any = false;

	for (d = TAILQ_FIRST(queue); d != NULL; d = next) {
		next = TAILQ_NEXT(d, next);
		if (!d->is_late || d->page > 1)
			continue;
		TAILQ_REMOVE(queue, d, next);
		detail_free(d);
		any = true;
	}
	return any;
}

static void
put_off_late(struct poller *p)
{
	plan_put_off(p);
	explain(p,
	    "looking back goes on in the next poll, which is due windows=%zu",
	    p->back.left.count);
	p->run.phase = PHASE_END;
	listings_drop_unlisted(p);
}

/* What was left out stops for what has become new meanwhile; and newest first,
 * a long catch-up does. */
static void
put_off_old(struct poller *p)
{
	if (!stops_for_new(p) || p->run.phase != PHASE_NEW || p->done != NULL ||
	    loop_now_ms(p->world.loop) - p->run.started_ms <
	        p->conf->poll_interval_ms)
		return;
	if (p->run.windows.count > 0)
		explain(p,
		    "what is older waits, newest first: the next poll "
		    "is due windows=%zu",
		    p->run.windows.count);
	windows_clear(&p->run.windows);
	listings_drop_unlisted(p);
}

static bool
stops_for_new(const struct poller *p)
{
	return !poller_is_errand(p) &&
	    (p->conf->catch_up == CATCH_UP_NEWEST_FIRST ||
	        p->spans[WINDOW_NEW].count + p->spans[WINDOW_CHANGED].count >
	            0);
}
