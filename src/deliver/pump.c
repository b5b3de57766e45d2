/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves records from a queue into a stream.
 *
 * A TLS record carries at most 16 KiB, and each costs a seal and a system
 * call; so framed records are gathered and written in multiples of that, and
 * only the last of a session is short. What is left over from a round is less
 * than one TLS record and moves to the front.
 */
#include "config.h"

#include "base/err.h"
#include "deliver/frame.h"
#include "deliver/pump.h"
#include "io/conn.h"
#include "spool/queue.h"

#define TLS_RECORD_BYTES ((size_t)16384) /* RFC 8446 section 5.1 */
/* What is gathered before it is written. */
#define OUT_FULL_BYTES (16 * TLS_RECORD_BYTES)
#define OUT_MAX_BYTES (OUT_FULL_BYTES + QUEUE_RECORD_MAX + FRAME_EXTRA_MAX)
/* A turn of the loop may take so long and one more round. */
#define SLICE_MS 8

static int gather(struct pump *pump, struct err *err);
static bool on_record(uint64_t number, const char *data, size_t len, void *arg);

void
pump_init(struct pump *pump, struct queue *queue)
{
	*pump = (struct pump){.queue = queue};
	buf_init(&pump->out, OUT_MAX_BYTES);
}

void
pump_clear(struct pump *pump)
{
	buf_clear(&pump->out);
	pump->at = 0;
}

void
pump_begin(struct pump *pump, enum conf_framing framing,
    const struct session_caps *caps, int64_t now_ms)
{
	buf_reset(&pump->out);
	pump->at = 0;
	pump->framing = framing;
	pump->complete = false;
	pump->stop = false;
	pump->written = 0;
	session_begin(&pump->session, caps, now_ms);
}

enum pump_status
pump_run(struct pump *pump, struct conn *conn, const struct loop *loop,
    struct err *err)
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
		if (len == 0 && pump->complete)
			return PUMP_DONE;
		if (!pump->complete)
			len -= len % TLS_RECORD_BYTES;
		if (conn_write(conn, pump->out.data + pump->at, len, &taken) ==
		    -1)
			return PUMP_BROKEN;
		if (taken == 0)
			return PUMP_BLOCKED;
		pump->at += taken;
		pump->written += taken;
		pump->now_ms = loop_now_ms(loop);
	}
	return PUMP_MORE;
}

void
pump_fail(struct pump *pump)
{
	if (pump->written != 0 && pump->session.next > pump->sent_before)
		pump->sent_before = pump->session.next;
}

/* Fill `out`, unless the session is complete before that. */
static int
gather(struct pump *pump, struct err *err)
{
	struct session *session = &pump->session;

	buf_consume(&pump->out, pump->at);
	pump->at = 0;
	pump->complete = pump->stop;
	while (!pump->complete && pump->out.len < OUT_FULL_BYTES) {
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

	if (before >= OUT_FULL_BYTES)
		return false;
	if (!session_has_room(&pump->session, pump->now_ms)) {
		pump->complete = true;
		return false;
	}
	if (frame_put(&pump->out, pump->framing, data, len) == -1)
		return false;
	session_put(&pump->session, number, pump->out.len - before);
	if (number < pump->sent_before)
		pump->resent++;
	return true;
}
