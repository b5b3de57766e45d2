/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "io/loop.h"
#include "spool/store.h"
#include "spool/turn.h"

void
spool_follow(struct spool *spool, const struct loop *loop)
{
	spool->turn.loop = loop;
	spool->turn.synced = 0;
}

bool
spool_has_synced(const struct spool *spool)
{
	return spool->turn.loop != NULL && spool->turn.synced != 0 &&
	    spool->turn.synced == loop_turn(spool->turn.loop);
}

bool
queue_has_synced(const struct queue *queue)
{
	return spool_has_synced(queue->spool);
}

void
turn_synced(struct spool *spool)
{
	if (spool->turn.loop != NULL)
		spool->turn.synced = loop_turn(spool->turn.loop);
}
