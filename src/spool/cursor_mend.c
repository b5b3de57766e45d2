/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mending cursors. Both tables are gone over row by row, since a key that is
 * damaged is not found by asking for it, and may hide those beside it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/log.h"
#include "spool/cursor_row.h"

/* Of one name in the log. */
#define SHOWN_MAX 200

/* What was found damaged. */
struct mend {
	char **names;
	size_t count;
	size_t mended;
};

/* What it means that a row is gone. */
struct meaning {
	const char *prefix;
	const char *text;
};

static const struct meaning meanings[] = {
    {"cursor/",
        "its stream is listed once more from its start; what was sent is in "
        "the ledger, and not sent again"},
    {"paused/", "what was paused by hand goes on: cefctl pause"},
    {"start/",
        "what this destination was still to get of the past is not fetched; "
        "if it had it not yet: cefctl replay --to"},
    {"out/",
        "if this destination was out of the configuration, that is not told "
        "when it is back"},
    {"habit/", "it is learned anew how that server ends a session"},
    {"", "what was told already may be told once more"},
};

static int drop_damaged(
    struct spool *spool, MDB_txn *txn, struct table *table, struct mend *mend);
static int fill_up(MDB_txn *txn, const struct table *from, struct table *to,
    struct mend *mend);
static int fill_row(MDB_txn *txn, struct table *to, MDB_val key, MDB_val row);
static void tell(
    const struct spool *spool, MDB_txn *txn, const struct mend *mend);
static void tell_lost(const char *name);

int
cursor_rows_mend(struct spool *spool, MDB_txn *txn)
{
	struct table *first = &spool->tables[STORE_CURSOR];
	struct table *second = &spool->tables[STORE_COPY];
	struct mend mend = {NULL, 0, 0};
	int rc = drop_damaged(spool, txn, first, &mend);

	if (rc == 0)
		rc = drop_damaged(spool, txn, second, &mend);
	if (rc == 0)
		rc = fill_up(txn, first, second, &mend);
	if (rc == 0)
		rc = fill_up(txn, second, first, &mend);
	if (rc == 0) {
		tell(spool, txn, &mend);
		spool->damaged +=
		    mend.count > mend.mended ? mend.count : mend.mended;
		spool->cursors_damaged = false;
	}
	for (size_t i = 0; i < mend.count; i++)
		free(mend.names[i]);
	free(mend.names);
	return rc;
}

static int
drop_damaged(
    struct spool *spool, MDB_txn *txn, struct table *table, struct mend *mend)
{
	MDB_cursor *cursor;
	MDB_val key, row;
	int rc = mdb_cursor_open(txn, table->dbi, &cursor);

	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &row, MDB_FIRST);
	while (rc == 0) {
		size_t len;

		if (!cursor_row_check(spool, key, row, &len)) {
			mend->names = xrealloc(
			    mend->names, mend->count + 1, sizeof(*mend->names));
			mend->names[mend->count++] =
			    xstrndup(key.mv_data, key.mv_size);
			table->dirty = true;
			rc = mdb_cursor_del(cursor, 0);
		}
		if (rc == 0)
			rc = mdb_cursor_get(cursor, &key, &row, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* With all that is in the one and not in the other. */
static int
fill_up(
    MDB_txn *txn, const struct table *from, struct table *to, struct mend *mend)
{
	MDB_cursor *cursor;
	MDB_val key, row, there;
	int rc = mdb_cursor_open(txn, from->dbi, &cursor);

	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &row, MDB_FIRST);
	while (rc == 0) {
		rc = mdb_get(txn, to->dbi, &key, &there);
		if (rc == MDB_NOTFOUND) {
			rc = fill_row(txn, to, key, row);
			mend->mended++;
		}
		if (rc == 0)
			rc = mdb_cursor_get(cursor, &key, &row, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* LMDB may move them while it makes room. */
static int
fill_row(MDB_txn *txn, struct table *to, MDB_val key, MDB_val row)
{
	char *name = xstrndup(key.mv_data, key.mv_size);
	char *copy = xmalloc(row.mv_size);
	int rc;

	memcpy(copy, row.mv_data, row.mv_size);
	rc = store_put(txn, to, store_val(name, key.mv_size),
	    store_val(copy, row.mv_size));
	log_warn("spool",
	    "the row \"%s\" was damaged, and is mended from the second one: "
	    "check the disk",
	    name);
	free(copy);
	free(name);
	return rc;
}

/* One whose name is damaged is mended under its own, and none of it is lost. */
static void
tell(const struct spool *spool, MDB_txn *txn, const struct mend *mend)
{
	if (mend->count <= mend->mended)
		return;
	for (size_t i = 0; i < mend->count; i++) {
		MDB_val key = store_val(mend->names[i], strlen(mend->names[i]));
		MDB_val row;

		if (mdb_get(txn, spool->tables[STORE_CURSOR].dbi, &key, &row) ==
		    MDB_NOTFOUND)
			tell_lost(mend->names[i]);
	}
}

static void
tell_lost(const char *name)
{
	const struct meaning *m = meanings;

	while (strncmp(name, m->prefix, strlen(m->prefix)) != 0)
		m++;
	log_error("spool",
	    "the row \"%.*s\" is damaged beyond mending, and taken for one "
	    "that is not there: %s; check the disk",
	    SHOWN_MAX, name, m->text);
}
