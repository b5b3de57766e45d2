/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secret that all keys and states are hashed with. With another one nothing
 * would be known any more, so it is there twice, each with its checksum.
 */
#ifndef CEFD_SPOOL_SECRET_H
#define CEFD_SPOOL_SECRET_H

#include "spool/store.h"

/* A new one, into the table "meta". 0, or what LMDB says; EIO without chance. */
int secret_make(struct spool *spool, MDB_txn *txn);

/* Read it into the spool. MDB_NOTFOUND when neither is whole. */
int secret_read(struct spool *spool, MDB_txn *txn, MDB_dbi meta);

#endif
