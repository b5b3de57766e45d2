/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a queue begins and ends. A row that has lost its sum is not believed:
 * the blocks know it too, if a little less exactly, so that some records may
 * come again and none is lost.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/log.h"
#include "spool/block.h"
#include "spool/position.h"
#include "spool/queue.h"
#include "spool/store.h"

static int open_table(struct queue *queue, MDB_txn *txn);
static int get_position(
    struct queue *queue, MDB_txn *txn, struct position_row *ret);
static uint64_t row_sum(
    const struct queue *queue, const struct position_row *row);
static int find_position(struct queue *queue, MDB_cursor *cursor, bool had_row);
static int find_end(struct queue *queue, MDB_cursor *cursor, MDB_cursor_op from,
    MDB_cursor_op on, struct block *ret);
static int mend_end(struct queue *queue, MDB_cursor *cursor);
static int put_back(MDB_cursor *cursor, uint64_t first, MDB_val value);

int
queue_attach(struct queue *queue, MDB_txn *txn)
{
	struct position_row at = {0};
	uint64_t next = queue->at.next;
	MDB_cursor *cursor;
	int rc = open_table(queue, txn);
	int found;

	if (rc == 0)
		rc = mdb_cursor_open(txn, queue->table.dbi, &cursor);
	if (rc != 0)
		return rc;
	found = get_position(queue, txn, &at);
	queue->at = at;
	if (found == MDB_NOTFOUND || found == MDB_CORRUPTED)
		rc = find_position(queue, cursor, found == MDB_CORRUPTED);
	else
		rc = found;
	if (rc == 0)
		rc = mend_end(queue, cursor);
	mdb_cursor_close(cursor);
	if (rc == 0 && found != 0)
		rc = queue_put_position(queue, txn, &queue->at);
	if (queue->at.next < next || (found != 0 && next != 0))
		queue->setbacks++;
	queue->seen = 0;
	queue->counted = queue->at.head;
	return rc;
}

int
queue_put_position(
    struct queue *queue, MDB_txn *txn, const struct position_row *at)
{
	struct position_row row = *at;

	row.sum = row_sum(queue, &row);
	return store_put(txn, &queue->spool->tables[STORE_POSITION],
	    store_val(queue->name, strlen(queue->name)),
	    store_val(&row, sizeof(row)));
}

static int
open_table(struct queue *queue, MDB_txn *txn)
{
	char *table = xasprintf(QUEUE_PREFIX "%s", queue->name);
	int rc = mdb_dbi_open(
	    txn, table, MDB_CREATE | MDB_INTEGERKEY, &queue->table.dbi);

	queue->table.dirty = true;
	free(table);
	return rc;
}

/* MDB_CORRUPTED: there is a row, and it cannot be believed. */
static int
get_position(struct queue *queue, MDB_txn *txn, struct position_row *ret)
{
	MDB_val key = store_val(queue->name, strlen(queue->name));
	MDB_val value;
	struct position_row row;
	int rc = mdb_get(
	    txn, queue->spool->tables[STORE_POSITION].dbi, &key, &value);

	if (rc != 0)
		return rc;
	if (value.mv_size != sizeof(row))
		return MDB_CORRUPTED;
	memcpy(&row, value.mv_data, sizeof(row));
	if (row.sum != row_sum(queue, &row) || row.head > row.next)
		return MDB_CORRUPTED;
	*ret = row;
	return 0;
}

static uint64_t
row_sum(const struct queue *queue, const struct position_row *row)
{
	const uint64_t all[] = {queue->owner, row->head, row->next, row->aside};

	return sum64(all, sizeof(all));
}

/* From the first good block to the end of the last; a new queue has neither. */
static int
find_position(struct queue *queue, MDB_cursor *cursor, bool had_row)
{
	struct block block = {0};
	int rc = find_end(queue, cursor, MDB_FIRST, MDB_NEXT, &block);

	if (rc == MDB_NOTFOUND && !had_row)
		return 0;
	queue->at.head = block.first;
	if (rc == 0)
		rc = find_end(queue, cursor, MDB_LAST, MDB_PREV, &block);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	queue->at.next = block_end(&block);
	if (queue->at.next < queue->at.head)
		queue->at.next = queue->at.head;
	log_warn("spool",
	    "destination \"%s\": the row that says where its queue begins and "
	    "ends is damaged: it was found again from the records themselves, "
	    "of which %llu wait; some may be sent again, and what was set "
	    "aside before is not known any more",
	    queue->name, (unsigned long long)queue_waiting(queue));
	return 0;
}

/* The good block that is nearest to an end of the table. */
static int
find_end(struct queue *queue, MDB_cursor *cursor, MDB_cursor_op from,
    MDB_cursor_op on, struct block *ret)
{
	MDB_val key, value;
	int rc = mdb_cursor_get(cursor, &key, &value, from);

	while (rc == 0 &&
	    block_check(ret, queue->owner, value.mv_data, value.mv_size) == -1)
		rc = mdb_cursor_get(cursor, &key, &value, on);
	return rc;
}

/*
 * LMDB takes nothing behind a key that is beyond the queue's end. A good block
 * goes back to its own place; of another one only the key is wrong, too, and
 * what it held is missing where it was.
 */
static int
mend_end(struct queue *queue, MDB_cursor *cursor)
{
	MDB_val key, value;
	int rc;

	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST)) == 0) {
		struct block block;
		uint64_t number;

		memcpy(&number, key.mv_data, sizeof(number));
		if (number < queue->at.next)
			break;
		log_warn("spool",
		    "destination \"%s\": the key of a block of its queue is "
		    "damaged: the block is put back to its place, or given up "
		    "if it is damaged itself",
		    queue->name);
		if (block_check(&block, queue->owner, value.mv_data,
		        value.mv_size) == -1 ||
		    block_end(&block) > queue->at.next)
			rc = mdb_cursor_del(cursor, 0);
		else
			rc = put_back(cursor, block.first, value);
		if (rc != 0)
			break;
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
put_back(MDB_cursor *cursor, uint64_t first, MDB_val value)
{
	char *copy = xmalloc(value.mv_size);
	MDB_val key = store_val(&first, sizeof(first));
	int rc;

	memcpy(copy, value.mv_data, value.mv_size);
	value.mv_data = copy;
	rc = mdb_cursor_del(cursor, 0);
	if (rc == 0)
		rc = mdb_cursor_put(cursor, &key, &value, 0);
	free(copy);
	return rc;
}
