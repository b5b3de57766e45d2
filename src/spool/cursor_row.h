/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor as it is on disk: its value with a checksum of name and value behind
 * it. One wrong digit of a time would step over what nobody then misses. There
 * are few, so each is there twice, in tables of their own.
 */
#ifndef CEFD_SPOOL_CURSOR_ROW_H
#define CEFD_SPOOL_CURSOR_ROW_H

#include "spool/store.h"

/* 0, or what LMDB says. */
int cursor_row_put(
    struct spool *spool, MDB_txn *txn, const char *name, const char *value);

/* Is it as it was put? Then also how long the value is. */
bool cursor_row_check(
    const struct spool *spool, MDB_val name, MDB_val row, size_t *ret_len);

/* Delete that of the name, and all beneath it ("name/..."). 0, or what LMDB
 * says. */
int cursor_rows_forget(struct spool *spool, MDB_txn *txn, const char *name);

/*
 * Mend each row that is damaged from the other one, and take away, count and
 * tell those of which neither is whole. 0, or what LMDB says.
 */
int cursor_rows_mend(struct spool *spool, MDB_txn *txn);

#endif
