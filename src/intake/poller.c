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
#include "conf/severity_item.h"
#include "intake/cursors.h"
#include "intake/decode.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/server_time.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define BACKOFF_BASE_MS 5000
#define BACKOFF_MAX_MS 300000
#define RETRY_FIRST_MAX_MS 60000

static void configure(struct poller *p, const struct conf_source *conf,
    const struct outlet *outlets, size_t count);
static void set_rules(struct poller *p, const struct conf_strings *items);
static void on_timer(void *arg);
static void begin(struct poller *p);
static void drop_run(struct poller *p);
static void log_end(struct poller *p, enum poller_state state,
    const struct err *why, int64_t wait_ms);

const char *
poller_state_str(enum poller_state state)
{
	switch (state) {
	case POLLER_OK:
		return "ok";
	case POLLER_POLLING:
		return "polling";
	case POLLER_BACKING_OFF:
		return "backing-off";
	case POLLER_DENIED:
		return "denied";
	case POLLER_UNLICENSED:
		return "unlicensed";
	case POLLER_DISABLED:
		return "disabled";
	case POLLER_FAILING:
		return "failing";
	}
	abort();
}

struct poller *
poller_new(const struct poller_world *world, const struct conf_source *conf,
    const struct outlet *outlets, size_t outlet_count, struct buf *dry)
{
	struct poller *p = xcalloc(1, sizeof(*p));

	p->world = *world;
	p->stream = &stream_threats;
	p->timer = timer_new(world->loop, on_timer, p);
	p->batch = batch_new();
	p->decoder = decoder_new();
	taker_init(&p->taker, world->spool, p->batch, p->stream);
	p->taker.dry = dry;
	run_clear(p);
	configure(p, conf, outlets, outlet_count);
	return p;
}

void
poller_free(struct poller *p)
{
	static const struct err why = {ERR_AGAIN, "the daemon stops"};

	if (p == NULL)
		return;
	drop_run(p);
	poller_tell_caller(p, &why);
	timer_free(p->timer);
	batch_free(p->batch);
	decoder_free(p->decoder);
	retries_free(p->retries);
	taker_clear(&p->taker);
	free(p->outlets);
	free(p->rules);
	secret_free(p->token);
	free(p);
}

void
poller_start(struct poller *p, int64_t delay_ms)
{
	if (!p->conf->enabled || !(p->conf->streams & p->stream->bit)) {
		p->stats.state = POLLER_DISABLED;
		timer_cancel(p->timer);
		return;
	}
	p->stats.state = POLLER_OK;
	p->stats.next_poll_ms = loop_wall_ms(p->world.loop) + delay_ms;
	timer_set(p->timer, delay_ms);
}

int
poller_poll(struct poller *p, poller_done_fn *done, void *arg)
{
	if (p->done != NULL || p->stats.state == POLLER_DISABLED)
		return -1;
	p->done = done;
	p->done_arg = arg;
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
	if (!p->run.active || !p->full_told)
		return;
	p->run.resume_ms = 0;
	timer_set(p->timer, 0);
}

void
poller_reconfigure(struct poller *p, const struct conf_source *conf,
    const struct outlet *outlets, size_t outlet_count)
{
	static const struct err why = {ERR_AGAIN, "the settings changed"};

	drop_run(p);
	poller_tell_caller(p, &why);
	configure(p, conf, outlets, outlet_count);
	poller_start(p, 0);
}

void
poller_stats(const struct poller *p, struct poller_stats *ret)
{
	*ret = p->stats;
	ret->fetched += p->run.fetched;
	ret->records += p->run.records;
	ret->updates += p->run.updates;
	ret->pending_retries = retries_count(p->retries);
	if (p->cursors_s[WINDOW_NEW] != 0)
		ret->behind_ms =
		    poller_server_ms(p) - p->cursors_s[WINDOW_NEW] * 1000;
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
	int64_t wait_ms = p->conf->poll_interval_ms;

	parents_flush(p);
	if (run_commit(p, &commit_why) == -1) {
		if (commit_why.code == ERR_FULL && state == POLLER_OK) {
			/* run_pump comes here again. */
			run_wait_for_room(p);
			return;
		}
		state = POLLER_FAILING;
		why = &commit_why;
	}
	if (state == POLLER_OK)
		wait_ms -= loop_now_ms(p->world.loop) - p->run.started_ms;
	else if (state == POLLER_FAILING)
		wait_ms = backoff_fail(&p->backoff, p->world.rng);
	if (wait_ms < 0)
		wait_ms = 0;
	log_end(p, state, why, wait_ms);
	p->stats.fetched += p->run.fetched;
	p->stats.records += p->run.records;
	p->stats.updates += p->run.updates;
	p->stats.state = state;
	p->stats.next_poll_ms = loop_wall_ms(p->world.loop) + wait_ms;
	/* What could not be committed is lost, and fetched again. */
	batch_reset(p->batch);
	run_clear(p);
	if (p->taker.dry == NULL)
		timer_set(p->timer, wait_ms);
	poller_tell_caller(p, why);
}

static void
configure(struct poller *p, const struct conf_source *conf,
    const struct outlet *outlets, size_t count)
{
	int64_t interval_ms = conf->poll_interval_ms;
	char *stream;

	p->conf = conf;
	free(p->outlets);
	p->outlets = xcalloc(count + 1, sizeof(*outlets));
	if (count > 0)
		memcpy(p->outlets, outlets, count * sizeof(*outlets));
	p->taker.outlets = p->outlets;
	p->taker.outlet_count = count;
	p->taker.context.api_host = text_of(conf->host);
	p->taker.context.source_name = text_of(conf->name);
	bucket_init(
	    &p->bucket, conf->requests_per_minute, loop_now_ms(p->world.loop));
	backoff_init(&p->backoff,
	    interval_ms < BACKOFF_BASE_MS ? interval_ms : BACKOFF_BASE_MS,
	    interval_ms < BACKOFF_MAX_MS ? interval_ms : BACKOFF_MAX_MS);
	retries_free(p->retries);
	stream = xasprintf("%s/%s", conf->name, p->stream->name);
	p->retries = retries_new(stream,
	    interval_ms < RETRY_FIRST_MAX_MS ? interval_ms
	                                     : RETRY_FIRST_MAX_MS);
	free(stream);
	p->stats.token_expires_ms = conf->token_expires_ms;
	set_rules(p, &conf->severities);
}

static void
set_rules(struct poller *p, const struct conf_strings *items)
{
	size_t count = 0;

	free(p->rules);
	p->rules = xcalloc(items->count + 1, sizeof(*p->rules));
	for (size_t i = 0; i < items->count; i++) {
		struct severity_rule *rule = &p->rules[count];

		if (severity_item_parse(text_of(items->items[i]),
		        &rule->attack_type, &rule->severity) == 0)
			count++;
	}
	p->taker.context.rules = p->rules;
	p->taker.context.rule_count = count;
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
begin(struct poller *p)
{
	struct err why;

	p->stats.state = POLLER_POLLING;
	p->stats.last_poll_ms = loop_wall_ms(p->world.loop);
	if (run_start(p, &why) == -1)
		poller_end_run(p, POLLER_FAILING, &why);
}

/* What was gathered is good, whatever becomes of the rest. */
static void
drop_run(struct poller *p)
{
	struct err why;

	parents_flush(p);
	if (run_commit(p, &why) == -1)
		log_warn("intake",
		    "what was fetched last could not be stored, it is fetched "
		    "again: %s source=%s",
		    why.text, p->conf->name);
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
		    "%s source=%s, trying again in %.1f s", why->text,
		    p->conf->name, (double)wait_ms / 1000);
		poller_note_error(p, why);
		return;
	}
	p->stats.last_success_ms = loop_wall_ms(p->world.loop);
	p->stats.last_error[0] = '\0';
	backoff_reset(&p->backoff);
	log_info("abnormal-security",
	    "fetched %" PRIu64 " threats source=%s records=%" PRIu64
	    " updates=%" PRIu64 " requests=%" PRIu64 " seconds=%.1f%s",
	    r->fetched, p->conf->name, r->records, r->updates, r->requests,
	    (double)(loop_now_ms(p->world.loop) - r->started_ms) / 1000,
	    p->taker.dry != NULL ? " dry-run" : "");
}

void
poller_tell_caller(struct poller *p, const struct err *why)
{
	poller_done_fn *done = p->done;
	struct poller_stats stats;

	if (done == NULL)
		return;
	p->done = NULL;
	poller_stats(p, &stats);
	done(&stats, why != NULL ? why->text : NULL, p->done_arg);
}
