/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run walks windows of time. Each is listed, then the details of its ids are
 * fetched, then the cursor moves to its end: in the same transaction as what
 * was found in it, or in a later one. While details are fetched the next window
 * is listed, so that there is always something to ask for; the windows that are
 * under way together are a region. run_pump is the only place that starts
 * anything, so the budget, the ceiling on requests in flight, back-off and a
 * full spool are each looked at once.
 */
#include "config.h"

#include "base/rng.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/detail.h"
#include "intake/listing.h"
#include "intake/owed.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "io/http.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define COMMIT_AGE_MS 1000
/* Of what is only progress: a crash loses requests, and no record. */
#define PROGRESS_AGE_MS 10000
#define FULL_LOOK_MS 5000
/* Pages of ids after which the cursor moves. */
#define REGION_PAGES 2
#define THROTTLE_MS 60000
#define THROTTLE_MAX_MS 900000
#define THROTTLE_JITTER_MS 10000

static bool may_go_on(struct poller *p);
static bool commit_is_due(const struct poller *p, int64_t now_ms);
static bool has_room(struct poller *p);
static bool step(struct poller *p);
static bool may_list(const struct poller *p);
static bool may_run_ahead(const struct poller *p, const struct window *next);
static bool step_list(struct poller *p);
static bool step_detail(struct poller *p, struct detail *d);
static bool admit(struct poller *p, bool is_late);
static void next_phase(struct poller *p);
static void want_retries(struct poller *p);
static bool late_is_over(const struct poller *p);
static void drop_late(struct poller *p);
static void put_off_old(struct poller *p);
static void join_region(struct poller *p);
static void close_region(struct poller *p);
static bool has_region(const struct run *r);
static void free_details(struct details *details);
static void suspend(struct poller *p, int64_t wait_ms, const struct err *why);

int
run_start(struct poller *p, struct err *err)
{
	struct run *r = &p->run;

	if (spool_is_failed(p->world.spool) &&
	    spool_recover(p->world.spool, err) == -1)
		return -1;
	/* In this order: the start counts from now, whatever the token is. */
	if (cursors_load(p, err) == -1 ||
	    account_read_token(p->account, err) == -1)
		return -1;
	r->active = true;
	r->started_ms = loop_now_ms(p->world.loop);
	plan_lay(p);
	return 0;
}

void
run_clear(struct poller *p)
{
	struct run *r = &p->run;

	account_cancel(r->list_ask);
	free_details(&r->active_details);
	free_details(&r->ready);
	windows_clear(&r->windows);
	keyset_clear(&r->met);
	keyset_clear(&r->list_seen);
	keyset_clear(&r->parents);
	gate_decline(p->world.gate, &p->waiter);
	memset(r, 0, sizeof(*r));
	TAILQ_INIT(&r->ready);
	TAILQ_INIT(&r->active_details);
}

void
run_pump(struct poller *p)
{
	while (p->run.active && may_go_on(p) && step(p))
		;
	/* A place that is kept for one who has nothing to ask is lost. */
	if (p->waiter.has_place)
		gate_decline(p->world.gate, &p->waiter);
}

static bool
may_go_on(struct poller *p)
{
	int64_t now_ms = loop_now_ms(p->world.loop);
	struct err why;

	recall_flush_due(p);
	if (commit_is_due(p, now_ms) && run_commit(p, &why) == -1) {
		if (why.code == ERR_FULL)
			run_wait_for_room(p);
		else
			poller_end_run(p, POLLER_FAILING, &why);
		return false;
	}
	if (now_ms < p->run.resume_ms) {
		timer_set(p->timer, p->run.resume_ms - now_ms);
		return false;
	}
	if (!has_room(p))
		return false;
	p->stats.state = POLLER_POLLING;
	return true;
}

static bool
has_room(struct poller *p)
{
	struct spool_usage usage;

	spool_usage(p->world.spool, &usage);
	if (usage.full) {
		/* A full disk that has room again shows it to a commit. */
		(void)spool_prove(p->world.spool, NULL);
		spool_usage(p->world.spool, &usage);
	}
	if (usage.full && p->errand.dry == NULL) {
		run_wait_for_room(p);
		return false;
	}
	if (p->full_told)
		log_info("intake",
		    "there is room in the spool again, polling goes on "
		    "source=%s stream=%s",
		    p->conf->name, p->stream->name);
	p->full_told = false;
	return true;
}

static bool
commit_is_due(const struct poller *p, int64_t now_ms)
{
	int64_t age_ms =
	    batch_records(p->batch) > 0 ? COMMIT_AGE_MS : PROGRESS_AGE_MS;

	if (p->run.gathered_ms == 0)
		return false;
	return batch_bytes(p->batch) >= POLLER_COMMIT_BYTES ||
	    batch_records(p->batch) >= POLLER_COMMIT_RECORDS ||
	    now_ms - p->run.gathered_ms >= age_ms || now_ms < p->run.resume_ms;
}

/* Nothing is dropped: the API keeps what is not asked for yet. */
void
run_wait_for_room(struct poller *p)
{
	static const struct err why = {ERR_FULL,
	    "the spool is full: polling is paused until records are "
	    "delivered"};

	if (!p->full_told)
		log_warn("intake", "%s source=%s stream=%s", why.text,
		    p->conf->name, p->stream->name);
	p->full_told = true;
	suspend(p, FULL_LOOK_MS, &why);
	timer_set(p->timer, FULL_LOOK_MS);
}

/* One thing at most; true when there may be more to do at once. */
static bool
step(struct poller *p)
{
	struct run *r = &p->run;
	struct detail *d = TAILQ_FIRST(&r->ready);

	if (r->in_window && r->listed)
		join_region(p);
	if (r->phase == PHASE_LATE && d != NULL && late_is_over(p)) {
		drop_late(p);
		d = TAILQ_FIRST(&r->ready);
	}
	if (may_list(p))
		return step_list(p);
	if (d != NULL)
		return step_detail(p, d);
	if (r->list_ask != NULL || r->in_flight > 0)
		return false;
	if (has_region(r)) {
		close_region(p);
		put_off_old(p);
	} else if (r->windows.count > 0 || r->late_cut_s != 0) {
		/* Looking back has used up its time. */
		plan_put_off(p);
		r->late_cut_s = 0;
		r->phase = PHASE_END;
		windows_clear(&r->windows);
	} else {
		next_phase(p);
	}
	return r->active;
}

/* The cursor follows as soon as nothing is under way. */
static bool
may_list(const struct poller *p)
{
	const struct run *r = &p->run;

	if (r->list_ask != NULL || (!r->in_window && r->windows.count == 0))
		return false;
	if (!TAILQ_EMPTY(&r->ready) || r->in_flight > 0)
		return may_run_ahead(p,
		    r->in_window ? &r->window
		                 : &r->windows.items[r->windows.count - 1]);
	return !has_region(r) &&
	    (r->in_window || r->phase != PHASE_LATE || !late_is_over(p));
}

/*
 * When the details at hand will soon be used up; and not beyond a few pages of
 * ids, since the cursor waits for all of them. What an earlier life has fetched
 * counts in the region that it has noted, and not in what comes after it.
 */
static bool
may_run_ahead(const struct poller *p, const struct window *next)
{
	const struct run *r = &p->run;
	unsigned ready = 0, enough = 2 * p->conf->max_in_flight;
	struct detail *d;

	if (next->kind == WINDOW_LATE || r->failures > 0)
		return false;
	if (has_region(r) &&
	    (r->region_is_resumed || next->kind != r->region.kind ||
	        next->from_s != r->region.to_s ||
	        r->met.count - r->region_met >=
	            REGION_PAGES * p->conf->page_size))
		return false;
	TAILQ_FOREACH(d, &r->ready, next)
	if (++ready >= enough)
		return false;
	return true;
}

static bool
step_list(struct poller *p)
{
	struct run *r = &p->run;
	struct window window;

	if (!r->in_window && windows_pop(&r->windows, &window)) {
		r->looked_back = window.kind == WINDOW_LATE;
		listing_open(p, window);
		return true;
	}
	if (!admit(p, r->window.kind == WINDOW_LATE))
		return false;
	listing_start(p);
	return true;
}

static bool
step_detail(struct poller *p, struct detail *d)
{
	struct run *r = &p->run;

	/* One at a time while there is trouble. */
	if (r->failures > 0 && r->in_flight > 0)
		return false;
	if (!admit(p, d->is_late))
		return false;
	TAILQ_REMOVE(&r->ready, d, next);
	detail_start(d);
	return true;
}

static bool
admit(struct poller *p, bool is_late)
{
	enum urgency urgency = is_late ? LATE : USUAL;
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
	return wait_ms == 0;
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
		plan_look_back(p);
		return;
	case PHASE_LATE:
		plan_looked_back(p);
		r->phase = PHASE_END;
		return;
	case PHASE_END:
		break;
	}
	poller_end_run(p, POLLER_OK, NULL);
}

/* By now the API has told its time. */
static void
want_retries(struct poller *p)
{
	int64_t now_ms = account_server_ms(p->account);
	struct text id;

	if (p->errand.until_s != 0)
		return;
	for (size_t i = 0; retries_due(p->retries, now_ms, i, &id); i++)
		if (keyset_add(&p->run.met, recall_key(p, id)))
			detail_add(p, id, RECALL_UNKNOWN);
	owed_want(p);
}

/* Looking back must not keep what is new waiting; one window is always due. */
static bool
late_is_over(const struct poller *p)
{
	return p->done == NULL && p->errand.dry == NULL && p->run.looked_back &&
	    loop_now_ms(p->world.loop) - p->run.started_ms >=
	    p->conf->poll_interval_ms;
}

/* What is known can wait, and is found stale again. */
static void
drop_late(struct poller *p)
{
	struct details *ready = &p->run.ready;
	struct detail *d, *next;

	for (d = TAILQ_FIRST(ready); d != NULL; d = next) {
		next = TAILQ_NEXT(d, next);
		if (!d->is_late || d->page > 1)
			continue;
		TAILQ_REMOVE(ready, d, next);
		detail_free(d);
		p->run.late_cut_s = p->run.window.from_s;
	}
}

/* Newest first, a long catch-up stops for what has become new meanwhile. */
static void
put_off_old(struct poller *p)
{
	if (p->conf->catch_up == CATCH_UP_NEWEST_FIRST &&
	    p->run.phase == PHASE_NEW && p->done == NULL &&
	    loop_now_ms(p->world.loop) - p->run.started_ms >=
	        p->conf->poll_interval_ms)
		windows_clear(&p->run.windows);
}

/* The window is listed: it is a region, or the end of the one that there is. */
static void
join_region(struct poller *p)
{
	struct run *r = &p->run;

	r->in_window = false;
	r->refused = false;
	if (r->window.kind == WINDOW_LATE || poller_is_errand(p))
		return;
	if (has_region(r)) {
		r->region.to_s = r->window.to_s;
		if (r->region_noted)
			cursors_note_region(p, true);
		return;
	}
	r->region = r->window;
	r->region_opened_ms = r->opened_ms;
	r->region_is_resumed = window_is_within(&r->window, &p->resume);
	r->region_noted = r->region_is_resumed;
}

static void
close_region(struct poller *p)
{
	struct run *r = &p->run;

	cursors_window_done(p, &r->region);
	if (r->region_noted) {
		cursors_note_region(p, false);
		run_gathered(p);
	}
	r->region_noted = false;
	r->region.to_s = r->region.from_s;
	r->region_met = r->met.count;
	if (r->gathered_ms == 0)
		r->gathered_ms = loop_now_ms(p->world.loop);
}

static bool
has_region(const struct run *r)
{
	return r->region.from_s < r->region.to_s;
}

static void
free_details(struct details *details)
{
	while (!TAILQ_EMPTY(details)) {
		struct detail *d = TAILQ_FIRST(details);

		TAILQ_REMOVE(details, d, next);
		detail_free(d);
	}
}

void
run_slow_down(
    struct poller *p, const struct http_reply *reply, const struct err *why)
{
	struct run *r = &p->run;
	int64_t now_ms = loop_now_ms(p->world.loop);
	int64_t wait_ms = reply->retry_after_ms > 0 ? reply->retry_after_ms : 0;

	if (wait_ms > ACCOUNT_HOLD_MAX_MS)
		wait_ms = ACCOUNT_HOLD_MAX_MS;
	/* The others in flight are told the same, or more. */
	if (now_ms < r->resume_ms && now_ms + wait_ms <= r->resume_ms)
		return;
	if (wait_ms == 0) {
		wait_ms = THROTTLE_MS;
		for (unsigned i = 0; i < r->throttles; i++)
			wait_ms *= 2;
		if (wait_ms > THROTTLE_MAX_MS)
			wait_ms = THROTTLE_MAX_MS;
		else
			r->throttles++;
		wait_ms += (int64_t)rng_below(p->world.rng, THROTTLE_JITTER_MS);
	}
	log_warn("abnormal-security",
	    "%s source=%s stream=%s, going on in %.1f s", why->text,
	    p->conf->name, p->stream->name, (double)wait_ms / 1000);
	account_hold(p->account, wait_ms);
	suspend(p, wait_ms, why);
}

void
run_back_off(struct poller *p, const struct err *why)
{
	int64_t wait_ms;

	if (loop_now_ms(p->world.loop) < p->run.resume_ms)
		return;
	p->run.failures++;
	wait_ms = backoff_fail(&p->backoff, p->world.rng);
	log_warn("abnormal-security",
	    "%s source=%s stream=%s, trying again in %.1f s", why->text,
	    p->conf->name, p->stream->name, (double)wait_ms / 1000);
	suspend(p, wait_ms, why);
}

static void
suspend(struct poller *p, int64_t wait_ms, const struct err *why)
{
	if (p->errand.dry != NULL) {
		poller_end_run(p, POLLER_FAILING, why);
		return;
	}
	/* What was fetched is written down with the time of that. */
	recall_flush(p);
	p->run.resume_ms = loop_now_ms(p->world.loop) + wait_ms;
	p->stats.state = POLLER_BACKING_OFF;
	p->stats.next_poll_ms = loop_wall_ms(p->world.loop) + wait_ms;
	poller_note_error(p, why);
	/* Who waits for a replay waits for its end. */
	if (p->errand.until_s == 0)
		poller_tell_caller(p, why);
}

void
run_gathered(struct poller *p)
{
	p->run.has_news = true;
	if (p->run.gathered_ms == 0)
		p->run.gathered_ms = loop_now_ms(p->world.loop);
}

int
run_commit(struct poller *p, struct err *err)
{
	struct run *r = &p->run;
	size_t records = batch_records(p->batch);

	if (p->errand.dry != NULL || r->gathered_ms == 0)
		return 0;
	if (has_region(r) && !r->region_noted) {
		cursors_note_region(p, true);
		r->region_noted = true;
	}
	cursors_put_spared(p);
	if (spool_commit(p->world.spool, p->batch, err) == -1)
		return -1;
	batch_reset(p->batch);
	p->saved_ms = loop_now_ms(p->world.loop);
	r->gathered_ms = 0;
	r->has_news = false;
	if (records > 0)
		p->world.committed(p->world.arg);
	return 0;
}
