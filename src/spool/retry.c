/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of what to fetch again. An entry's key is the hash of its stream
 * and then the hash of its id: ids come from outside, and LMDB's keys end at
 * 511 octets. The id itself is in the value.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/retry.h"

struct retry_key {
	struct sum128 stream;
	struct sum128 id;
};

/* The id follows. */
struct retry_row {
	int64_t first_ms;
	int64_t next_ms;
	uint32_t attempts;
	uint32_t zero;
};

_Static_assert(sizeof(struct retry_row) == 24, "the row has gaps");

static struct retry_key key_of(
    const struct spool *spool, struct text stream, struct text id);
static int read_row(MDB_val value, struct text stream, struct retry *ret);

int
retry_put(struct spool *spool, MDB_txn *txn, const struct retry *retry)
{
	struct table *table = &spool->tables[STORE_RETRY];
	struct retry_key hashes = key_of(spool, retry->stream, retry->id);
	struct retry_row row = {
	    .first_ms = retry->first_ms,
	    .next_ms = retry->next_ms,
	    .attempts = retry->attempts,
	};
	MDB_val key = store_val(&hashes, sizeof(hashes));
	MDB_val value = store_val(NULL, sizeof(row) + retry->id.len);
	int rc;

	table->dirty = true;
	if (retry->attempts == 0) {
		rc = mdb_del(txn, table->dbi, &key, NULL);
		return rc == MDB_NOTFOUND ? 0 : rc;
	}
	rc = mdb_put(txn, table->dbi, &key, &value, MDB_RESERVE);
	if (rc != 0)
		return rc;
	memcpy(value.mv_data, &row, sizeof(row));
	if (retry->id.len != 0)
		memcpy((char *)value.mv_data + sizeof(row), retry->id.ptr,
		    retry->id.len);
	return 0;
}

int
retry_each(struct spool *spool, const char *stream, retry_fn *fn, void *arg,
    struct err *err)
{
	struct retry_key from = key_of(spool, text_of(stream), TEXT(""));
	MDB_val key = store_val(&from.stream, sizeof(from.stream));
	MDB_cursor *cursor;
	MDB_val value;
	MDB_txn *txn;
	struct retry retry;
	int rc;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, spool->tables[STORE_RETRY].dbi, &cursor);
	if (rc != 0)
		goto out;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (rc == 0 && key.mv_size == sizeof(from) &&
	    !memcmp(key.mv_data, &from.stream, sizeof(from.stream))) {
		/* An unreadable row has nothing to fetch by. */
		if (read_row(value, text_of(stream), &retry) == 0 &&
		    !fn(&retry, arg))
			break;
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
out:
	env_read_end(&spool->env);
	if (rc == 0 || rc == MDB_NOTFOUND)
		return 0;
	return env_err(rc, "cannot read what to fetch again", err);
}

static struct retry_key
key_of(const struct spool *spool, struct text stream, struct text id)
{
	return (struct retry_key){
	    .stream = sum_keyed(&spool->secret, 'R', &stream, 1),
	    .id = sum_keyed(&spool->secret, 'I', &id, 1),
	};
}

static int
read_row(MDB_val value, struct text stream, struct retry *ret)
{
	struct retry_row row;

	if (value.mv_size < sizeof(row))
		return -1;
	memcpy(&row, value.mv_data, sizeof(row));
	*ret = (struct retry){
	    .stream = stream,
	    .id = {(const char *)value.mv_data + sizeof(row),
	        value.mv_size - sizeof(row)},
	    .attempts = row.attempts,
	    .first_ms = row.first_ms,
	    .next_ms = row.next_ms,
	};
	return 0;
}
