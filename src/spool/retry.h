/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storing an entry of the list of what to fetch again (spool/ledger.h has
 * the reading side).
 */
#ifndef CEFD_SPOOL_RETRY_H
#define CEFD_SPOOL_RETRY_H

#include "spool/ledger.h"
#include "spool/store.h"

/* Store the entry, or remove it when its attempts are 0. LMDB's answer. */
int retry_put(struct spool *spool, MDB_txn *txn, const struct retry *retry);

/*
 * Go over all entries: one whose id is whole is put back to its place, or due at
 * once when its times are not known any more; others are removed. All that
 * were damaged are counted and told. LMDB's answer.
 */
int retry_mend(struct spool *spool, MDB_txn *txn);

#endif
