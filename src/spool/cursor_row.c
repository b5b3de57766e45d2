/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/cursor_row.h"
#include "spool/ledger.h"
#include "spool/spool.h"
#include "spool/sum.h"

static uint64_t sum_of(
    const struct spool *spool, const char *name, struct text value);
static bool check(
    const struct spool *spool, const char *name, MDB_val row, size_t *ret_len);

int
cursor_row_put(
    struct spool *spool, MDB_txn *txn, const char *name, const char *value)
{
	struct text text = {value, strlen(value)};
	uint64_t sum = sum_of(spool, name, text);
	struct buf row;
	int rc;

	buf_init(&row, text.len + sizeof(sum));
	(void)buf_put_text(&row, text);
	(void)buf_put(&row, &sum, sizeof(sum));
	rc = store_put(txn, &spool->tables[STORE_CURSOR],
	    store_val(name, strlen(name)), store_val(row.data, row.len));
	buf_clear(&row);
	return rc;
}

int
cursor_get(struct spool *spool, const char *name, char *value,
    size_t value_size, struct err *err)
{
	MDB_val key = store_val(name, strlen(name));
	MDB_val found;
	MDB_txn *txn;
	bool is_whole = true;
	size_t len = 0;
	int rc;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_get(txn, spool->tables[STORE_CURSOR].dbi, &key, &found);
	if (rc == 0)
		is_whole = check(spool, name, found, &len);
	if (rc == 0 && is_whole && len < value_size) {
		memcpy(value, found.mv_data, len);
		value[len] = '\0';
	}
	env_read_end(&spool->env);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return env_err(rc, name, err);
	if (!is_whole) {
		log_error("spool",
		    "the row \"%s\" is damaged, and taken for one that is not "
		    "there: a cursor's stream is listed once more, a pause is "
		    "over, and what is left of a destination's \"start\" "
		    "needs cefctl replay --to",
		    name);
		return 0;
	}
	if (len >= value_size)
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

static uint64_t
sum_of(const struct spool *spool, const char *name, struct text value)
{
	const struct text parts[] = {{name, strlen(name)}, value};

	return sum_keyed(&spool->secret, 'c', parts, 2).lo;
}

/* Is it as it was put? Then also how long the value is. */
static bool
check(const struct spool *spool, const char *name, MDB_val row, size_t *ret_len)
{
	uint64_t sum;

	if (row.mv_size < sizeof(sum))
		return false;
	*ret_len = row.mv_size - sizeof(sum);
	memcpy(&sum, (const char *)row.mv_data + *ret_len, sizeof(sum));
	return sum == sum_of(spool, name, (struct text){row.mv_data, *ret_len});
}
