/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cost of a session is told by its opening: two round trips with TLS 1.3,
 * and its end is another one. Nothing that a slow receiver does is in it. So a
 * session that takes 32 times its opening is busy for over nine tenths of the
 * time, slow start included.
 */
#include "config.h"

#include "deliver/session.h"
#include "deliver/sizing.h"

#define WORTH_FACTOR 32
/* The estimate is of one session only. */
#define GROW_MAX 8
/*
 * After a failure: a receiver, or something on the way, that breaks off all
 * that is too large does so to one session in 32, not to every second.
 */
#define HOLD_SESSIONS 32

static void recover(struct sizing *sizing);
static void scale(struct sizing *sizing, uint64_t times, uint64_t parts);
static uint64_t between(uint64_t value, uint64_t least, uint64_t most);
static int64_t grow_by(int64_t worth_ms, int64_t took_ms);

void
sizing_init(struct sizing *sizing)
{
	*sizing =
	    (struct sizing){.records = SIZING_RECORDS, .bytes = SIZING_BYTES};
}

void
sizing_good(struct sizing *sizing, const struct session *session,
    int64_t open_ms, int64_t took_ms)
{
	int64_t worth_ms = open_ms * WORTH_FACTOR;
	bool usual =
	    sizing->records >= SIZING_RECORDS && sizing->bytes >= SIZING_BYTES;

	sizing->failed = 0;
	/* One that ended for want of records tells nothing. */
	if (session->records < session->caps.records &&
	    session->bytes < session->caps.bytes)
		return;
	if (sizing->hold != 0)
		sizing->hold--;
	else if (!usual)
		recover(sizing);
	else if (took_ms < worth_ms)
		scale(sizing, (uint64_t)grow_by(worth_ms, took_ms), 1);
	else if (took_ms / 4 > worth_ms && sizing->bytes > SIZING_BYTES)
		scale(sizing, 1, 2);
}

void
sizing_bad(struct sizing *sizing, const struct session *session)
{
	if (session->records == 0)
		return;
	/* A receiver that was only started again gets the same once more. */
	if (++sizing->failed < 2)
		return;
	sizing->records = between(session->records / 2, 1, sizing->records);
	sizing->bytes = between(session->bytes / 2, 1, sizing->bytes);
	sizing->hold = HOLD_SESSIONS;
}

/* Towards what is usual, each for itself. */
static void
recover(struct sizing *sizing)
{
	if (sizing->records < SIZING_RECORDS)
		sizing->records =
		    between(sizing->records * 2, 1, SIZING_RECORDS);
	if (sizing->bytes < SIZING_BYTES)
		sizing->bytes = between(sizing->bytes * 2, 1, SIZING_BYTES);
}

static void
scale(struct sizing *sizing, uint64_t times, uint64_t parts)
{
	sizing->records =
	    between(sizing->records * times / parts, 1, SIZING_RECORDS_MAX);
	sizing->bytes =
	    between(sizing->bytes * times / parts, 1, SIZING_BYTES_MAX);
}

static uint64_t
between(uint64_t value, uint64_t least, uint64_t most)
{
	if (value < least)
		return least;
	return value > most ? most : value;
}

static int64_t
grow_by(int64_t worth_ms, int64_t took_ms)
{
	int64_t times = took_ms > 0 ? worth_ms / took_ms + 1 : GROW_MAX;

	return times > GROW_MAX ? GROW_MAX : times;
}
