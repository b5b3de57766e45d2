/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spool/block.h"
#include "spool/keep.h"

#define KEPT_MAX 1000
/* No queue gets so far: a number beyond it is damaged itself. */
#define NUMBER_MAX (UINT64_C(1) << 48)

static uint64_t end_of(
    const struct queue *queue, uint64_t number, MDB_val value);
static char *key_of(const struct queue *queue, size_t *ret_len);

int
keep_block(struct queue *queue, MDB_txn *txn, uint64_t number, MDB_val block)
{
	struct table *aside = &queue->spool->tables[STORE_ASIDE];
	size_t key_len;
	MDB_stat stat;
	MDB_val key;
	char *name, *copy;
	int rc;

	rc = mdb_stat(txn, aside->dbi, &stat);
	if (rc != 0 || stat.ms_entries >= KEPT_MAX)
		return rc;
	name = key_of(queue, &key_len);
	key = store_val(name, key_len);
	/* LMDB may move the block while it makes room for the copy. */
	copy = xmalloc(block.mv_size);
	memcpy(copy, block.mv_data, block.mv_size);
	do {
		MDB_val value = store_val(copy, block.mv_size);

		memcpy(
		    name + key_len - sizeof(number), &number, sizeof(number));
		rc = mdb_put(txn, aside->dbi, &key, &value, MDB_NOOVERWRITE);
		number++;
	} while (rc == MDB_KEYEXIST);
	aside->dirty = true;
	free(copy);
	free(name);
	return rc;
}

int
keep_end(struct queue *queue, MDB_txn *txn, uint64_t *ret_end)
{
	size_t key_len;
	char *name = key_of(queue, &key_len);
	size_t prefix_len = key_len - sizeof(uint64_t);
	MDB_val key = store_val(name, prefix_len);
	MDB_cursor *cursor;
	MDB_val value;
	int rc;

	*ret_end = 0;
	rc = mdb_cursor_open(
	    txn, queue->spool->tables[STORE_ASIDE].dbi, &cursor);
	if (rc != 0)
		goto out;
	/* In no order: numbers are in the machine's own. */
	rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (rc == 0 && key.mv_size == key_len &&
	    memcmp(key.mv_data, name, prefix_len) == 0) {
		uint64_t number;

		memcpy(&number, (const char *)key.mv_data + prefix_len,
		    sizeof(number));
		number = end_of(queue, number, value);
		if (number <= NUMBER_MAX && number > *ret_end)
			*ret_end = number;
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
out:
	free(name);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* At the least, when nobody can tell how many records were in it. */
static uint64_t
end_of(const struct queue *queue, uint64_t number, MDB_val value)
{
	struct block block;

	return block_check(
	           &block, queue->owner, value.mv_data, value.mv_size) == 0
	    ? block_end(&block)
	    : number + 1;
}

/* With room for the number at its end. */
static char *
key_of(const struct queue *queue, size_t *ret_len)
{
	size_t name_len = strlen(queue->name);
	char *key;

	*ret_len = name_len + 1 + sizeof(uint64_t);
	key = xcalloc(1, *ret_len);
	memcpy(key, queue->name, name_len);
	return key;
}
