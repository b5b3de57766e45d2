/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transaction a turn of the loop: each waits for the disk, which may take
 * seconds, and what else is due waits with it.
 */
#ifndef CEFD_SPOOL_TURN_H
#define CEFD_SPOOL_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct queue;
struct spool;

/* A spool's. */
struct spool_turn {
	const struct loop *loop; /* or NULL */
	uint64_t synced;         /* the last that had one; 0: none */
};

/* From now on it is used from this loop. Before that no turn has had its
 * transaction. */
void spool_follow(struct spool *spool, const struct loop *loop);

/* This turn has had one: what can wait for the next turn does. */
bool spool_has_synced(const struct spool *spool);
bool queue_has_synced(const struct queue *queue);

/* For spool/ alone: one has ended. */
void turn_synced(struct spool *spool);

#endif
