/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damaged blocks are kept in a table beside, for whoever wants to look at them:
 * up to a thousand, and up to a sixteenth of the quota, 16 MiB at most. The
 * oldest go first. They do not count towards the quota.
 */
#ifndef CEFD_SPOOL_KEEP_H
#define CEFD_SPOOL_KEEP_H

#include "spool/store.h"

#define KEEP_BYTES_MAX (UINT64_C(16) << 20)

/* Keep a copy of a block of the queue, which had that number there. LMDB's
 * answer. */
int keep_block(
    struct queue *queue, MDB_txn *txn, uint64_t number, MDB_val block);

/* The number behind the last that a block of the queue had; 0: none is kept.
 * LMDB's answer. */
int keep_end(struct queue *queue, MDB_txn *txn, uint64_t *ret_end);

/* Delete what is kept of the queue. LMDB's answer. */
int keep_forget(struct queue *queue, MDB_txn *txn);

/* What is kept, in octets of pages in use, which do not count towards the quota:
 * KEEP_BYTES_MAX at most. */
uint64_t keep_bytes(const struct spool *spool);

/* Say how many blocks went since it was called last. */
void keep_tell(struct spool *spool);

#endif
