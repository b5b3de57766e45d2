/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key is the block's place among all that was ever kept, highest octet first,
 * its queue's name and the number that it had there: the oldest come first, and
 * nothing is written over.
 */
#include "config.h"

#include <endian.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/log.h"
#include "spool/block.h"
#include "spool/keep.h"

#define KEPT_MAX 1000
/* Of the quota. */
#define SHARE 16
/* No queue gets so far: a number beyond it is damaged itself. */
#define NUMBER_MAX (UINT64_C(1) << 48)
#define PLACE_BYTES sizeof(uint64_t)
#define NUMBER_BYTES sizeof(uint64_t)

typedef int row_fn(
    struct queue *queue, MDB_cursor *cursor, MDB_val key, void *arg);

static int put(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor,
    uint64_t number, MDB_val block);
static int last_place(MDB_cursor *cursor, uint64_t *ret);
static int make_room(struct spool *spool, MDB_txn *txn, MDB_cursor *cursor);
static int each(struct queue *queue, MDB_txn *txn, row_fn *fn, void *arg);
static bool is_of(const struct queue *queue, MDB_val key);
static row_fn delete_row, look_at_end;

int
keep_block(struct queue *queue, MDB_txn *txn, uint64_t number, MDB_val block)
{
	struct spool *spool = queue->spool;
	struct table *aside = &spool->tables[STORE_ASIDE];
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn, aside->dbi, &cursor);

	if (rc != 0)
		return rc;
	aside->dirty = true;
	rc = put(queue, txn, cursor, number, block);
	if (rc == 0)
		rc = make_room(spool, txn, cursor);
	mdb_cursor_close(cursor);
	return rc;
}

int
keep_end(struct queue *queue, MDB_txn *txn, uint64_t *ret_end)
{
	*ret_end = 0;
	return each(queue, txn, look_at_end, ret_end);
}

int
keep_forget(struct queue *queue, MDB_txn *txn)
{
	queue->spool->tables[STORE_ASIDE].dirty = true;
	return each(queue, txn, delete_row, NULL);
}

void
keep_tell(struct spool *spool)
{
	if (spool->kept_too_many == 0)
		return;
	log_warn("spool",
	    "more damaged blocks than are kept, so the oldest are gone: "
	    "check the disk "
	    "blocks=%" PRIu64,
	    spool->kept_too_many);
	spool->kept_too_many = 0;
}

uint64_t
keep_bytes(const struct spool *spool)
{
	uint64_t bytes =
	    spool->tables[STORE_ASIDE].pages * spool->env.page_bytes;

	/* LMDB's count may be damaged, and the quota must hold all the same. */
	if (bytes > KEEP_BYTES_MAX)
		bytes = KEEP_BYTES_MAX;
	return bytes < spool->used_bytes ? bytes : spool->used_bytes;
}

static int
put(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor, uint64_t number,
    MDB_val block)
{
	size_t name_len = strlen(queue->name);
	size_t len = PLACE_BYTES + name_len + NUMBER_BYTES;
	char *name = xmalloc(len);
	/* LMDB may move the block while it makes room for the copy. */
	char *copy = xmalloc(block.mv_size);
	MDB_val key = store_val(name, len), value;
	uint64_t place;
	int rc = last_place(cursor, &place);

	memcpy(name + PLACE_BYTES, queue->name, name_len);
	memcpy(name + PLACE_BYTES + name_len, &number, NUMBER_BYTES);
	memcpy(copy, block.mv_data, block.mv_size);
	value = store_val(copy, block.mv_size);
	if (rc == 0)
		rc = MDB_KEYEXIST;
	while (rc == MDB_KEYEXIST) {
		uint64_t place_be = htobe64(++place);

		memcpy(name, &place_be, PLACE_BYTES);
		rc = mdb_put(txn, queue->spool->tables[STORE_ASIDE].dbi, &key,
		    &value, MDB_NOOVERWRITE);
		value = store_val(copy, block.mv_size);
	}
	free(copy);
	free(name);
	return rc;
}

static int
last_place(MDB_cursor *cursor, uint64_t *ret)
{
	MDB_val key, value;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);

	*ret = 0;
	if (rc != 0 || key.mv_size < PLACE_BYTES)
		return rc == MDB_NOTFOUND ? 0 : rc;
	memcpy(ret, key.mv_data, PLACE_BYTES);
	*ret = be64toh(*ret);
	return 0;
}

/* Of blocks and of octets. */
static int
make_room(struct spool *spool, MDB_txn *txn, MDB_cursor *cursor)
{
	uint64_t max = spool->quota / SHARE, pages;
	MDB_val key, value;
	MDB_stat stat;
	int rc;

	if (max > KEEP_BYTES_MAX)
		max = KEEP_BYTES_MAX;
	for (;;) {
		rc = mdb_stat(txn, spool->tables[STORE_ASIDE].dbi, &stat);
		pages = stat.ms_branch_pages + stat.ms_leaf_pages +
		    stat.ms_overflow_pages;
		if (rc != 0 ||
		    (stat.ms_entries <= KEPT_MAX &&
		        pages <= max / spool->env.page_bytes))
			return rc;
		rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
		if (rc != 0)
			return rc == MDB_NOTFOUND ? 0 : rc;
		rc = mdb_cursor_del(cursor, 0);
		if (rc != 0)
			return rc;
		spool->kept_too_many++;
	}
}

/* Call `fn` for what is kept of the queue, until it fails. */
static int
each(struct queue *queue, MDB_txn *txn, row_fn *fn, void *arg)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int rc = mdb_cursor_open(
	    txn, queue->spool->tables[STORE_ASIDE].dbi, &cursor);

	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	while (rc == 0) {
		if (is_of(queue, key))
			rc = fn(queue, cursor, key, arg);
		if (rc == 0)
			rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static bool
is_of(const struct queue *queue, MDB_val key)
{
	size_t len = strlen(queue->name);

	return key.mv_size == PLACE_BYTES + len + NUMBER_BYTES &&
	    memcmp((const char *)key.mv_data + PLACE_BYTES, queue->name, len) ==
	    0;
}

static int
delete_row(struct queue *queue, MDB_cursor *cursor, MDB_val key, void *arg)
{
	(void)queue;
	(void)key;
	(void)arg;
	return mdb_cursor_del(cursor, 0);
}

/* At the least, when nobody can tell how many records were in it. */
static int
look_at_end(struct queue *queue, MDB_cursor *cursor, MDB_val key, void *arg)
{
	uint64_t *end = arg, number;
	struct block block;
	MDB_val value;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT);

	if (rc != 0)
		return rc;
	memcpy(&number, (const char *)key.mv_data + key.mv_size - NUMBER_BYTES,
	    sizeof(number));
	number =
	    block_check(&block, queue->owner, value.mv_data, value.mv_size) == 0
	    ? block_end(&block)
	    : number + 1;
	if (number <= NUMBER_MAX && number > *end)
		*end = number;
	return 0;
}
