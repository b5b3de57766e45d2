/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "io/log.h"
#include "spool/disorder.h"

/* Octets that may be in memory for it. */
#define ROWS_MAX ((size_t)1 << 30)
/* Pages beside the table's own. */
#define ROOM 16
/* What takes no more than this fits into what is kept for a full disk. */
#define ROOM_SMALL_BYTES ((uint64_t)512 << 10)

static int mend(struct env *env, const char *name, struct err *err);
static uint64_t pages_of(const MDB_stat *stat);
static int take_all(
    MDB_txn *txn, MDB_dbi dbi, const MDB_stat *stat, struct buf *rows);
static bool is_found(MDB_txn *txn, MDB_dbi dbi, MDB_val key, MDB_val value);
static int put_all(struct env *env, const char *name, uint64_t pages,
    const struct buf *rows, struct err *err);
static int put_rows(
    MDB_txn *txn, MDB_dbi dbi, const struct buf *rows, bool is_found_ones);
static void put_part(struct buf *rows, MDB_val part);
static MDB_val next_part(const struct buf *rows, size_t *at);

void
disorder_note(const char *table, size_t len, void *arg)
{
	const size_t prefix_len = sizeof(QUEUE_PREFIX) - 1;
	struct disorder *disorder = arg;

	for (int i = 0; i < STORE_TABLES; i++)
		if (strlen(store_table_names[i]) == len &&
		    memcmp(store_table_names[i], table, len) == 0)
			disorder->tables[i] = true;
	if (len <= prefix_len || memcmp(table, QUEUE_PREFIX, prefix_len) != 0)
		return;
	log_warn("spool",
	    "the order of the queue \"%.*s\" is damaged, until it is empty: "
	    "its records are sent all the same: check the disk",
	    (int)(len - prefix_len), table + prefix_len);
	disorder->spool->damaged++;
}

void
disorder_mend(const struct disorder *disorder)
{
	struct err err;

	for (int i = 0; i < STORE_TABLES; i++) {
		const char *name = store_table_names[i];

		if (!disorder->tables[i])
			continue;
		disorder->spool->damaged++;
		if (mend(&disorder->spool->env, name, &err) == 0)
			log_warn("spool",
			    "the order of the spool's table \"%s\" was "
			    "damaged, and is mended: check the disk",
			    name);
		else
			log_error("spool",
			    "the order of the spool's table \"%s\" is damaged, "
			    "and what is not found there is taken for new; it "
			    "is mended at the next start if it can be: %s",
			    name, err.text);
	}
}

static int
mend(struct env *env, const char *name, struct err *err)
{
	struct buf rows;
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_stat stat;
	int rc;

	buf_init(&rows, ROWS_MAX);
	if (env_write_begin(env, &txn, err) == -1)
		return -1;
	rc = mdb_dbi_open(txn, name, 0, &dbi);
	if (rc == 0)
		rc = mdb_stat(txn, dbi, &stat);
	if (rc == 0)
		rc = take_all(txn, dbi, &stat, &rows);
	/* Space comes before a transaction that writes. */
	mdb_txn_abort(txn);
	rc = rc != 0 ? env_err(rc, name, err)
	             : put_all(env, name, pages_of(&stat), &rows, err);
	mem_wipe(rows.data, rows.cap);
	buf_clear(&rows);
	return rc;
}

static uint64_t
pages_of(const MDB_stat *stat)
{
	return stat->ms_branch_pages + stat->ms_leaf_pages +
	    stat->ms_overflow_pages;
}

/* From one leaf to the next, which compares no keys. All at once: the spool's
 * secret may be among it. */
static int
take_all(MDB_txn *txn, MDB_dbi dbi, const MDB_stat *stat, struct buf *rows)
{
	uint64_t most = pages_of(stat) * stat->ms_psize +
	    stat->ms_entries * (1 + 2 * sizeof(size_t));
	MDB_cursor *cursor;
	MDB_val key, value;
	int rc;

	if (most > ROWS_MAX)
		return ENOMEM;
	(void)buf_reserve(rows, (size_t)most);
	rc = mdb_cursor_open(txn, dbi, &cursor);
	if (rc != 0)
		return rc;
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		(void)buf_putc(rows, is_found(txn, dbi, key, value));
		put_part(rows, key);
		put_part(rows, value);
	}
	mdb_cursor_close(cursor);
	if (rows->overflow)
		return ENOMEM;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Is this row what LMDB finds by its key? */
static bool
is_found(MDB_txn *txn, MDB_dbi dbi, MDB_val key, MDB_val value)
{
	MDB_val other;

	return mdb_get(txn, dbi, &key, &other) == 0 &&
	    other.mv_data == value.mv_data;
}

static int
put_all(struct env *env, const char *name, uint64_t pages,
    const struct buf *rows, struct err *err)
{
	MDB_txn *txn;
	MDB_dbi dbi;
	uint64_t need = 2 * pages + ROOM;
	int rc;

	/* What is dropped is free for others only after it. */
	if (env_make_room(env, need, env->file_bytes, err) == -1 &&
	    need * env->page_bytes > ROOM_SMALL_BYTES)
		return -1;
	if (env_write_begin(env, &txn, err) == -1)
		return -1;
	rc = mdb_dbi_open(txn, name, 0, &dbi);
	if (rc == 0)
		rc = mdb_drop(txn, dbi, 0);
	if (rc == 0)
		rc = put_rows(txn, dbi, rows, false);
	if (rc == 0)
		rc = put_rows(txn, dbi, rows, true);
	if (rc == 0)
		return env_write_commit(env, txn, err);
	mdb_txn_abort(txn);
	return env_err(rc, name, err);
}

/* A row that is not found may have been written anew meanwhile, and then there
 * are two of its key. Those that are found come last: they are the newer ones. */
static int
put_rows(MDB_txn *txn, MDB_dbi dbi, const struct buf *rows, bool is_found_ones)
{
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < rows->len;) {
		bool was_found = rows->data[at++] != 0;
		MDB_val key = next_part(rows, &at);
		MDB_val value = next_part(rows, &at);

		if (was_found == is_found_ones)
			rc = mdb_put(txn, dbi, &key, &value, 0);
	}
	return rc;
}

static void
put_part(struct buf *rows, MDB_val part)
{
	(void)buf_put(rows, &part.mv_size, sizeof(part.mv_size));
	(void)buf_put(rows, part.mv_data, part.mv_size);
}

static MDB_val
next_part(const struct buf *rows, size_t *at)
{
	MDB_val part;

	memcpy(&part.mv_size, rows->data + *at, sizeof(part.mv_size));
	part.mv_data = rows->data + *at + sizeof(part.mv_size);
	*at += sizeof(part.mv_size) + part.mv_size;
	return part;
}
