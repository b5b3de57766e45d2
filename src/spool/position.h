/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a queue begins and ends, on disk.
 */
#ifndef CEFD_SPOOL_POSITION_H
#define CEFD_SPOOL_POSITION_H

#include "spool/lmdb_env.h"
#include "spool/rows.h"

struct queue;
struct spool;

/* Know a queue of that name, without a table as yet. */
struct queue *queue_add(struct spool *spool, const char *name, size_t len);
void queue_free(struct queue *queue);

/* Open a queue's table and read its position, or find it out from the blocks
 * when the row is damaged. LMDB's answer. */
int queue_attach(struct queue *queue, MDB_txn *txn);
/* Store the position that the queue will have. LMDB's answer. */
int queue_put_position(
    struct queue *queue, MDB_txn *txn, const struct position_row *at);

#endif
