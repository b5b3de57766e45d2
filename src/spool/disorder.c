/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "io/log.h"
#include "spool/disorder.h"

/* No spool is larger. */
#define ROWS_MAX ((size_t)1 << 40)

static int resort(MDB_txn *txn, MDB_dbi dbi);
static int take_all(MDB_txn *txn, MDB_dbi dbi, struct buf *rows);
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

int
disorder_mend(const struct disorder *disorder, MDB_txn *txn)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < STORE_TABLES; i++) {
		MDB_dbi dbi;

		if (!disorder->tables[i])
			continue;
		rc = mdb_dbi_open(txn, store_table_names[i], 0, &dbi);
		if (rc == 0)
			rc = resort(txn, dbi);
		if (rc != 0)
			break;
		log_warn("spool",
		    "the order of the spool's table \"%s\" was damaged, and is "
		    "mended: check the disk",
		    store_table_names[i]);
		disorder->spool->damaged++;
	}
	return rc;
}

static int
resort(MDB_txn *txn, MDB_dbi dbi)
{
	struct buf rows;
	int rc;

	buf_init(&rows, ROWS_MAX);
	rc = take_all(txn, dbi, &rows);
	if (rc == 0)
		rc = mdb_drop(txn, dbi, 0);
	for (size_t at = 0; rc == 0 && at < rows.len;) {
		MDB_val key = next_part(&rows, &at);
		MDB_val value = next_part(&rows, &at);

		rc = mdb_put(txn, dbi, &key, &value, 0);
	}
	buf_clear(&rows);
	return rc;
}

/* From one leaf to the next, which compares no keys. */
static int
take_all(MDB_txn *txn, MDB_dbi dbi, struct buf *rows)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int rc = mdb_cursor_open(txn, dbi, &cursor);

	if (rc != 0)
		return rc;
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		put_part(rows, key);
		put_part(rows, value);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
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
