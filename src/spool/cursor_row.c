/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "spool/batch.h"
#include "spool/cursor_row.h"
#include "spool/ledger.h"
#include "spool/spool.h"
#include "spool/sum.h"

static int find(struct spool *spool, MDB_txn *txn, const char *name,
    struct text *ret_value);
static uint64_t sum_of(
    const struct spool *spool, MDB_val name, struct text value);
static int forget(MDB_txn *txn, struct table *table, const char *name);
static bool is_beneath(MDB_val key, size_t len);

int
cursor_row_put(
    struct spool *spool, MDB_txn *txn, const char *name, const char *value)
{
	MDB_val key = store_val(name, strlen(name));
	struct text text = text_of(value);
	uint64_t sum = sum_of(spool, key, text);
	struct buf row;
	int rc;

	buf_init(&row, text.len + sizeof(sum));
	(void)buf_put_text(&row, text);
	(void)buf_put(&row, &sum, sizeof(sum));
	rc = store_put(txn, &spool->tables[STORE_CURSOR], key,
	    store_val(row.data, row.len));
	if (rc == 0)
		rc = store_put(txn, &spool->tables[STORE_COPY], key,
		    store_val(row.data, row.len));
	buf_clear(&row);
	return rc;
}

bool
cursor_row_check(
    const struct spool *spool, MDB_val name, MDB_val row, size_t *ret_len)
{
	uint64_t sum;

	if (row.mv_size < sizeof(sum))
		return false;
	*ret_len = row.mv_size - sizeof(sum);
	memcpy(&sum, (const char *)row.mv_data + *ret_len, sizeof(sum));
	return sum == sum_of(spool, name, (struct text){row.mv_data, *ret_len});
}

int
cursor_rows_forget(struct spool *spool, MDB_txn *txn, const char *name)
{
	int rc = forget(txn, &spool->tables[STORE_CURSOR], name);

	return rc == 0 ? forget(txn, &spool->tables[STORE_COPY], name) : rc;
}

int
cursor_get(struct spool *spool, const char *name, char *value,
    size_t value_size, struct err *err)
{
	struct text found = TEXT("");
	MDB_txn *txn;
	int rc;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = find(spool, txn, name, &found);
	if (rc == 0 && found.len < value_size) {
		memcpy(value, found.ptr, found.len);
		value[found.len] = '\0';
	}
	env_read_end(&spool->env);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return env_err(rc, name, err);
	if (found.len >= value_size)
		return err_set(
		    err, ERR_FULL, "%s: the stored value is too long", name);
	return 1;
}

int
cursor_set(
    struct spool *spool, const char *name, const char *value, struct err *err)
{
	struct batch *batch = batch_new();
	int result;

	batch_put_cursor(batch, name, value);
	result = spool_commit(spool, batch, err);
	batch_free(batch);
	return result;
}

/* The first of the two that is whole. What was damaged while the spool was open
 * is mended, and told, with the next commit. */
static int
find(
    struct spool *spool, MDB_txn *txn, const char *name, struct text *ret_value)
{
	const enum store_table tables[] = {STORE_CURSOR, STORE_COPY};
	MDB_val key = store_val(name, strlen(name));
	bool is_missing = false, is_damaged = false;

	for (size_t i = 0; i < 2; i++) {
		MDB_val row;
		int rc = mdb_get(txn, spool->tables[tables[i]].dbi, &key, &row);

		if (rc != 0 && rc != MDB_NOTFOUND)
			return rc;
		if (rc == 0 &&
		    cursor_row_check(spool, key, row, &ret_value->len)) {
			ret_value->ptr = row.mv_data;
			spool->cursors_damaged |= is_missing || is_damaged;
			return 0;
		}
		is_missing |= rc == MDB_NOTFOUND;
		is_damaged |= rc == 0;
	}
	spool->cursors_damaged |= is_damaged;
	return MDB_NOTFOUND;
}

static uint64_t
sum_of(const struct spool *spool, MDB_val name, struct text value)
{
	const struct text parts[] = {{name.mv_data, name.mv_size}, value};

	return sum_keyed(&spool->secret, 'c', parts, 2).lo;
}

/* Others whose names begin so, "a-b" for "a", lie among them. */
static int
forget(MDB_txn *txn, struct table *table, const char *name)
{
	size_t len = strlen(name);
	MDB_val key = store_val(name, len);
	MDB_cursor *cursor;
	MDB_val value;
	int rc = mdb_cursor_open(txn, table->dbi, &cursor);

	if (rc != 0)
		return rc;
	table->dirty = true;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (rc == 0 && key.mv_size >= len &&
	    memcmp(key.mv_data, name, len) == 0) {
		if (is_beneath(key, len))
			rc = mdb_cursor_del(cursor, 0);
		if (rc == 0)
			rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Or the name itself. */
static bool
is_beneath(MDB_val key, size_t len)
{
	return key.mv_size == len || ((const char *)key.mv_data)[len] == '/';
}
