/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to poll and how it ended. The poll itself is run.c's; each of its ends
 * comes here, once, and is logged here.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/decode.h"
#include "intake/errand.h"
#include "intake/explain.h"
#include "intake/filter_key.h"
#include "intake/listed.h"
#include "intake/notice.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define BACKOFF_BASE_MS 5000
#define BACKOFF_MAX_MS 300000
#define RETRY_FIRST_MAX_MS 60000
/* Requests of a poll that somebody waits for which may use the reserve. */
#define URGENT_MAX 20
/* One that is refused asks ever more rarely, but for a new token. */
/* A refusal may be a slip, or a person may be at work on it. */
#define DENIED_FIRST_MS 600000
#define DENIED_MAX_MS 3600000

static int64_t failing_ms(const struct poller *p);
static void configure(struct poller *p, const struct poller_setup *setup);
static void renew(struct retries **retries, const struct poller *p,
    const char *what, int64_t first_ms);
static void on_timer(void *arg);
static void on_place(void *arg);
static void begin(struct poller *p);
static void set_due(struct poller *p, int64_t delay_ms);
static const char *reason_of(const struct poller *p);
static int64_t wait_after(struct poller *p, enum poller_state state);
static int64_t wait_denied(struct poller *p, int64_t interval_ms);
static void drop_run(struct poller *p);
static void log_end(struct poller *p, enum poller_state state,
    const struct err *why, int64_t wait_ms);

struct poller *
poller_new(const struct intake_world *world, const struct poller_setup *setup,
    const struct stream *stream, const struct poller_errand *errand)
{
	struct poller *p = xcalloc(1, sizeof(*p));
	int64_t untrue_ms;

	p->world = *world;
	p->stream = stream;
	p->stats.stream = stream;
	if (errand != NULL)
		p->errand = *errand;
	p->timer = timer_new(world->loop, on_timer, p);
	p->slicer = timer_new(world->loop, listed_on_timer, p);
	p->waiter.wake = on_place;
	p->waiter.arg = p;
	p->batch = batch_new();
	p->decoder = decoder_new();
	taker_init(&p->taker, world->spool, p->batch, stream);
	p->beside = p->errand.beside;
	if (p->beside != NULL)
		p->beside->beside = p;
	p->taker.dry = p->errand.dry;
	p->taker.again_from_ms = p->errand.since_s * 1000;
	p->taker.again_to_ms = p->errand.until_s * 1000;
	p->taker.is_partial = p->errand.is_partial;
	run_init(&p->run);
	configure(p, setup);
	p->back_ms = account_back_ms(p->account, &untrue_ms);
	return p;
}

void
poller_free(struct poller *p)
{
	static const struct err why = {ERR_AGAIN, "the daemon stops"};
	static const struct err broken = {ERR_AGAIN, "it was broken off"};

	if (p == NULL)
		return;
	errand_end(p, &broken);
	drop_run(p);
	if (p->beside != NULL)
		p->beside->beside = NULL;
	poller_tell_caller(p, &why);
	timer_free(p->timer);
	timer_free(p->slicer);
	batch_free(p->batch);
	decoder_free(p->decoder);
	retries_free(p->retries);
	retries_free(p->owed);
	retries_free(p->skips);
	taker_clear(&p->taker);
	windows_clear(&p->back.left);
	free(p);
}

void
poller_start(struct poller *p, int64_t delay_ms)
{
	int64_t left_ms = p->due_ms - loop_now_ms(p->world.loop);

	p->rests = false;
	if (p->stats.state == POLLER_PAUSED ||
	    p->stats.state == POLLER_DISABLED)
		p->stats.state = POLLER_OK;
	if (delay_ms != -1 || p->due_ms == 0 || left_ms <= 0) {
		set_due(p, delay_ms > 0 ? delay_ms : 0);
		return;
	}
	p->stats.next_poll_ms = p->due_wall_ms;
	timer_set(p->timer, left_ms);
}

void
poller_rest(struct poller *p, enum poller_state state)
{
	static const struct err why = {ERR_AGAIN, "polling is stopped"};
	bool ran = p->run.active;

	drop_run(p);
	timer_cancel(p->timer);
	p->rests = true;
	/* How the last poll has ended stays so. */
	if (ran || state != POLLER_OK)
		p->stats.state = state;
	p->stats.next_poll_ms = 0;
	poller_tell_caller(p, &why);
}

int
poller_poll(struct poller *p, poller_done_fn *done, void *arg)
{
	if (p->done != NULL || p->rests)
		return -1;
	p->done = done;
	p->done_arg = arg;
	p->is_asked_for = true;
	if (done != NULL && p->errand.until_s == 0)
		p->urgent_left = URGENT_MAX;
	p->run.resume_ms = 0;
	timer_set(p->timer, 0);
	return 0;
}

void
poller_leave(struct poller *p)
{
	p->done = NULL;
}

void
poller_kick(struct poller *p)
{
	if (p->rests || (p->run.active ? !p->full_told : !p->spool_failed))
		return;
	p->run.resume_ms = 0;
	timer_set(p->timer, 0);
}

void
poller_pump(struct poller *p)
{
	if (p->run.active)
		run_pump(p);
}

void
poller_reconfigure(struct poller *p, const struct poller_setup *setup)
{
	static const struct err why = {ERR_AGAIN, "the settings changed"};

	drop_run(p);
	poller_tell_caller(p, &why);
	configure(p, setup);
}

void
poller_stats(const struct poller *p, struct poller_stats *ret)
{
	int64_t oldest_s = spans_oldest_s(&p->spans[WINDOW_NEW]);

	*ret = p->stats;
	ret->fetched += p->run.fetched;
	ret->records += p->run.records;
	ret->updates += p->run.updates;
	ret->pending_retries = retries_count(p->retries) +
	    retries_count(p->owed) + retries_count(p->skips);
	ret->failing_ms = failing_ms(p);
	if (ret->failing_ms == -1) {
		ret->failing_ms = 0;
		ret->retry_error[0] = '\0';
	}
	if (oldest_s == 0)
		return;
	ret->behind_ms = account_server_ms(p->account) - oldest_s * 1000;
	/* A start may be to come by what clocks differ. */
	if (ret->behind_ms < 0)
		ret->behind_ms = 0;
	ret->backlog_s = spans_open_s(&p->spans[WINDOW_NEW], plan_newest_s(p));
}

/* -1: nothing fails. */
static int64_t
failing_ms(const struct poller *p)
{
	const struct retries *const lists[] = {p->retries, p->owed, p->skips};
	int64_t now_ms = account_server_ms(p->account), longest_ms = -1;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		int64_t ms = retries_failing_ms(lists[i], now_ms);

		if (ms > longest_ms)
			longest_ms = ms;
	}
	return longest_ms;
}

void
poller_note_retry(struct poller *p, const struct err *why)
{
	(void)snprintf(p->stats.retry_error, sizeof(p->stats.retry_error),
	    "%.255s", why->text);
}

void
poller_note_error(struct poller *p, const struct err *why)
{
	(void)snprintf(
	    p->stats.last_error, sizeof(p->stats.last_error), "%s", why->text);
}

void
poller_end_run(struct poller *p, enum poller_state state, const struct err *why)
{
	struct err commit_why;
	int64_t wait_ms;

	/* It may have been about to go on. */
	timer_cancel(p->timer);
	errand_end(p, why);
	recall_flush(p);
	if ((state != POLLER_OK || !cursors_spare_commit(p)) &&
	    run_commit(p, &commit_why) == -1) {
		if (commit_why.code == ERR_FULL && state == POLLER_OK) {
			/* run_pump comes here again. */
			run_wait_for_room(p);
			return;
		}
		state = POLLER_FAILING;
		why = &commit_why;
		plan_look_again(p);
	}
	wait_ms = wait_after(p, state);
	log_end(p, state, why, wait_ms);
	if (!poller_is_errand(p))
		log_debug("intake",
		    "poll ends: %s next_ms=%lld source=%s stream=%s",
		    poller_state_str(state), (long long)wait_ms, p->conf->name,
		    p->stream->name);
	p->stats.fetched += p->run.fetched;
	p->stats.records += p->run.records;
	p->stats.updates += p->run.updates;
	p->spool_failed = spool_is_failed(p->world.spool);
	p->stats.state = state;
	/* What could not be committed is lost, and fetched again. */
	batch_reset(p->batch);
	run_clear(p);
	if (!poller_is_errand(p))
		set_due(p, wait_ms);
	poller_tell_caller(p, why);
	if (p->setup->ended != NULL && !poller_is_errand(p))
		p->setup->ended(p->setup->arg);
}

static void
set_due(struct poller *p, int64_t delay_ms)
{
	p->due_ms = loop_now_ms(p->world.loop) + delay_ms;
	p->due_wall_ms = loop_wall_ms(p->world.loop) + delay_ms;
	p->stats.next_poll_ms = p->due_wall_ms;
	timer_set(p->timer, delay_ms);
}

static int64_t
wait_after(struct poller *p, enum poller_state state)
{
	int64_t interval_ms = p->conf->poll_interval_ms;
	int64_t ran_ms = loop_now_ms(p->world.loop) - p->run.started_ms;
	int64_t wait_ms;

	if (state == POLLER_FAILING)
		return backoff_fail(&p->backoff, p->world.rng);
	if (state == POLLER_OK) {
		p->denials = 0;
		wait_ms = ran_ms < interval_ms ? interval_ms - ran_ms : 0;
		for (enum window_kind i = WINDOW_NEW; i < WINDOW_LATE; i++)
			if (filter_key_wait_ms(p, i) < wait_ms)
				wait_ms = filter_key_wait_ms(p, i);
		/* A key that is due may have nothing to be listed yet. */
		if (wait_ms == 0 && filter_key_any_doubtful(p))
			wait_ms = interval_ms < 1000 ? interval_ms : 1000;
		return wait_ms;
	}
	return wait_denied(p, interval_ms);
}

static int64_t
wait_denied(struct poller *p, int64_t interval_ms)
{
	int64_t max_ms =
	    interval_ms > DENIED_MAX_MS ? interval_ms : DENIED_MAX_MS;
	int64_t wait_ms =
	    interval_ms < DENIED_FIRST_MS ? interval_ms : DENIED_FIRST_MS;

	for (unsigned i = 0; i < p->denials && wait_ms < max_ms; i++)
		wait_ms *= 2;
	p->denials++;
	return wait_ms < max_ms ? wait_ms : max_ms;
}

static void
configure(struct poller *p, const struct poller_setup *setup)
{
	int64_t interval_ms = setup->conf->poll_interval_ms;
	int64_t first_ms =
	    interval_ms < RETRY_FIRST_MAX_MS ? interval_ms : RETRY_FIRST_MAX_MS;

	p->setup = setup;
	p->conf = setup->conf;
	p->account = setup->account;
	p->taker.outlets = setup->outlets;
	p->taker.outlet_count = setup->outlet_count;
	p->taker.context = setup->context;
	p->denials = 0;
	filter_key_reset(p);
	backoff_init(&p->backoff,
	    interval_ms < BACKOFF_BASE_MS ? interval_ms : BACKOFF_BASE_MS,
	    interval_ms < BACKOFF_MAX_MS ? interval_ms : BACKOFF_MAX_MS);
	renew(&p->retries, p, "", first_ms);
	renew(&p->owed, p, "/extras", first_ms);
	renew(&p->skips, p, "/windows", first_ms);
}

static void
renew(struct retries **retries, const struct poller *p, const char *what,
    int64_t first_ms)
{
	char *name = xasprintf("%s/%s%s", p->conf->name, p->stream->name, what);
	struct err why;

	retries_free(*retries);
	*retries = retries_new(name, first_ms);
	free(name);
	/* For status; the next poll reads them again, and says why not. */
	(void)retries_load(*retries, p->world.spool, &why);
}

static void
on_timer(void *arg)
{
	struct poller *p = arg;

	if (!p->run.active)
		begin(p);
	run_pump(p);
}

static void
on_place(void *arg)
{
	struct poller *p = arg;

	timer_set(p->timer, 0);
}

static void
begin(struct poller *p)
{
	const char *reason = reason_of(p);
	struct err why;

	p->is_asked_for = false;
	p->spool_failed = false;
	p->stats.state = POLLER_POLLING;
	p->stats.last_poll_ms = loop_wall_ms(p->world.loop);
	p->run.started_ms = loop_now_ms(p->world.loop);
	if (run_start(p, &why) == -1) {
		poller_end_run(p, POLLER_FAILING, &why);
		return;
	}
	explain_poll(p, reason);
	if (p->errand.until_s != 0)
		notice_replay(p, -1, NULL);
}

static const char *
reason_of(const struct poller *p)
{
	if (p->errand.dry != NULL)
		return "a dry run";
	if (p->errand.until_s != 0)
		return "a replay";
	if (p->is_asked_for)
		return "asked for";
	if (p->stats.state == POLLER_DENIED ||
	    p->stats.state == POLLER_UNLICENSED)
		return "after a refusal";
	if (p->stats.state == POLLER_FAILING)
		return "after a failure and its back-off";
	return p->stats.last_poll_ms == 0 ? "the first" : "due";
}

/* What was gathered is good, whatever becomes of the rest. */
static void
drop_run(struct poller *p)
{
	struct err why;

	if (p->run.active)
		p->due_ms = 0;
	recall_flush(p);
	if (run_commit(p, &why) == -1) {
		log_warn("intake",
		    "what was fetched last could not be stored, it is fetched "
		    "again: %s source=%s stream=%s",
		    why.text, p->conf->name, p->stream->name);
		plan_look_again(p);
	}
	batch_reset(p->batch);
	run_clear(p);
}

static void
log_end(struct poller *p, enum poller_state state, const struct err *why,
    int64_t wait_ms)
{
	const struct run *r = &p->run;

	if (state != POLLER_OK) {
		log_warn("abnormal-security",
		    "%s source=%s stream=%s, trying again in %.1f s", why->text,
		    p->conf->name, p->stream->name, (double)wait_ms / 1000);
		poller_note_error(p, why);
		return;
	}
	/* Whoever was not asked may not answer either. */
	if (r->requests > 0) {
		p->stats.last_success_ms = loop_wall_ms(p->world.loop);
		if (!filter_key_any_doubtful(p))
			p->stats.last_error[0] = '\0';
		backoff_reset(&p->backoff);
	}
	log_info("abnormal-security",
	    "fetched %" PRIu64 " %s source=%s records=%" PRIu64
	    " updates=%" PRIu64 " requests=%" PRIu64 " seconds=%.1f%s",
	    r->fetched, p->stream->noun, p->conf->name, r->records, r->updates,
	    r->requests,
	    (double)(loop_now_ms(p->world.loop) - r->started_ms) / 1000,
	    p->errand.dry != NULL        ? " dry-run"
	        : p->errand.until_s != 0 ? " replay"
	                                 : "");
}

void
poller_tell_caller(struct poller *p, const struct err *why)
{
	poller_done_fn *done = p->done;

	if (done == NULL)
		return;
	p->done = NULL;
	done(p, why != NULL ? why->text : NULL, p->done_arg);
}
