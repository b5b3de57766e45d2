/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session over RELP: the server acknowledges each record, so it is known at
 * any time what has arrived, and only what has not is sent again.
 *
 *   CONNECTING --> OPENING --> SENDING --> DRAINING --> CLOSING --> done
 *        |            |           |            |
 *        +------------+-----------+------------+--> failed
 *
 * OPENING waits for the server's offers, DRAINING for the last replies. In
 * CLOSING all is confirmed, and however the connection ends the session is
 * done; the server is given a moment to end it in order.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/pump.h"
#include "deliver/relp.h"
#include "deliver/relp_window.h"
#include "io/conn.h"
#include "io/timer.h"

#define OPEN_TXNR 1U
/* What is confirmed is released that often while the session goes on. */
#define TICK_MS 1000
/* For the server's end after ours. */
#define CLOSE_MS 2000
/* Of an error's words. */
#define WORDS_MAX 200

enum relp_state {
	RELP_CONNECTING,
	RELP_OPENING,
	RELP_SENDING,
	RELP_DRAINING,
	RELP_CLOSING,
};

struct relp_carrier {
	struct carrier base;
	enum relp_state state;
	struct conn *conn;
	struct timer *timer;
	struct pump pump;
	struct relp_window window;
	struct buf in;      /* the beginning of a frame of the server's */
	struct buf control; /* "open" or "close", not written from `at` on */
	size_t at;
	int64_t progress_ms; /* when the server last gave an answer that it
	                        owed, or began to owe us one */
};

static struct carrier *relp_start(const struct carrier_job *job);
static void relp_stop(struct carrier *carrier);
static void relp_facts(const struct carrier *carrier, struct conn_facts *ret);
static void relp_free(struct carrier *carrier);
static void on_opened(void *arg);
static void on_writable(void *arg);
static bool on_received(const char *data, size_t len, void *arg);
static void on_ended(enum conn_end end, const struct err *why, void *arg);
static void on_timer(void *arg);
static int take_frames(struct relp_carrier *c, struct err *err);
static int on_frame(
    struct relp_carrier *c, const struct relp_frame *frame, struct err *err);
static int on_hint(
    struct relp_carrier *c, const struct relp_frame *frame, struct err *err);
static int on_offers(struct relp_carrier *c, const struct relp_frame *frame,
    const struct relp_reply *reply, struct err *err);
static int refused(
    const struct relp_reply *reply, const char *what, struct err *err);
static bool advance(struct relp_carrier *c);
static bool pump(struct relp_carrier *c);
static enum pump_put put(
    struct buf *out, uint64_t number, const char *data, size_t len, void *arg);
static int write_some(const void *data, size_t len, size_t *ret_len, void *arg);
static void drain(struct relp_carrier *c);
static void close_now(struct relp_carrier *c);
static void say(struct relp_carrier *c, uint32_t txnr, const char *command,
    const char *data);
static void flush(struct relp_carrier *c);
static int check_progress(struct relp_carrier *c, struct err *err);
static void tell(
    struct relp_carrier *c, enum carrier_end end, const struct err *why);

const struct carrier_ops relp_carrier_ops = {
    relp_start, relp_stop, relp_facts, relp_free};

static struct carrier *
relp_start(const struct carrier_job *job)
{
	struct relp_carrier *c = xcalloc(1, sizeof(*c));
	const struct pump_ops ops = {put, write_some, c};
	const struct conn_hooks hooks = {
	    on_opened, on_writable, on_received, on_ended, c};

	pump_init(&c->pump, job->queue, job->session, &ops);
	relp_window_init(
	    &c->window, job->conf->relp_window, relp_next_txnr(OPEN_TXNR));
	buf_init(&c->in, RELP_FRAME_MAX);
	buf_init(&c->control, RELP_FRAME_MAX);
	c->timer = timer_new(job->loop, on_timer, c);
	c->conn = carrier_open(job, &hooks);
	return &c->base;
}

static void
relp_stop(struct carrier *carrier)
{
	((struct relp_carrier *)carrier)->pump.stop = true;
}

static void
relp_facts(const struct carrier *carrier, struct conn_facts *ret)
{
	conn_facts(((const struct relp_carrier *)carrier)->conn, ret);
}

static void
relp_free(struct carrier *carrier)
{
	struct relp_carrier *c = (struct relp_carrier *)carrier;

	timer_free(c->timer);
	conn_free(c->conn);
	pump_clear(&c->pump);
	relp_window_clear(&c->window);
	buf_clear(&c->in);
	buf_clear(&c->control);
	free(c);
}

static void
on_opened(void *arg)
{
	struct relp_carrier *c = arg;

	c->state = RELP_OPENING;
	c->progress_ms = loop_now_ms(c->base.job.loop);
	timer_set(c->timer, TICK_MS);
	say(c, OPEN_TXNR, "open", relp_offers);
}

static void
on_writable(void *arg)
{
	struct relp_carrier *c = arg;

	if (c->at < c->control.len)
		flush(c);
	else if (c->state == RELP_SENDING)
		(void)pump(c);
	else
		conn_want_write(c->conn, false);
}

static bool
on_received(const char *data, size_t len, void *arg)
{
	struct relp_carrier *c = arg;
	struct err err;

	if (c->state == RELP_CLOSING)
		return true;
	while (len != 0) {
		size_t room = c->in.max - c->in.len;
		size_t part = len < room ? len : room;

		(void)buf_put(&c->in, data, part);
		data += part;
		len -= part;
		if (take_frames(c, &err) == -1) {
			tell(c, CARRIER_FAILED, &err);
			return false;
		}
	}
	return !advance(c);
}

static void
on_ended(enum conn_end end, const struct err *why, void *arg)
{
	struct relp_carrier *c = arg;

	(void)end;
	if (c->state == RELP_CLOSING)
		tell(c, CARRIER_DONE, NULL);
	else
		tell(c, CARRIER_FAILED, why);
}

static void
on_timer(void *arg)
{
	struct relp_carrier *c = arg;
	const struct carrier_job *job = &c->base.job;
	struct err err;

	if (c->state == RELP_CLOSING) {
		tell(c, CARRIER_DONE, NULL);
		return;
	}
	if (check_progress(c, &err) == -1) {
		tell(c, CARRIER_FAILED, &err);
		return;
	}
	timer_set(c->timer, TICK_MS);
	if (c->state == RELP_OPENING ||
	    c->window.confirmed == job->session->confirmed)
		return;
	session_confirm(
	    job->session, c->window.confirmed_to, c->window.confirmed);
	job->hooks.confirmed(job->hooks.arg);
}

/* Take the whole frames off `in`. */
static int
take_frames(struct relp_carrier *c, struct err *err)
{
	size_t at = 0;
	struct relp_frame frame;

	for (;;) {
		const struct text rest = {c->in.data + at, c->in.len - at};

		switch (relp_parse(rest, &frame, err)) {
		case RELP_FRAME:
			if (on_frame(c, &frame, err) == -1)
				return -1;
			at += frame.size;
			break;
		case RELP_MORE:
			buf_consume(&c->in, at);
			return 0;
		case RELP_BAD:
			return -1;
		}
	}
}

static int
on_frame(
    struct relp_carrier *c, const struct relp_frame *frame, struct err *err)
{
	struct relp_reply reply;

	if (frame->txnr == 0)
		return on_hint(c, frame, err);
	if (!text_eq(frame->command, TEXT("rsp")))
		return err_set(err, ERR_BAD,
		    "the server sent a RELP command that is no reply");
	if (relp_reply(frame->data, &reply, err) == -1)
		return -1;
	if (c->state == RELP_CONNECTING || c->state == RELP_OPENING)
		return on_offers(c, frame, &reply, err);
	if (reply.code != 200)
		return refused(&reply, "the record", err);
	if (relp_window_acknowledge(&c->window, frame->txnr) == -1)
		return err_set(err, ERR_BAD,
		    "the server acknowledged what does not wait for it "
		    "(RELP transaction %u)",
		    frame->txnr);
	c->progress_ms = loop_now_ms(c->base.job.loop);
	return 0;
}

/* Hints that are not known mean nothing, and are no progress. */
static int
on_hint(struct relp_carrier *c, const struct relp_frame *frame, struct err *err)
{
	if (!text_eq(frame->command, TEXT("serverclose")))
		return 0;
	(void)c;
	return err_set(err, ERR_AGAIN, "the server closes the RELP session");
}

static int
on_offers(struct relp_carrier *c, const struct relp_frame *frame,
    const struct relp_reply *reply, struct err *err)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	if (c->state != RELP_OPENING || frame->txnr != OPEN_TXNR)
		return err_set(err, ERR_BAD,
		    "the server replied to what was not asked yet");
	if (reply->code != 200)
		return refused(reply, "the RELP session", err);
	if (relp_check_offers(reply->rest, err) == -1)
		return -1;
	c->state = RELP_SENDING;
	c->progress_ms = loop_now_ms(c->base.job.loop);
	hooks->opened(hooks->arg);
	return 0;
}

static int
refused(const struct relp_reply *reply, const char *what, struct err *err)
{
	size_t len =
	    reply->words.len < WORDS_MAX ? reply->words.len : WORDS_MAX;

	return err_set(err, ERR_DENIED, "the server refused %s: %u %.*s", what,
	    reply->code, (int)len, reply->words.ptr);
}

/* Do what can be done now; true when the session, and `c`, are gone. */
static bool
advance(struct relp_carrier *c)
{
	if (c->state == RELP_SENDING && pump(c))
		return true;
	if (c->state == RELP_DRAINING && relp_window_is_empty(&c->window))
		close_now(c);
	return false;
}

/* True when the session, and `c`, are gone. */
static bool
pump(struct relp_carrier *c)
{
	struct loop *loop = c->base.job.loop;
	struct err err;

	if (relp_window_is_empty(&c->window))
		c->progress_ms = loop_now_ms(loop);
	switch (pump_run(&c->pump, loop, &err)) {
	case PUMP_BLOCKED:
	case PUMP_MORE:
		conn_want_write(c->conn, true);
		return false;
	case PUMP_HELD:
		conn_want_write(c->conn, false);
		return false;
	case PUMP_DONE:
		drain(c);
		return false;
	case PUMP_BROKEN:
		return false; /* on_ended comes */
	case PUMP_FAILED:
		tell(c, CARRIER_SPOOLED, &err);
		return true;
	}
	return false;
}

static enum pump_put
put(struct buf *out, uint64_t number, const char *data, size_t len, void *arg)
{
	struct relp_carrier *c = arg;

	if (relp_window_is_full(&c->window))
		return PUMP_FULL;
	if (relp_put(out, relp_window_put(&c->window, number), "syslog", data,
	        len) == -1)
		return PUMP_REFUSED;
	return PUMP_PUT;
}

static int
write_some(const void *data, size_t len, size_t *ret_len, void *arg)
{
	const struct relp_carrier *c = arg;

	return conn_write(c->conn, data, len, ret_len);
}

/* All is written; what is left are replies. */
static void
drain(struct relp_carrier *c)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	c->state = RELP_DRAINING;
	conn_want_write(c->conn, false);
	hooks->written(hooks->arg);
	if (relp_window_is_empty(&c->window))
		close_now(c);
}

static void
close_now(struct relp_carrier *c)
{
	c->state = RELP_CLOSING;
	timer_set(c->timer, CLOSE_MS);
	say(c, c->window.next_txnr, "close", "");
}

static void
say(struct relp_carrier *c, uint32_t txnr, const char *command,
    const char *data)
{
	buf_reset(&c->control);
	c->at = 0;
	(void)relp_put(&c->control, txnr, command, data, strlen(data));
	flush(c);
}

static void
flush(struct relp_carrier *c)
{
	size_t taken;

	if (conn_write(c->conn, c->control.data + c->at, c->control.len - c->at,
	        &taken) == -1)
		return; /* on_ended comes */
	c->at += taken;
	conn_want_write(c->conn, c->at < c->control.len);
}

static int
check_progress(struct relp_carrier *c, struct err *err)
{
	const struct carrier_job *job = &c->base.job;
	const struct conf_destination *conf = job->conf;
	int64_t idle_ms = loop_now_ms(job->loop) - c->progress_ms;

	if (c->state == RELP_OPENING && idle_ms >= conf->connect_timeout_ms)
		return err_set(err, ERR_AGAIN,
		    "no RELP reply to \"open\" within %lld ms",
		    (long long)conf->connect_timeout_ms);
	if (c->state == RELP_SENDING && idle_ms >= conf->write_timeout_ms)
		return err_set(err, ERR_AGAIN,
		    "the server has acknowledged nothing for %lld ms "
		    "(write-timeout)",
		    (long long)conf->write_timeout_ms);
	if (c->state == RELP_DRAINING && idle_ms >= conf->confirm_timeout_ms)
		return err_set(err, ERR_AGAIN,
		    "the server has not acknowledged %zu records within %lld "
		    "ms (confirm-timeout)",
		    c->window.count, (long long)conf->confirm_timeout_ms);
	return 0;
}

/* The end, with all that is confirmed until then. */
static void
tell(struct relp_carrier *c, enum carrier_end end, const struct err *why)
{
	const struct carrier_job *job = &c->base.job;

	timer_cancel(c->timer);
	if (c->state != RELP_CONNECTING && c->state != RELP_OPENING)
		session_confirm(
		    job->session, c->window.confirmed_to, c->window.confirmed);
	job->hooks.ended(end, end == CARRIER_DONE ? SESSION_RELP : SESSION_NONE,
	    why, job->hooks.arg);
}
