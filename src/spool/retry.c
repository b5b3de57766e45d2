/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of what to fetch again. An entry's key is the hash of its stream
 * and then the hash of its id: ids come from outside, and LMDB's keys end at
 * 511 octets. Both are in the value as well, so that either is a witness of
 * the other.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/log.h"
#include "spool/parts.h"
#include "spool/retry.h"

struct retry_key {
	struct sum128 stream;
	struct sum128 id;
};

/* The names of stream and id follow. */
struct retry_row {
	int64_t first_ms;
	int64_t next_ms;
	uint32_t attempts;
	uint32_t stream_len;
	uint64_t sum;
};

_Static_assert(sizeof(struct retry_row) == 32, "the row has gaps");

static struct retry_key key_of(
    const struct spool *spool, struct text stream, struct text id);
static uint64_t sum_of(const struct retry_row *row, struct text names);
static int read_row(MDB_val value, struct retry *ret, bool *ret_is_whole);
static bool is_in_place(
    const struct spool *spool, MDB_val key, const struct retry *retry);
static void mend_row(const struct spool *spool, MDB_val key, MDB_val value,
    struct batch *mended);
static bool find_names(
    const struct spool *spool, MDB_val key, MDB_val value, struct retry *ret);

int
retry_put(struct spool *spool, MDB_txn *txn, const struct retry *retry)
{
	struct table *table = &spool->tables[STORE_RETRY];
	struct retry_key hashes = key_of(spool, retry->stream, retry->id);
	struct retry_row row = {
	    .first_ms = retry->first_ms,
	    .next_ms = retry->next_ms,
	    .attempts = retry->attempts,
	    .stream_len = (uint32_t)retry->stream.len,
	};
	MDB_val key = store_val(&hashes, sizeof(hashes));
	MDB_val value;
	struct buf out;
	int rc;

	table->dirty = true;
	if (retry->attempts == 0) {
		rc = mdb_del(txn, table->dbi, &key, NULL);
		return rc == MDB_NOTFOUND ? 0 : rc;
	}
	buf_init(&out, sizeof(row) + retry->stream.len + retry->id.len);
	(void)buf_put(&out, &row, sizeof(row));
	(void)buf_put_text(&out, retry->stream);
	(void)buf_put_text(&out, retry->id);
	row.sum = sum_of(
	    &row, (struct text){out.data + sizeof(row), out.len - sizeof(row)});
	memcpy(out.data, &row, sizeof(row));
	value = store_val(out.data, out.len);
	rc = mdb_put(txn, table->dbi, &key, &value, 0);
	buf_clear(&out);
	return rc;
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
	bool is_whole;
	int rc;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, spool->tables[STORE_RETRY].dbi, &cursor);
	if (rc != 0)
		goto out;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (rc == 0 && key.mv_size == sizeof(from) &&
	    !memcmp(key.mv_data, &from.stream, sizeof(from.stream))) {
		/* retry_mend has told of all others. */
		if (read_row(value, &retry, &is_whole) == 0 && is_whole &&
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

int
retry_mend(struct spool *spool, MDB_txn *txn)
{
	struct table *table = &spool->tables[STORE_RETRY];
	struct batch *mended = batch_new();
	MDB_cursor *cursor;
	MDB_val key, value;
	int rc = mdb_cursor_open(txn, table->dbi, &cursor);

	if (rc != 0)
		goto out;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	while (rc == 0) {
		struct retry retry;
		bool is_whole;

		if (read_row(value, &retry, &is_whole) == -1 || !is_whole ||
		    !is_in_place(spool, key, &retry)) {
			mend_row(spool, key, value, mended);
			spool->damaged++;
			table->dirty = true;
			rc = mdb_cursor_del(cursor, 0);
		}
		if (rc == 0)
			rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	if (rc == MDB_NOTFOUND)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < mended->retry_count; i++)
		rc = retry_put(spool, txn, &mended->retries[i]);
out:
	batch_free(mended);
	return rc;
}

static struct retry_key
key_of(const struct spool *spool, struct text stream, struct text id)
{
	return (struct retry_key){
	    .stream = sum_keyed(&spool->secret, 'R', &stream, 1),
	    .id = sum_keyed(&spool->secret, 'I', &id, 1),
	};
}

/* With its names behind it. */
static uint64_t
sum_of(const struct retry_row *row, struct text names)
{
	const uint64_t all[] = {(uint64_t)row->first_ms, (uint64_t)row->next_ms,
	    row->attempts, row->stream_len, sum64(names.ptr, names.len)};

	return sum64(all, sizeof(all));
}

/* -1: no row at all. Otherwise what it says, and whether that is as it was
 * put. */
static int
read_row(MDB_val value, struct retry *ret, bool *ret_is_whole)
{
	struct retry_row row;
	struct text names;

	if (value.mv_size < sizeof(row))
		return -1;
	memcpy(&row, value.mv_data, sizeof(row));
	names = (struct text){(const char *)value.mv_data + sizeof(row),
	    value.mv_size - sizeof(row)};
	*ret_is_whole = row.sum == sum_of(&row, names);
	if (row.stream_len > names.len)
		return -1;
	*ret = (struct retry){
	    .stream = {names.ptr, row.stream_len},
	    .id = {names.ptr + row.stream_len, names.len - row.stream_len},
	    .attempts = row.attempts,
	    .first_ms = row.first_ms,
	    .next_ms = row.next_ms,
	};
	return 0;
}

static bool
is_in_place(const struct spool *spool, MDB_val key, const struct retry *retry)
{
	struct retry_key hashes = key_of(spool, retry->stream, retry->id);

	return key.mv_size == sizeof(hashes) &&
	    memcmp(key.mv_data, &hashes, sizeof(hashes)) == 0;
}

/* Into `mended`, if it can be. */
static void
mend_row(
    const struct spool *spool, MDB_val key, MDB_val value, struct batch *mended)
{
	struct retry retry;
	bool is_whole = false;

	if (read_row(value, &retry, &is_whole) == -1 || !is_whole) {
		if (!find_names(spool, key, value, &retry)) {
			log_error("spool",
			    "an entry of what is to be fetched again is "
			    "damaged beyond reading, and removed: looking back "
			    "finds its document if Abnormal lists it once "
			    "more; to have it for sure: cefctl replay");
			return;
		}
		retry.attempts = 1;
		retry.first_ms = store_now_ms();
		retry.next_ms = 0;
	}
	log_warn("spool",
	    "an entry of what is to be fetched again was damaged and is "
	    "mended%s: check the disk stream=%.*s id=%.*s",
	    is_whole ? "" : ": it is tried at once", (int)retry.stream.len,
	    retry.stream.ptr, (int)retry.id.len, retry.id.ptr);
	batch_put_retry(mended, &retry);
}

/* Where one ends and the other begins the key knows. */
static bool
find_names(
    const struct spool *spool, MDB_val key, MDB_val value, struct retry *ret)
{
	struct text names = {(const char *)value.mv_data, value.mv_size};

	if (names.len < sizeof(struct retry_row))
		return false;
	names.ptr += sizeof(struct retry_row);
	names.len -= sizeof(struct retry_row);
	for (size_t len = 0; len <= names.len; len++) {
		ret->stream = (struct text){names.ptr, len};
		ret->id = (struct text){names.ptr + len, names.len - len};
		if (is_in_place(spool, key, ret))
			return true;
	}
	return false;
}
