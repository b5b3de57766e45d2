/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Releasing records: whole blocks are deleted and the head moves, in one
 * transaction. Each record that goes is checked once more, so that the count
 * of damaged ones is exact and their blocks are kept in a table beside.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "io/log.h"
#include "spool/block.h"
#include "spool/keep.h"
#include "spool/position.h"
#include "spool/queue.h"
#include "spool/store.h"
#include "spool/turn.h"

/*
 * Blocks that one transaction deletes. LMDB notes all pages that it frees in
 * one run of pages, which must fit into the reserve of a full disk.
 */
#define RELEASE_BLOCKS_MAX 256

/* What one transaction does. */
struct step {
	struct position_row at; /* where the queue begins and ends after it */
	unsigned deleted;       /* blocks */
	unsigned mended;        /* of them */
	uint64_t lost;          /* records, damaged */
	uint64_t first_lost;    /* the number of one of them */
};

/* The first block of a queue. */
struct front {
	uint64_t first, end;
	uint64_t key;  /* that it is stored under */
	MDB_val value; /* NULL: there is none */
	bool is_good;  /* and `block` is set */
	struct block block;
};

static int release_some(struct queue *queue, uint64_t before, struct err *err);
static int delete_blocks(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor,
    uint64_t before, struct step *step);
static void note_lost(struct step *step, uint64_t first, uint64_t count);
static void tell(struct queue *queue, const struct step *step);
static int find_front(
    struct queue *queue, MDB_cursor *cursor, uint64_t head, struct front *ret);
static bool is_good(
    const struct queue *queue, MDB_val value, struct block *ret);
static int delete_front(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor,
    const struct front *front, bool damaged);
static uint64_t count_damaged(
    const struct front *front, uint64_t from, uint64_t to, uint64_t *ret_first);
static uint64_t min_u64(uint64_t a, uint64_t b);

int
queue_release(struct queue *queue, uint64_t before, struct err *err)
{
	uint64_t head = 0;

	do
		if (queue_release_some(queue, before, &head, err) == -1)
			return -1;
	while (head < before);
	return 0;
}

int
queue_release_some(
    struct queue *queue, uint64_t before, uint64_t *ret_head, struct err *err)
{
	if (before > queue->at.next)
		return err_set(err, ERR_BAD,
		    "%s: there is no record %llu to release", queue->name,
		    (unsigned long long)before - 1);
	if (queue->at.head < before && release_some(queue, before, err) == -1)
		return -1;
	*ret_head = queue->at.head;
	return 0;
}

static int
release_some(struct queue *queue, uint64_t before, struct err *err)
{
	struct step step = {.at = queue->at};
	uint64_t damaged;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int rc;

	if (env_write_begin(&queue->spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, queue->table.dbi, &cursor);
	if (rc == 0) {
		rc = delete_blocks(queue, txn, cursor, before, &step);
		mdb_cursor_close(cursor);
	}
	if (rc == 0)
		rc = queue_put_position(queue, txn, &step.at);
	queue->table.dirty = true;
	FAULT_POINT("release-put");
	if (store_end(queue->spool, txn, rc, queue->name, err) == -1)
		return -1;
	FAULT_POINT("release-synced");
	tell(queue, &step);
	keep_tell(queue->spool);
	/* What was met when reading is in the row's own count from now on. */
	damaged = step.at.aside - queue->at.aside;
	queue->seen -= min_u64(damaged, queue->seen);
	queue->at = step.at;
	if (queue->counted < step.at.head)
		queue->counted = step.at.head;
	if (step.deleted != 0)
		store_freed(queue->spool);
	return 0;
}

static int
delete_blocks(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor,
    uint64_t before, struct step *step)
{
	struct position_row *at = &step->at;
	struct front front;
	int rc;

	while (at->head < before && step->deleted < RELEASE_BLOCKS_MAX) {
		uint64_t to, damaged, lost;

		rc = find_front(queue, cursor, at->head, &front);
		if (rc != 0)
			return rc;
		/* A hole before the block was a block once. */
		to = min_u64(front.first, before);
		if (at->head < to) {
			note_lost(step, at->head, to - at->head);
			at->head = to;
			continue;
		}
		to = min_u64(front.end, before);
		damaged = count_damaged(&front, at->head, to, &lost);
		note_lost(step, lost, damaged);
		/* What was released of this block earlier counts here too. */
		damaged += count_damaged(&front, front.first, at->head, &lost);
		if (at->head < to)
			at->head = to;
		if (front.end > before)
			break;
		rc = delete_front(
		    queue, txn, cursor, &front, damaged != 0 || !front.is_good);
		if (rc != 0)
			return rc;
		step->deleted++;
		if (front.is_good && block_is_mended(&front.block))
			step->mended++;
	}
	return 0;
}

static void
note_lost(struct step *step, uint64_t first, uint64_t count)
{
	if (count != 0 && step->lost == 0)
		step->first_lost = first;
	step->lost += count;
	step->at.aside += count;
}

static void
tell(struct queue *queue, const struct step *step)
{
	queue->spool->damaged += step->mended;
	if (step->mended != 0)
		log_warn("spool",
		    "destination \"%s\": a bit was flipped in the index of "
		    "blocks of its queue, and is mended: check the disk "
		    "blocks=%u",
		    queue->name, step->mended);
	if (step->lost != 0)
		log_warn("spool",
		    "destination \"%s\": %" PRIu64
		    " records of its queue were damaged on the disk and "
		    "perhaps not sent, the first is number %" PRIu64
		    "; they are set aside (cefctl queue list counts them): "
		    "check the disk, and have cefctl replay fetch what the "
		    "API still has",
		    queue->name, step->lost, step->first_lost);
}

static int
delete_front(struct queue *queue, MDB_txn *txn, MDB_cursor *cursor,
    const struct front *front, bool damaged)
{
	MDB_val key, value;
	int rc = 0;

	if (front->value.mv_data == NULL)
		return 0;
	if (damaged)
		rc = keep_block(queue, txn, front->key, front->value);
	if (rc == 0)
		rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	return rc == 0 ? mdb_cursor_del(cursor, 0) : rc;
}

/*
 * With no block left, the front is empty and stands at the queue's end. One
 * that is damaged has what there is before the next good one.
 */
static int
find_front(
    struct queue *queue, MDB_cursor *cursor, uint64_t head, struct front *ret)
{
	const uint64_t next = queue->at.next;
	MDB_val key, value;
	struct block after;
	int rc;

	*ret = (struct front){.first = next, .end = next};
	rc = mdb_cursor_get(cursor, &key, &ret->value, MDB_FIRST);
	if (rc != 0)
		return rc == MDB_NOTFOUND ? 0 : rc;
	memcpy(&ret->key, key.mv_data, sizeof(ret->key));
	ret->is_good = is_good(queue, ret->value, &ret->block);
	if (ret->is_good) {
		ret->first = ret->block.first;
		ret->end = block_end(&ret->block);
		return 0;
	}
	ret->first = head;
	do {
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	} while (rc == 0 &&
	    (!is_good(queue, value, &after) || block_end(&after) <= head));
	if (rc == 0)
		ret->end = after.first < head ? head : after.first;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* One that reaches beyond the queue's end is none of its own. */
static bool
is_good(const struct queue *queue, MDB_val value, struct block *ret)
{
	return block_check(ret, queue->owner, value.mv_data, value.mv_size) ==
	    0 &&
	    block_end(ret) <= queue->at.next;
}

/* How many of the numbers from..to-1 have no whole record, and the first. */
static uint64_t
count_damaged(
    const struct front *front, uint64_t from, uint64_t to, uint64_t *ret_first)
{
	uint64_t damaged = 0;
	struct text record;

	*ret_first = from;
	if (from >= to)
		return 0;
	if (!front->is_good)
		return to - from;
	if (to > front->end)
		to = front->end;
	for (; from < to; from++)
		if (block_record(&front->block, (uint32_t)(from - front->first),
		        &record) == -1 &&
		    damaged++ == 0)
			*ret_first = from;
	return damaged;
}

static uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}
