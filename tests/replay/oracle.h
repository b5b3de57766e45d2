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
#include "fake_http.h"

struct queue;
struct ring;

/* What should have become of one message, so far. */
struct expected {
	uint32_t *states; /* numbers, equal ones folded */
	uint32_t count, cap;
	uint32_t records; /* met in the queue at hand */
};

struct oracle {
	struct expected *messages;
	uint32_t message_count;
	struct shown *pending;
	size_t pending_count, pending_cap;
	/* by threat */
	int64_t *listed_ms;   /* first named in an answer; 0: never */
	int64_t *relisted_ms; /* last */
	uint32_t *notices;    /* records of giving it up */
	uint64_t records;
	/* findings */
	unsigned violations;
	uint32_t suspect; /* message of the first one */
	struct buf report;
};

void oracle_init(struct oracle *oracle, const struct ring *ring);
void oracle_clear(struct oracle *oracle);

void oracle_shown(struct ring *ring, const struct answer *answer);
void oracle_committed(struct ring *ring);
/* The life is over; `clean`: it had time to commit what it had. */
void oracle_life_ended(struct ring *ring, bool clean);

/* Hold the records of one queue, read whole, to what is expected. */
void oracle_judge_queue(struct ring *ring, struct queue *queue);
/* Hold what was shown to what there is: is everything up to date? */
void oracle_judge_world(struct ring *ring);

void oracle_violation(struct ring *ring, uint32_t message, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
