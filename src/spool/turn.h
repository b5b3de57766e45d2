/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transaction a turn of the loop: each waits for the disk, which may take
 * seconds, and what else is due waits with it. Who has to wait asks again in the
 * next turn, and who has waited longest is first then.
 */
#ifndef CEFD_SPOOL_TURN_H
#define CEFD_SPOOL_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct loop;
struct queue;
struct spool;

/* A spool's. Turns are loop_turn's numbers. */
struct spool_turn {
	const struct loop *loop; /* or NULL */
	uint64_t synced;         /* the last that had one; 0: none */
	uint64_t asked;          /* the last that somebody asked in */
	uint64_t oldest;         /* who was told to wait waits since then; 0 */
	uint64_t oldest_before;  /* the same of the turn before */
};

/* From now on it is used from this loop. Before that no turn has had its
 * transaction. */
void spool_follow(struct spool *spool, const struct loop *loop);

/* Whether the turn is left for a transaction of the caller's. *since is the
 * caller's own, 0 at first: since when he waits. */
bool spool_may_sync(struct spool *spool, uint64_t *since);
bool queue_may_sync(struct queue *queue, uint64_t *since);

/* A part of queue_release, in one transaction at the most; *ret_head is how far
 * it has come. */
int queue_release_some(
    struct queue *queue, uint64_t before, uint64_t *ret_head, struct err *err);

/* For spool/ alone: one has ended. */
void turn_synced(struct spool *spool);

#endif
