/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Empties one queue into one destination.
 *
 *   IDLE --> CONNECTING --> SENDING --> CONFIRMING --> IDLE or CONNECTING
 *               ^  |           |            |
 *               |  +-----------+------------+--> next server: CONNECTING
 *               |                                after the last: BACKING_OFF
 *               +--------------------------------------------------+
 *
 * Any state --> PAUSED once stopped, and back to IDLE when resumed. Records
 * leave the queue in one place only, sender_release.c, after the carrier said
 * that the peer has them.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/sender_habits.h"
#include "deliver/sender_parts.h"
#include "io/log.h"
#include "io/timer.h"
#include "io/tls_context.h"
#include "spool/queue.h"

#define BACKOFF_BASE_MS 1000
#define BACKOFF_MAX_MS 60000

static void ends_of(const struct tls_context *tls, struct sender_stats *ret);
static bool must_wait(struct sender *sender);
static void choose_server(struct sender *sender);
static void on_paced(void *arg);
static void stop_now(struct sender *sender);

const char *
sender_state_str(enum sender_state state)
{
	switch (state) {
	case SENDER_IDLE:
		return "idle";
	case SENDER_CONNECTING:
		return "connecting";
	case SENDER_SENDING:
		return "sending";
	case SENDER_CONFIRMING:
		return "confirming";
	case SENDER_BACKING_OFF:
		return "backing-off";
	case SENDER_PAUSED:
		return "paused";
	}
	return "unknown";
}

struct sender *
sender_new(struct loop *loop, struct queue *queue,
    const struct conf_destination *conf, struct tls_context *tls,
    const struct sender_hooks *hooks)
{
	struct sender *sender = xcalloc(1, sizeof(*sender));

	sender->loop = loop;
	sender->queue = queue;
	sender->setbacks = queue_setbacks(queue);
	sender->conf = conf;
	sender->tls = tls;
	sender->hooks = *hooks;
	sender->state = SENDER_IDLE;
	sender->timer = timer_new(loop, sender_on_timer, sender);
	sender->pacer = timer_new(loop, on_paced, sender);
	sender->noter = timer_new(loop, sender_habits_note, sender);
	sender->pace.last_ms = loop_now_ms(loop);
	pace_rest(&sender->pace);
	sizing_init(&sender->sizing);
	backoff_init(&sender->backoff, BACKOFF_BASE_MS, BACKOFF_MAX_MS);
	rng_init(&sender->rng,
	    (uint64_t)loop_wall_ms(loop) ^ (uint64_t)(uintptr_t)sender);
	return sender;
}

void
sender_free(struct sender *sender)
{
	if (sender == NULL)
		return;
	sender_hang_up(sender);
	sender_swap(sender);
	sender_habits_note(sender);
	timer_free(sender->timer);
	timer_free(sender->pacer);
	timer_free(sender->noter);
	tls_context_free(sender->tls);
	sender_habits_free(sender);
	free(sender);
}

void
sender_kick(struct sender *sender)
{
	if (sender->stopping)
		return;
	/* Whoever kicks has just written to the spool. */
	if (sender->state == SENDER_BACKING_OFF && sender->spool_failed)
		sender_hang_up(sender);
	if (sender->state == SENDER_IDLE)
		sender_begin(sender);
}

void
sender_reconfigure(struct sender *sender, const struct conf_destination *conf,
    struct tls_context *tls, loop_fn *done, void *arg)
{
	struct pending *pending = &sender->pending;

	if (pending->conf != NULL) {
		/* Those that waited are never used: let go of them at once. */
		tls_context_free(pending->tls);
		pending->conf = conf;
		pending->tls = tls;
		done(arg);
		return;
	}
	*pending = (struct pending){conf, tls, done, arg};
	switch (sender->state) {
	case SENDER_SENDING:
	case SENDER_CONFIRMING:
		log_debug("deliver",
		    "new settings wait for the end of the session "
		    "destination=%s",
		    conf->name);
		return;
	case SENDER_CONNECTING:
	case SENDER_BACKING_OFF:
		/* The new settings may be the cure. */
		sender_hang_up(sender);
		sender_go_on(sender);
		return;
	case SENDER_IDLE:
	case SENDER_PAUSED:
		sender_swap(sender);
		return;
	}
}

void
sender_stop(struct sender *sender, loop_fn *stopped, void *arg)
{
	sender->stopping = true;
	sender->stopped = stopped;
	sender->stopped_arg = arg;
	switch (sender->state) {
	case SENDER_SENDING:
		carrier_stop(sender->carrier);
		return;
	case SENDER_CONFIRMING:
		return;
	case SENDER_IDLE:
	case SENDER_CONNECTING:
	case SENDER_BACKING_OFF:
	case SENDER_PAUSED:
		sender_hang_up(sender);
		stop_now(sender);
		return;
	}
}

void
sender_resume(struct sender *sender)
{
	sender->stopping = false;
	sender->stopped = NULL;
	if (sender->state != SENDER_PAUSED)
		return;
	sender->state = SENDER_IDLE;
	sender_kick(sender);
}

void
sender_stats(const struct sender *sender, struct sender_stats *ret)
{
	*ret = sender->stats;
	if (sender->tls != NULL)
		ends_of(sender->tls, ret);
	ret->state = sender->state;
	ret->resent = sender->session.resent;
	ret->confirm_level = session_level_str(sender->level);
}

/* Of what is in our files. */
static void
ends_of(const struct tls_context *tls, struct sender_stats *ret)
{
	const struct tls_lists *lists = tls_context_lists(tls);

	ret->client_certificate_expires_ms = tls_context_expires_ms(tls);
	ret->crl_from_ms = lists->from_ms;
	ret->crl_expires_ms = lists->to_ms;
}

void
sender_begin(struct sender *sender)
{
	sender->state = SENDER_IDLE;
	sender->spool_failed = false;
	sender_follow_queue(sender);
	if (sender->release_to != 0) {
		/* It could not be released when it was confirmed. */
		sender_release_and_go_on(sender);
		return;
	}
	pace_settle(&sender->pace, sender->session.records);
	if (queue_is_empty(sender->queue)) {
		pace_rest(&sender->pace);
		return;
	}
	if (must_wait(sender))
		return;
	choose_server(sender);
	sender_connect(sender);
}

/* What was confirmed and is not released is sent again: it may be others that
 * have the numbers now. */
void
sender_follow_queue(struct sender *sender)
{
	if (sender->setbacks == queue_setbacks(sender->queue))
		return;
	sender->setbacks = queue_setbacks(sender->queue);
	sender->release_to = 0;
	session_forget(&sender->session);
}

static bool
must_wait(struct sender *sender)
{
	int64_t wait_ms = pace_wait(&sender->pace, sender->conf->rate,
	    queue_waiting(sender->queue), loop_now_ms(sender->loop));

	if (wait_ms > 0) {
		timer_set(sender->pacer, wait_ms);
		log_debug("deliver",
		    "waiting for the rate destination=%s ms=%lld",
		    sender->conf->name, (long long)wait_ms);
	}
	return wait_ms > 0;
}

/* The first is tried again when it has been away for long enough. */
static void
choose_server(struct sender *sender)
{
	int64_t failback_ms = sender->conf->failback_ms;
	int64_t away_ms = loop_now_ms(sender->loop) - sender->left_ms;

	if (sender->server == 0 || failback_ms == 0 || away_ms < failback_ms)
		return;
	sender->server = 0;
	log_debug("deliver",
	    "back to the first server, after failback destination=%s",
	    sender->conf->name);
}

static void
on_paced(void *arg)
{
	sender_kick(arg);
}

void
sender_hang_up(struct sender *sender)
{
	timer_cancel(sender->timer);
	carrier_free(sender->carrier);
	sender->carrier = NULL;
	sender->state = SENDER_IDLE;
}

/* No session runs: what is next? Mostly the next session. */
void
sender_go_on(struct sender *sender)
{
	sender_swap(sender);
	if (sender->stopping)
		stop_now(sender);
	else
		sender_kick(sender);
}

/* Take up the settings that wait, and let go of the old. */
void
sender_swap(struct sender *sender)
{
	struct pending pending = sender->pending;

	if (pending.conf == NULL)
		return;
	sender->pending.conf = NULL;
	tls_context_free(sender->tls);
	sender->conf = pending.conf;
	sender->tls = pending.tls;
	/* Its files were read just now. */
	sender->stats.tls_error[0] = '\0';
	sender->key_told = false;
	sender->server = 0;
	sender_habits_renew(sender);
	sender->failed = 0;
	sizing_init(&sender->sizing);
	backoff_reset(&sender->backoff);
	pending.done(pending.arg);
}

static void
stop_now(struct sender *sender)
{
	loop_fn *stopped = sender->stopped;

	/* There may be no moment after this one. */
	timer_cancel(sender->noter);
	sender_habits_note(sender);
	sender->state = SENDER_PAUSED;
	pace_rest(&sender->pace);
	sender->stopped = NULL;
	if (stopped != NULL)
		stopped(sender->stopped_arg);
}

const char *
sender_server(const struct sender *sender)
{
	const struct conf_destination *conf = sender->conf;

	if (conf->transport == TRANSPORT_FILE)
		return conf->path;
	if (conf->transport == TRANSPORT_STDOUT)
		return "standard output";
	return conf->servers.items[sender->server];
}
