/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds a replay to: each state of each message, exactly once and in order. It
 * is told of each state at the moment when the answer that shows it is handed
 * to the intake, and of each commit; what no commit followed is lost with a
 * life that was killed.
 */
#ifndef CEFD_TESTS_REPLAY_ORACLE_H
#define CEFD_TESTS_REPLAY_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"
#include "fake_http.h"

#define QUEUES_MAX 2

struct queue;
struct ring;

/* A record of it may come: a campaign that is still being judged, when it is
 * not certain that a day is over. */
#define STATE_MAYBE (1U << 31)
/* It is not for that queue: a replay to the other one. */
#define STATE_NOT(queue) (1U << (29 + (queue)))
#define STATE_NUMBER(state) ((state)&0xffffffU)

/* What should have become of one message or item, so far. */
struct expected {
	uint32_t *states; /* numbers, equal ones folded */
	uint32_t count, cap;
	uint32_t known;      /* 1 more than the state that the ledger has; 0 */
	unsigned again_at;   /* number of the replay that showed it last, */
	unsigned usually_at; /* and of that beside which it came as usual */
	uint32_t ahead[QUEUES_MAX]; /* like known: given by a partial replay */
	bool has_come; /* to the queue that was added later, since then */
	uint32_t at[QUEUES_MAX];  /* states met in each queue */
	bool is_bare[QUEUES_MAX]; /* the last record lacks further documents */
	int64_t taken_ms;         /* when the first was committed; 0 */
	int64_t held_ms;          /* shown first, still being judged */
};

/* Shown, and not committed yet. */
struct pending {
	uint32_t message, state;
	unsigned stream;
	uint64_t answer; /* which one showed it */
	int64_t at_ms;
	/* Number of the replay, 0: none; and the queues that it goes to. */
	unsigned again, queues;
	bool is_past; /* what one that was added later gets */
	bool waits;   /* for further documents, before it is taken */
};

struct gap {
	int64_t from_ms, to_ms, told_ms;
};
#define GAPS_MAX 16

struct oracle {
	struct expected *messages; /* then the other streams' items */
	uint32_t message_count;
	struct pending *pending;
	size_t pending_count, pending_cap;
	uint64_t answers;
	int64_t *other_listed_ms; /* by item */
	/* by threat */
	int64_t *listed_ms;            /* first named in an answer; 0: never */
	uint32_t *notices[QUEUES_MAX]; /* records of giving it up */
	uint64_t incomplete[QUEUES_MAX]; /* ids told to be without them */
	uint32_t *extras;                /* further documents had, by threat */
	struct gap gaps[QUEUES_MAX][GAPS_MAX]; /* told, of threats */
	unsigned gap_counts[QUEUES_MAX];
	unsigned too_old; /* windows refused in the first hour of finding out */
	int64_t replays[QUEUES_MAX]; /* told to begin, and not to end */
	uint64_t records;
	unsigned violations;
	uint32_t suspect; /* message of the first one */
	struct buf report;
};

void oracle_init(struct oracle *oracle, const struct ring *ring);
void oracle_clear(struct oracle *oracle);

/* Hold what waits in a queue to what is expected, and release it. */
void oracle_read_queue(struct ring *ring, struct queue *queue, unsigned number);
/* All is read: is anything missing? */
void oracle_judge_queue(struct ring *ring, unsigned number);
/* Hold what was shown to what there is: is everything up to date? */
void oracle_judge_world(struct ring *ring);

void oracle_violation(struct ring *ring, uint32_t message, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
