/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run walks windows of time. Each is listed, then the details of its ids are
 * fetched, then the cursor moves to its end: in the same transaction as what
 * was found in it, or in a later one. Many are under way together: what holds
 * them apart is in listings.c, what is done next in run_step.c. run_pump is the
 * only place that starts anything, so the budget, the ceiling on requests in
 * flight, back-off and a full spool are each looked at once.
 */
#include "config.h"

#include <string.h>

#include "base/fault_point.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/detail.h"
#include "intake/explain.h"
#include "intake/listings.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "intake/run_step.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"
#include "spool/turn.h"

#define COMMIT_AGE_MS 1000
/* Of what is only progress: a crash loses requests, and no record. */
#define PROGRESS_AGE_MS 5000
/* Whether the spool has had its minute without commits. */
#define QUIET_LOOK_MS 500

static bool may_go_on(struct poller *p);
static bool commit_has_turn(struct poller *p, int64_t now_ms);
static bool commit_is_due(const struct poller *p, int64_t now_ms);
static bool has_room(struct poller *p);
static void note_span(struct poller *p);

void
run_init(struct run *r)
{
	memset(r, 0, sizeof(*r));
	TAILQ_INIT(&r->listings);
	TAILQ_INIT(&r->details);
	TAILQ_INIT(&r->ready);
	TAILQ_INIT(&r->again);
}

int
run_start(struct poller *p, struct err *err)
{
	struct run *r = &p->run;
	struct spool_usage usage;

	spool_usage(p->world.spool, &usage);
	if (usage.failed)
		return err_set(
		    err, ERR_IO, "the spool has failed: %s", usage.failure);
	/* In this order: the start counts from now, whatever the token is. */
	if (cursors_load(p, err) == -1 ||
	    account_read_token(p->account, err) == -1)
		return -1;
	r->active = true;
	r->started_ms = loop_now_ms(p->world.loop);
	r->answered_ms = r->started_ms;
	r->list_yield = p->conf->page_size;
	r->noted = p->resume;
	plan_lay(p);
	return 0;
}

void
run_clear(struct poller *p)
{
	struct run *r = &p->run;

	plan_put_off(p);
	account_cancel(r->probe);
	while (!TAILQ_EMPTY(&r->listings))
		listings_drop(TAILQ_FIRST(&r->listings));
	while (!TAILQ_EMPTY(&r->details))
		detail_free(TAILQ_FIRST(&r->details));
	windows_clear(&r->windows);
	keyset_clear(&r->met);
	keyset_clear(&r->list_seen);
	keyset_clear(&r->parents);
	gate_decline(p->world.gate, &p->waiter);
	run_init(r);
}

void
run_pump(struct poller *p)
{
	while (p->run.active && may_go_on(p) && run_step(p))
		;
	if (p->run.active && p->run.due_turn == loop_turn(p->world.loop))
		timer_set(p->timer, 0);
	/* A place that is kept for one who has nothing to ask is lost. */
	if (p->waiter.has_place)
		gate_decline(p->world.gate, &p->waiter);
}

static bool
may_go_on(struct poller *p)
{
	int64_t now_ms = loop_now_ms(p->world.loop);
	struct err why;
	bool is_due;

	run_heed_hold(p);
	if (!p->run.active)
		return false;
	if (p->errand.dry == NULL && spool_wants_quiet(p->world.spool)) {
		timer_set(p->timer, QUIET_LOOK_MS);
		return false;
	}
	recall_flush_due(p);
	is_due = commit_has_turn(p, now_ms);
	if ((is_due || p->run.phase == PHASE_END) &&
	    !spool_may_sync(p->world.spool, &p->run.waits_since)) {
		timer_set(p->timer, 0);
		return false;
	}
	if (is_due) {
		if (run_commit(p, &why) == 0)
			timer_set(p->timer, 0);
		else if (why.code == ERR_FULL)
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
	if (usage.full && spool_may_sync(p->world.spool, &p->run.waits_since)) {
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

/* The next: what this one asks for is under way while the disk is waited for. */
static bool
commit_has_turn(struct poller *p, int64_t now_ms)
{
	uint64_t now = loop_turn(p->world.loop);
	struct run *r = &p->run;

	if (!commit_is_due(p, now_ms))
		r->due_turn = 0;
	else if (r->due_turn == 0)
		r->due_turn = now;
	return r->due_turn != 0 && r->due_turn != now;
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

void
run_gathered(struct poller *p)
{
	p->run.has_news = true;
	run_moved(p);
}

void
run_moved(struct poller *p)
{
	/* A dry run never commits. */
	if (p->run.gathered_ms == 0 && p->errand.dry == NULL)
		p->run.gathered_ms = loop_now_ms(p->world.loop);
}

int
run_commit(struct poller *p, struct err *err)
{
	struct run *r = &p->run;
	size_t records = batch_records(p->batch);

	if (r->gathered_ms == 0)
		return 0;
	note_span(p);
	FAULT_POINT("poll-gathered");
	cursors_put_spared(p);
	if (spool_commit(p->world.spool, p->batch, err) == -1)
		return -1;
	FAULT_POINT("poll-committed");
	batch_reset(p->batch);
	p->saved_ms = loop_now_ms(p->world.loop);
	r->gathered_ms = 0;
	r->has_news = false;
	explain_commit(p, records);
	if (records > 0)
		p->world.committed(p->world.arg);
	return 0;
}

int
run_settle(struct poller *p, struct err *err)
{
	struct poller *beside = p->beside;

	if (beside == NULL || !beside->run.has_news)
		return 0;
	return run_commit(beside, err);
}

/* Who goes on after a crash need not fetch again what is fetched of it. */
static void
note_span(struct poller *p)
{
	struct run *r = &p->run;
	int64_t opened_ms;
	struct window span = listings_span(p, &opened_ms);

	if (span.kind == r->noted.kind && span.from_s == r->noted.from_s &&
	    span.to_s == r->noted.to_s)
		return;
	cursors_note_window(p, &span, opened_ms);
	r->noted = span;
}
