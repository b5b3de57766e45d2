/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves records from a queue to where they go.
 *
 * A TLS record carries at most 16 KiB, and each costs a seal and a system
 * call; so framed records are gathered and written in multiples of that, and
 * only the last of a session is short. What is left over from a round is less
 * than one TLS record and moves to the front.
 */
#include "config.h"

#include "base/err.h"
#include "deliver/pump.h"
#include "deliver/session.h"
#include "io/loop.h"
#include "spool/queue.h"

#define TLS_RECORD_BYTES ((size_t)16384) /* RFC 8446 section 5.1 */
/* What is gathered before it is written. */
#define OUT_FULL_BYTES (16 * TLS_RECORD_BYTES)
#define OUT_MAX_BYTES (OUT_FULL_BYTES + QUEUE_RECORD_MAX + PUMP_EXTRA_MAX)
/* A turn of the loop may take so long and one more round. */
#define SLICE_MS 8

static int gather(struct pump *pump, struct err *err);
static bool on_record(uint64_t number, const char *data, size_t len, void *arg);

void
pump_init(struct pump *pump, struct queue *queue, struct session *session,
    const struct pump_ops *ops)
{
	*pump = (struct pump){.queue = queue, .session = session, .ops = *ops};
	buf_init(&pump->out, OUT_MAX_BYTES);
}

void
pump_clear(struct pump *pump)
{
	buf_clear(&pump->out);
	pump->at = 0;
}

enum pump_status
pump_run(struct pump *pump, const struct loop *loop, struct err *err)
{
	int64_t began_ms = loop_now_ms(loop);

	pump->now_ms = began_ms;
	while (pump->now_ms - began_ms < SLICE_MS) {
		size_t len = pump->out.len - pump->at;
		size_t taken;

		if (len < TLS_RECORD_BYTES && !pump->complete) {
			if (gather(pump, err) == -1)
				return PUMP_FAILED;
			len = pump->out.len;
		}
		if (pump->refused)
			return PUMP_BROKEN;
		if (len == 0 && pump->complete)
			return PUMP_DONE;
		if (len == 0 && pump->held)
			return PUMP_HELD;
		if (!pump->complete && !pump->held)
			len -= len % TLS_RECORD_BYTES;
		if (pump->ops.write(pump->out.data + pump->at, len, &taken,
		        pump->ops.arg) == -1)
			return PUMP_BROKEN;
		if (taken == 0)
			return PUMP_BLOCKED;
		pump->at += taken;
		pump->session->written += taken;
		pump->now_ms = loop_now_ms(loop);
	}
	return PUMP_MORE;
}

/*
 * Fill `out`, unless the session is complete before that. (`held` stays until
 * here: a write that was blocked is given no fewer octets the next time.)
 */
static int
gather(struct pump *pump, struct err *err)
{
	struct session *session = pump->session;

	buf_consume(&pump->out, pump->at);
	pump->at = 0;
	pump->held = false;
	pump->complete = pump->stop;
	while (!pump->complete && !pump->held && !pump->refused &&
	    pump->out.len < OUT_FULL_BYTES) {
		if (queue_read(pump->queue, session->next, on_record, pump,
		        &session->next, err) == -1)
			return -1;
		/* What was damaged at the end is part of the session, too. */
		if (session->next >= queue_next(pump->queue))
			pump->complete = true;
	}
	return 0;
}

static bool
on_record(uint64_t number, const char *data, size_t len, void *arg)
{
	struct pump *pump = arg;
	size_t before = pump->out.len;
	size_t framed;

	if (before >= OUT_FULL_BYTES)
		return false;
	if (!session_has_room(pump->session, pump->now_ms)) {
		pump->complete = true;
		return false;
	}
	switch (pump->ops.put(&pump->out, number, data, len, pump->ops.arg)) {
	case PUMP_PUT:
		framed = pump->out.len - before;
		session_put(pump->session, number, framed != 0 ? framed : len);
		return true;
	case PUMP_FULL:
		pump->held = true;
		return false;
	case PUMP_REFUSED:
		break;
	}
	pump->refused = true;
	return false;
}
