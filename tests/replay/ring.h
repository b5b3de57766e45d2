/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One seed's replay: the script, the data, the clock and the judge together.
 */
#ifndef CEFD_TESTS_REPLAY_RING_H
#define CEFD_TESTS_REPLAY_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "fake_clock.h"
#include "oracle.h"
#include "others.h"
#include "script.h"
#include "tenant.h"
#include "trace.h"

/* Lies of the world that the oracle has to see. */
enum ring_break {
	BREAK_NOTHING,
	BREAK_DROP,   /* a record is not read */
	BREAK_DOUBLE, /* one is read twice */
	BREAK_HIDE,   /* a message is never shown */
	BREAK_OTHER,  /* nor is an item of another stream */
	BREAK_COUNT
};

/* Requests of the last minute, for the server's own limit. */
#define RATE_MAX 1024
#define RATE_SPAN_MS INT64_C(60000)

struct ring {
	uint64_t seed;
	unsigned days;
	unsigned without;
	enum ring_break lie;
	bool keep; /* the folder */
	struct script script;
	struct tenant tenant;
	struct others others;
	struct fake_clock clock;
	struct rng dice; /* of the API and of the turns as they come */
	struct rng date_dice;
	unsigned odd_dates; /* so far */
	struct oracle oracle;
	struct trace trace;
	int64_t rate_ms[RATE_MAX];
	unsigned rate_at;
	int64_t late_ms[RATE_MAX]; /* a ring of as many as may be in a minute */
	unsigned late_at;
	int64_t hold_ms; /* the API has asked for nothing before */
	unsigned lives, kills;
	/* Newest first: when the life after an outage began; 0. */
	int64_t returned_ms;
	unsigned returned_lists;
	/* The replay that runs, or ran last. */
	struct {
		int64_t since_s, until_s, began_ms;
		unsigned number, queues;
		bool is_running;
		bool is_past; /* of the destination that is added later */
	} again;
	unsigned outlets;      /* destinations of this life, as of now */
	bool has_joined;       /* the one that is added later, */
	int64_t past_ms;       /* that it is to get, */
	int64_t joined_ms;     /* when it was met; */
	bool lacks_some;       /* of its past, and that is told */
	unsigned again_queues; /* that any replay went to */
	int64_t ahead_ms;      /* the next life's cursors are so far ahead */
	bool is_full;          /* the spool has no room, on purpose */
	bool is_reloaded;
	bool is_paused, pause_is_due; /* to be done in the next life */
	uint64_t requests;
};

/* Draw it, live it, judge it. The oracle holds the findings. */
void ring_run(struct ring *ring);
void ring_clear(struct ring *ring);

/* One begins, to these queues. */
void ring_note_replay(struct ring *ring, int64_t since_s, int64_t until_s,
    unsigned queues, bool is_past);

#endif
