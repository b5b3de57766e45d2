/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves records from a queue into a stream, as one session: framed, gathered
 * into full TLS records, a slice of time at a turn.
 */
#ifndef CEFD_DELIVER_PUMP_H
#define CEFD_DELIVER_PUMP_H

#include <stdbool.h>

#include "base/buf.h"
#include "deliver/session.h"

struct conn;
struct err;
struct loop;
struct queue;

enum pump_status {
	PUMP_BLOCKED, /* the stream has no room */
	PUMP_MORE,    /* the slice of time is used up */
	PUMP_DONE,    /* all that this session holds is written */
	PUMP_BROKEN,  /* the stream failed; it will tell why itself */
	PUMP_FAILED,  /* the queue cannot be read: *err */
};

struct pump {
	struct queue *queue;
	enum conf_framing framing;
	struct session session;
	struct buf out; /* framed, not written yet from `at` on */
	size_t at;
	bool complete;        /* the session takes no more records */
	bool stop;            /* it should take no more */
	uint64_t written;     /* octets the stream took */
	uint64_t sent_before; /* records below this were sent before, in vain */
	uint64_t resent;      /* how many of those were put again, ever */
	int64_t now_ms;
};

void pump_init(struct pump *pump, struct queue *queue);
void pump_clear(struct pump *pump);

/* Begin a session at the head of the queue. */
void pump_begin(struct pump *pump, enum conf_framing framing,
    const struct session_caps *caps, int64_t now_ms);

/* Write until the status says why not to go on. */
enum pump_status pump_run(struct pump *pump, struct conn *conn,
    const struct loop *loop, struct err *err);

/* The session failed: what it held will be sent again. */
void pump_fail(struct pump *pump);

#endif
