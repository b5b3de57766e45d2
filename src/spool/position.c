/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a queue begins and ends. A row that has lost its sum is not believed,
 * but one flipped bit can be found. Of any other the blocks know it too, if a
 * little less exactly, so that some records may come again and none is lost.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/log.h"
#include "spool/block.h"
#include "spool/keep.h"
#include "spool/position.h"
#include "spool/queue.h"
#include "spool/store.h"

enum row {
	ROW_NONE, /* the queue is new */
	ROW_WHOLE,
	ROW_MENDED,
	ROW_LOST,
};

/* What a row says, and of which queue. */
struct claim {
	const struct queue *queue;
	struct position_row row;
};

static int open_table(struct queue *queue, MDB_txn *txn, bool *ret_is_new);
static int get_position(
    struct queue *queue, MDB_txn *txn, bool is_new, enum row *ret_row);
static sum_fits_fn is_whole;
static uint64_t row_sum(
    const struct queue *queue, const struct position_row *row);
static int find_position(struct queue *queue, MDB_cursor *cursor);
static int find_end(struct queue *queue, MDB_cursor *cursor, MDB_cursor_op from,
    MDB_cursor_op on, struct block *ret);
static uint64_t count_of(MDB_val value);
static int mend_end(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor);
static int begin_behind(struct queue *queue, MDB_txn *txn);
static void tell(const struct queue *queue, enum row row);
static int put_back(MDB_cursor *cursor, uint64_t first, MDB_val value);

int
queue_attach(struct queue *queue, MDB_txn *txn)
{
	uint64_t next = queue->at.next;
	enum row row = ROW_NONE;
	MDB_cursor *cursor;
	bool is_new;
	int rc = open_table(queue, txn, &is_new);

	if (rc == 0)
		rc = mdb_cursor_open(txn, queue->table.dbi, &cursor);
	if (rc != 0)
		return rc;
	queue->at = (struct position_row){0};
	rc = get_position(queue, txn, is_new, &row);
	if (rc == 0 && row == ROW_LOST)
		rc = find_position(queue, cursor);
	if (rc == 0)
		rc = mend_end(queue, txn, cursor);
	mdb_cursor_close(cursor);
	if (rc == 0 && row == ROW_LOST && queue_is_empty(queue))
		rc = begin_behind(queue, txn);
	if (rc == 0 && row != ROW_WHOLE)
		rc = queue_put_position(queue, txn, &queue->at);
	if (rc == 0 && (row == ROW_MENDED || row == ROW_LOST))
		tell(queue, row);
	if (queue->at.next < next || (row != ROW_WHOLE && next != 0))
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
open_table(struct queue *queue, MDB_txn *txn, bool *ret_is_new)
{
	char *table = xasprintf(QUEUE_PREFIX "%s", queue->name);
	int rc = mdb_dbi_open(txn, table, MDB_INTEGERKEY, &queue->table.dbi);

	*ret_is_new = rc == MDB_NOTFOUND;
	if (*ret_is_new)
		rc = mdb_dbi_open(
		    txn, table, MDB_CREATE | MDB_INTEGERKEY, &queue->table.dbi);
	queue->table.dirty = true;
	free(table);
	return rc;
}

/* A queue has its row since it has its table; one with a row and a new table
 * has lost the table's name, and all that was in it counts as damaged. */
static int
get_position(struct queue *queue, MDB_txn *txn, bool is_new, enum row *ret_row)
{
	MDB_val key = store_val(queue->name, strlen(queue->name));
	MDB_val value;
	struct claim claim = {.queue = queue};
	int rc = mdb_get(
	    txn, queue->spool->tables[STORE_POSITION].dbi, &key, &value);

	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	*ret_row = is_new && rc == MDB_NOTFOUND ? ROW_NONE : ROW_LOST;
	if (rc == MDB_NOTFOUND || value.mv_size != sizeof(claim.row))
		return 0;
	memcpy(&claim.row, value.mv_data, sizeof(claim.row));
	if (is_whole(&claim))
		*ret_row = ROW_WHOLE;
	else if (sum_turn_back(&claim.row, sizeof(claim.row), is_whole, &claim))
		*ret_row = ROW_MENDED;
	if (*ret_row != ROW_LOST)
		queue->at = claim.row;
	return 0;
}

static bool
is_whole(void *arg)
{
	const struct claim *claim = arg;

	return claim->row.sum == row_sum(claim->queue, &claim->row) &&
	    claim->row.head <= claim->row.next;
}

static uint64_t
row_sum(const struct queue *queue, const struct position_row *row)
{
	const uint64_t all[] = {queue->owner, row->head, row->next, row->aside};

	return sum64(all, sizeof(all));
}

/* From the first good block to the end of the last. */
static int
find_position(struct queue *queue, MDB_cursor *cursor)
{
	struct block block = {0};
	int rc = find_end(queue, cursor, MDB_FIRST, MDB_NEXT, &block);

	if (rc == MDB_NOTFOUND)
		return 0;
	queue->at.head = block.first;
	if (rc == 0)
		rc = find_end(queue, cursor, MDB_LAST, MDB_PREV, &block);
	queue->at.next = block_end(&block);
	if (queue->at.next < queue->at.head)
		queue->at.next = queue->at.head;
	return rc;
}

/* The good block that is nearest to an end of the table. What lies before it
 * is in no hole that a reader would meet. */
static int
find_end(struct queue *queue, MDB_cursor *cursor, MDB_cursor_op from,
    MDB_cursor_op on, struct block *ret)
{
	MDB_val key, value;
	int rc = mdb_cursor_get(cursor, &key, &value, from);

	while (rc == 0 &&
	    block_check(ret, queue->owner, value.mv_data, value.mv_size) ==
	        -1) {
		queue->at.aside += count_of(value);
		rc = mdb_cursor_get(cursor, &key, &value, on);
	}
	return rc;
}

/* Of a block that is damaged: what it says, if that can be. */
static uint64_t
count_of(MDB_val value)
{
	const size_t each = sizeof(struct block_entry);
	uint32_t count;

	if (value.mv_size < BLOCK_HEAD_BYTES + each)
		return 1;
	memcpy(&count, (const char *)value.mv_data + BLOCK_COUNT_AT,
	    sizeof(count));
	return count > 0 && count <= (value.mv_size - BLOCK_HEAD_BYTES) / each
	    ? count
	    : 1;
}

/*
 * LMDB takes nothing behind a key that is beyond the queue's end. A good block
 * goes back to its own place; another one is kept aside. Where only its key
 * was wrong, what it held is missing, and counted, where it was.
 */
static int
mend_end(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor)
{
	MDB_val key, value;
	int rc;

	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST)) == 0) {
		struct block block;
		uint64_t number;

		memcpy(&number, key.mv_data, sizeof(number));
		if (number < queue->at.next)
			break;
		if (block_check(&block, queue->owner, value.mv_data,
		        value.mv_size) == 0 &&
		    block_end(&block) <= queue->at.next) {
			rc = put_back(cursor, block.first, value);
		} else {
			rc = keep_block(queue, txn, number, value);
			if (rc == 0)
				rc = mdb_cursor_get(
				    cursor, &key, &value, MDB_LAST);
			if (rc == 0)
				rc = mdb_cursor_del(cursor, 0);
		}
		if (rc != 0)
			break;
		log_warn("spool",
		    "destination \"%s\": the key of a block of its queue is "
		    "damaged: the block is put back to its place, or set aside "
		    "if it is damaged itself: check the disk",
		    queue->name);
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Whatever a number stood for before, it does not stand for another record. */
static int
begin_behind(struct queue *queue, MDB_txn *txn)
{
	uint64_t end;
	int rc = keep_end(queue, txn, &end);

	if (rc == 0 && end > queue->at.next)
		queue->at.head = queue->at.next = end;
	return rc;
}

static void
tell(const struct queue *queue, enum row row)
{
	queue->spool->damaged++;
	if (row == ROW_MENDED)
		log_warn("spool",
		    "destination \"%s\": a bit of the row that says where its "
		    "queue begins and ends was flipped, and is mended: check "
		    "the disk",
		    queue->name);
	else
		log_warn("spool",
		    "destination \"%s\": the row that says where its queue "
		    "begins and ends is damaged: it was found again from the "
		    "records themselves, of which %llu wait; some may be sent "
		    "again, how many were set aside before is not known any "
		    "more, and the next record has the number %llu: check the "
		    "disk",
		    queue->name, (unsigned long long)queue_waiting(queue),
		    (unsigned long long)queue->at.next);
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
