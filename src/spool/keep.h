/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damaged blocks are kept in a table beside, for whoever wants to look at them.
 */
#ifndef CEFD_SPOOL_KEEP_H
#define CEFD_SPOOL_KEEP_H

#include "spool/store.h"

/*
 * Keep a copy of a block of the queue under `number`, or the next that is free:
 * what is kept is never written over. Up to a thousand blocks; others are
 * not kept. LMDB's answer.
 */
int keep_block(
    struct queue *queue, MDB_txn *txn, uint64_t number, MDB_val block);

/* The number behind the last that a block of the queue is kept under; 0: none
 * is. LMDB's answer. */
int keep_end(struct queue *queue, MDB_txn *txn, uint64_t *ret_end);

#endif
