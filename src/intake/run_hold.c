/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run that has to wait: the API asks for it or is in trouble, or the spool is
 * full. Nothing is dropped but what a reply would have brought.
 */
#include "config.h"

#include "base/rfc3339.h"
#include "base/rng.h"
#include "conf/conf.h"
#include "intake/asking.h"
#include "intake/explain.h"
#include "intake/poller_parts.h"
#include "intake/recall.h"
#include "intake/run.h"
#include "intake/run_hold.h"
#include "io/http.h"
#include "io/log.h"
#include "io/timer.h"

#define FULL_LOOK_MS 5000
#define THROTTLE_MS 60000
#define THROTTLE_MAX_MS 900000
#define THROTTLE_JITTER_MS 10000

static void suspend(struct poller *p, int64_t wait_ms, const struct err *why);

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
	explain_retry_after(p, reply);
	log_warn("abnormal-security",
	    "%s source=%s stream=%s, going on in %.1f s", why->text,
	    p->conf->name, p->stream->name, (double)wait_ms / 1000);
	account_hold(p->account, wait_ms);
	suspend(p, wait_ms, why);
}

void
run_heed_hold(struct poller *p)
{
	int64_t held_ms = account_held_ms(p->account);
	char until[RFC3339_SEC_LEN + 1];
	struct err why;

	if (held_ms == 0 || loop_now_ms(p->world.loop) < p->run.resume_ms)
		return;
	rfc3339_sec(until, loop_wall_ms(p->world.loop) + held_ms);
	(void)err_set(&why, ERR_AGAIN,
	    "the API asked us to wait until %s (HTTP 429, Retry-After); %s",
	    until,
	    p->errand.dry != NULL ? "try again then"
	                          : "it goes on by itself then");
	explain(p, "%s", why.text);
	suspend(p, held_ms, &why);
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

/* What an earlier poll has ended with stays until one ends well. */
void
run_went_well(struct poller *p)
{
	struct run *r = &p->run;

	r->failures = 0;
	if (!r->in_trouble || loop_now_ms(p->world.loop) < r->resume_ms)
		return;
	r->in_trouble = false;
	r->throttles = 0;
	p->stats.last_error[0] = '\0';
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
	p->run.in_trouble = true;
	/* Who waits for a replay waits for its end. */
	if (p->errand.until_s == 0)
		poller_tell_caller(p, why);
}
