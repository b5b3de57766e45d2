/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session to standard output, which confirms nothing: it is for runs in a
 * terminal and tests.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/frame.h"
#include "deliver/pump.h"
#include "io/loop.h"
#include "io/output.h"
#include "io/timer.h"

/* Until a full pipe is looked at again. */
#define BLOCKED_MS 10

/* What was written last ends within a record. */
static bool is_torn;

struct stdout_carrier {
	struct carrier base;
	struct timer *turn;
	struct pump pump;
	bool open;
	int64_t blocked_ms; /* since when; 0: it takes octets */
	struct err failure; /* of a write */
};

static struct carrier *stdout_start(const struct carrier_job *job);
static void stdout_stop(struct carrier *carrier);
static void stdout_free(struct carrier *carrier);
static void on_turn(void *arg);
static bool mend(struct stdout_carrier *c);
static void broken(struct stdout_carrier *c);
static bool begins_lines(const struct stdout_carrier *c);
static void blocked(struct stdout_carrier *c);
static enum pump_put put(
    struct buf *out, uint64_t number, const char *data, size_t len, void *arg);
static int write_some(const void *data, size_t len, size_t *ret_len, void *arg);

const struct carrier_ops stdout_carrier_ops = {
    stdout_start, stdout_stop, NULL, stdout_free};

static struct carrier *
stdout_start(const struct carrier_job *job)
{
	struct stdout_carrier *c = xcalloc(1, sizeof(*c));
	const struct pump_ops ops = {put, write_some, c};

	pump_init(&c->pump, job->queue, job->session, &ops);
	c->turn = timer_new(job->loop, on_turn, c);
	timer_set(c->turn, 0);
	return &c->base;
}

static void
stdout_stop(struct carrier *carrier)
{
	((struct stdout_carrier *)carrier)->pump.stop = true;
}

static void
stdout_free(struct carrier *carrier)
{
	struct stdout_carrier *c = (struct stdout_carrier *)carrier;

	timer_free(c->turn);
	pump_clear(&c->pump);
	free(c);
}

static void
on_turn(void *arg)
{
	struct stdout_carrier *c = arg;
	const struct carrier_hooks *hooks = &c->base.job.hooks;
	struct err err;

	if (!c->open) {
		if (!mend(c))
			return;
		c->open = true;
		hooks->opened(hooks->arg);
	}
	switch (pump_run(&c->pump, c->base.job.loop, &err)) {
	case PUMP_BLOCKED:
		blocked(c);
		return;
	case PUMP_HELD:
	case PUMP_MORE:
		timer_set(c->turn, 0);
		return;
	case PUMP_DONE:
		hooks->written(hooks->arg);
		hooks->ended(CARRIER_DONE, SESSION_NONE, NULL, hooks->arg);
		return;
	case PUMP_BROKEN:
		broken(c);
		return;
	case PUMP_FAILED:
		hooks->ended(CARRIER_SPOOLED, SESSION_NONE, &err, hooks->arg);
		return;
	}
}

/* A record that was broken off must not become one with the next. False: not
 * yet, or never. */
static bool
mend(struct stdout_carrier *c)
{
	const char end = frame_last_octet(c->base.job.conf->framing);
	size_t len = 0;

	if (!is_torn || !begins_lines(c))
		return true;
	if (write_some(&end, 1, &len, c) == -1)
		broken(c);
	else if (len == 0)
		blocked(c);
	return !is_torn;
}

static bool
begins_lines(const struct stdout_carrier *c)
{
	return c->base.job.conf->framing != FRAMING_OCTET_COUNTING;
}

static void
broken(struct stdout_carrier *c)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	hooks->ended(
	    c->failure.code == ERR_BAD ? CARRIER_HOPELESS : CARRIER_FAILED,
	    SESSION_NONE, &c->failure, hooks->arg);
}

static void
blocked(struct stdout_carrier *c)
{
	const struct carrier_job *job = &c->base.job;
	int64_t now_ms = loop_now_ms(job->loop);

	if (c->blocked_ms == 0)
		c->blocked_ms = now_ms;
	if (now_ms - c->blocked_ms < job->conf->write_timeout_ms) {
		timer_set(c->turn, BLOCKED_MS);
		return;
	}
	(void)err_set(&c->failure, ERR_AGAIN,
	    "standard output has taken nothing for %lld ms (write-timeout): "
	    "nobody reads it",
	    (long long)job->conf->write_timeout_ms);
	job->hooks.ended(
	    CARRIER_FAILED, SESSION_NONE, &c->failure, job->hooks.arg);
}

static enum pump_put
put(struct buf *out, uint64_t number, const char *data, size_t len, void *arg)
{
	struct stdout_carrier *c = arg;

	(void)number;
	return frame_put(out, c->base.job.conf->framing, data, len) == -1
	    ? PUMP_REFUSED
	    : PUMP_PUT;
}

static int
write_some(const void *data, size_t len, size_t *ret_len, void *arg)
{
	struct stdout_carrier *c = arg;

	int result =
	    output_write(STDOUT_FILENO, data, len, ret_len, &c->failure);

	if (result == 0 && *ret_len > 0) {
		c->blocked_ms = 0;
		is_torn = begins_lines(c) &&
		    ((const char *)data)[*ret_len - 1] !=
		        frame_last_octet(c->base.job.conf->framing);
	}
	return result;
}
