/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the table "meta" without which nothing would be known any more: each
 * is there twice, as NAME and NAME-copy, with its checksum behind it.
 */
#ifndef CEFD_SPOOL_TWIN_H
#define CEFD_SPOOL_TWIN_H

#include "spool/store.h"

/* Octets of a value. */
#define TWIN_MAX 256

/* Store both. 0, or what LMDB says. */
int twin_put(MDB_txn *txn, MDB_dbi meta, const char *name, const void *value,
    size_t len);

/*
 * The value of one that is whole, into `value`; the other one is mended, counted
 * and told. 0, MDB_NOTFOUND when neither is whole, or what LMDB says.
 */
int twin_get(struct spool *spool, MDB_txn *txn, MDB_dbi meta, const char *name,
    void *value, size_t len);

#endif
