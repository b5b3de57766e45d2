/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nobody is noted down who waits, since he may be gone by the next turn: what
 * counts is who has asked, and been told to wait, in the turn before.
 */
#include "config.h"

#include "io/loop.h"
#include "spool/store.h"
#include "spool/turn.h"

void
spool_follow(struct spool *spool, const struct loop *loop)
{
	spool->turn = (struct spool_turn){.loop = loop};
}

bool
spool_may_sync(struct spool *spool, uint64_t *since)
{
	struct spool_turn *t = &spool->turn;
	uint64_t now = t->loop != NULL ? loop_turn(t->loop) : 0;

	if (now != t->asked) {
		t->asked = now;
		t->oldest_before = t->oldest;
		t->oldest = 0;
	}
	if (*since == 0)
		*since = now;
	if (now == 0 ||
	    (t->synced != now &&
	        (t->oldest_before == 0 || *since <= t->oldest_before))) {
		*since = 0;
		return true;
	}
	if (t->oldest == 0 || *since < t->oldest)
		t->oldest = *since;
	return false;
}

bool
queue_may_sync(struct queue *queue, uint64_t *since)
{
	return spool_may_sync(queue->spool, since);
}

void
turn_synced(struct spool *spool)
{
	if (spool->turn.loop != NULL)
		spool->turn.synced = loop_turn(spool->turn.loop);
}
