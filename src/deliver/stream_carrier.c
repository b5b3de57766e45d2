/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syslog over TLS or TCP: all records of the session, our end, and then the
 * peer's own, on which session_verdict() judges.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/frame.h"
#include "deliver/pump.h"
#include "io/conn.h"
#include "io/timer.h"

/* A peer whose kernel goes on acknowledging may put confirm-timeout off so
 * many times. */
#define CONFIRM_ROUNDS_MAX 20

struct stream {
	struct carrier base;
	struct conn *conn;
	struct timer *timer; /* the limit of what it does */
	struct pump pump;
	bool confirming;         /* all is written */
	int64_t progress_ms;     /* when the peer last took something */
	uint64_t unacknowledged; /* at the last look */
	unsigned rounds;         /* of confirm-timeout */
};

static struct carrier *stream_start(const struct carrier_job *job);
static void stream_stop(struct carrier *carrier);
static void stream_facts(const struct carrier *carrier, struct conn_facts *ret);
static void stream_free(struct carrier *carrier);
static void on_opened(void *arg);
static void on_writable(void *arg);
static void on_ended(enum conn_end end, const struct err *why, void *arg);
static void on_timer(void *arg);
static enum pump_put put(
    struct buf *out, uint64_t number, const char *data, size_t len, void *arg);
static int write_some(const void *data, size_t len, size_t *ret_len, void *arg);
static void pump(struct stream *stream);
static void confirm(struct stream *stream);
static void check_progress(struct stream *stream);
static void check_answer(struct stream *stream);
static void judge(
    struct stream *stream, enum session_end end, const struct err *why);
static void tell(struct stream *stream, enum carrier_end end,
    enum session_level level, const struct err *why);

const struct carrier_ops stream_carrier_ops = {
    stream_start, stream_stop, stream_facts, stream_free};

static struct carrier *
stream_start(const struct carrier_job *job)
{
	struct stream *stream = xcalloc(1, sizeof(*stream));
	const struct pump_ops ops = {put, write_some, stream};
	const struct conn_hooks hooks = {
	    .opened = on_opened,
	    .writable = on_writable,
	    .ended = on_ended,
	    .arg = stream,
	};

	pump_init(&stream->pump, job->queue, job->session, &ops);
	stream->timer = timer_new(job->loop, on_timer, stream);
	stream->conn = carrier_open(job, &hooks);
	return &stream->base;
}

static void
stream_stop(struct carrier *carrier)
{
	/* What is written already may still be confirmed. */
	((struct stream *)carrier)->pump.stop = true;
}

static void
stream_facts(const struct carrier *carrier, struct conn_facts *ret)
{
	conn_facts(((const struct stream *)carrier)->conn, ret);
}

static void
stream_free(struct carrier *carrier)
{
	struct stream *stream = (struct stream *)carrier;

	timer_free(stream->timer);
	conn_free(stream->conn);
	pump_clear(&stream->pump);
	free(stream);
}

static void
on_opened(void *arg)
{
	struct stream *stream = arg;
	const struct carrier_job *job = &stream->base.job;

	job->hooks.opened(job->hooks.arg);
	stream->progress_ms = loop_now_ms(job->loop);
	timer_set(stream->timer, job->conf->write_timeout_ms);
	pump(stream);
}

static void
on_writable(void *arg)
{
	pump(arg);
}

static void
on_ended(enum conn_end end, const struct err *why, void *arg)
{
	struct stream *stream = arg;

	switch (end) {
	case CONN_CLOSED:
		judge(stream, SESSION_END_CLOSED, why);
		return;
	case CONN_EOF:
		judge(stream, SESSION_END_EOF, why);
		return;
	case CONN_BROKEN:
		judge(stream, SESSION_END_BROKEN, why);
		return;
	}
}

static void
on_timer(void *arg)
{
	struct stream *stream = arg;

	if (stream->confirming)
		check_answer(stream);
	else
		check_progress(stream);
}

static enum pump_put
put(struct buf *out, uint64_t number, const char *data, size_t len, void *arg)
{
	const struct stream *stream = arg;

	(void)number;
	return frame_put(out, stream->base.job.conf->framing, data, len) == 0
	    ? PUMP_PUT
	    : PUMP_REFUSED;
}

static int
write_some(const void *data, size_t len, size_t *ret_len, void *arg)
{
	const struct stream *stream = arg;

	return conn_write(stream->conn, data, len, ret_len);
}

static void
pump(struct stream *stream)
{
	struct loop *loop = stream->base.job.loop;
	uint64_t before = stream->base.job.session->written;
	struct err err;
	enum pump_status status = pump_run(&stream->pump, loop, &err);

	if (stream->base.job.session->written != before)
		stream->progress_ms = loop_now_ms(loop);
	switch (status) {
	case PUMP_BLOCKED:
	case PUMP_HELD:
	case PUMP_MORE:
		stream->unacknowledged = conn_unacknowledged(stream->conn);
		conn_want_write(stream->conn, true);
		return;
	case PUMP_DONE:
		confirm(stream);
		return;
	case PUMP_BROKEN:
		return; /* on_ended comes */
	case PUMP_FAILED:
		tell(stream, CARRIER_SPOOLED, SESSION_NONE, &err);
		return;
	}
}

/* All is written: end the session and wait for the peer's own end. */
static void
confirm(struct stream *stream)
{
	const struct carrier_job *job = &stream->base.job;

	job->hooks.written(job->hooks.arg);
	stream->confirming = true;
	pump_clear(&stream->pump);
	conn_finish(stream->conn);
	stream->unacknowledged = conn_unacknowledged(stream->conn);
	timer_set(stream->timer, job->conf->confirm_timeout_ms);
}

static void
check_progress(struct stream *stream)
{
	const struct carrier_job *job = &stream->base.job;
	int64_t limit_ms = job->conf->write_timeout_ms;
	int64_t idle_ms = loop_now_ms(job->loop) - stream->progress_ms;
	uint64_t now = conn_unacknowledged(stream->conn);
	struct err err;

	/* A slow peer frees room in the socket long before poll says so. */
	if (now < stream->unacknowledged)
		idle_ms = 0;
	stream->unacknowledged = now;
	if (idle_ms < limit_ms) {
		timer_set(stream->timer, limit_ms - idle_ms);
		return;
	}
	(void)err_set(&err, ERR_AGAIN,
	    "the server has taken nothing for %lld ms (write-timeout)",
	    (long long)limit_ms);
	tell(stream, CARRIER_FAILED, SESSION_NONE, &err);
}

/* A peer that is slow but takes what is on the way gets more time. */
static void
check_answer(struct stream *stream)
{
	int64_t limit_ms = stream->base.job.conf->confirm_timeout_ms;
	uint64_t now = conn_unacknowledged(stream->conn);
	struct err err;

	if (now != 0 && now < stream->unacknowledged &&
	    ++stream->rounds < CONFIRM_ROUNDS_MAX) {
		stream->unacknowledged = now;
		timer_set(stream->timer, limit_ms);
		return;
	}
	(void)err_set(&err, ERR_AGAIN,
	    "the server did not end the session within %lld ms "
	    "(confirm-timeout)",
	    (long long)limit_ms);
	judge(stream, SESSION_END_SILENT, &err);
}

static void
judge(struct stream *stream, enum session_end end, const struct err *why)
{
	const struct session_facts facts = {
	    .end = end,
	    .finished = conn_is_finished(stream->conn),
	    .unacknowledged = conn_unacknowledged(stream->conn),
	    .confirm = stream->base.job.conf->confirm,
	};
	enum session_level level = session_verdict(&facts);
	struct err copy = *why;

	if (level != SESSION_NONE) {
		tell(stream, CARRIER_DONE, level, NULL);
		return;
	}
	if (facts.finished &&
	    (end == SESSION_END_CLOSED || end == SESSION_END_EOF))
		(void)err_wrap(&copy, "not all of the session was taken");
	tell(stream, CARRIER_FAILED, SESSION_NONE, &copy);
}

static void
tell(struct stream *stream, enum carrier_end end, enum session_level level,
    const struct err *why)
{
	const struct carrier_hooks *hooks = &stream->base.job.hooks;

	timer_cancel(stream->timer);
	hooks->ended(end, level, why, hooks->arg);
}
