/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor as it is on disk: its value with a checksum of name and value behind
 * it. One wrong digit of a time would step over what nobody then misses.
 */
#ifndef CEFD_SPOOL_CURSOR_ROW_H
#define CEFD_SPOOL_CURSOR_ROW_H

#include "spool/store.h"

/* 0, or what LMDB says. */
int cursor_row_put(
    struct spool *spool, MDB_txn *txn, const char *name, const char *value);

#endif
