/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves records from a queue to where they go, as one session, a slice of time
 * at a turn. How a record is put and how octets are written is the owner's.
 */
#ifndef CEFD_DELIVER_PUMP_H
#define CEFD_DELIVER_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;
struct loop;
struct queue;
struct session;

/* Octets that are put around a record, at most. */
#define PUMP_EXTRA_MAX 32

enum pump_put {
	PUMP_PUT,
	PUMP_FULL,    /* no more for now; the record is offered again */
	PUMP_REFUSED, /* never */
};

struct pump_ops {
	/* Append the record to `out`, or take it in some other way. */
	enum pump_put (*put)(struct buf *out, uint64_t number, const char *data,
	    size_t len, void *arg);
	/* As conn_write. NULL where put leaves nothing to write. */
	int (*write)(const void *data, size_t len, size_t *ret_len, void *arg);
	void *arg;
};

enum pump_status {
	PUMP_BLOCKED, /* no octet can be written now */
	PUMP_HELD,    /* no record can be put now */
	PUMP_MORE,    /* the slice of time is used up */
	PUMP_DONE,    /* all that this session holds is written */
	PUMP_BROKEN,  /* write or put failed, and knows why itself */
	PUMP_FAILED,  /* the queue cannot be read: *err */
};

struct pump {
	struct queue *queue;
	struct session *session;
	struct pump_ops ops;
	struct buf out; /* put, not written yet from `at` on */
	size_t at;
	bool complete; /* the session takes no more records */
	bool held;     /* put has said so when it was last asked */
	bool refused;
	bool stop; /* the session should take no more */
	int64_t now_ms;
};

/* The session has begun; what it holds is read from the queue. */
void pump_init(struct pump *pump, struct queue *queue, struct session *session,
    const struct pump_ops *ops);
void pump_clear(struct pump *pump);

/* Write until the status says why not to go on. */
enum pump_status pump_run(
    struct pump *pump, const struct loop *loop, struct err *err);

#endif
