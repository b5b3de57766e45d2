/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a batch: all of it in one transaction, or nothing.
 */
#include "config.h"

#include <string.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "spool/cursor_row.h"
#include "spool/parts.h"
#include "spool/position.h"
#include "spool/retry.h"
#include "spool/spool.h"
#include "spool/store.h"

/* Pages that any transaction may touch: roots, positions, LMDB's free list. */
#define PAGES_ANY 64
/* Pages that one more key elsewhere may touch, in a tree of usual depth. */
#define PAGES_KEY 4

static int check_room(
    struct spool *spool, const struct batch *batch, struct err *err);
static uint64_t pages_needed(
    const struct spool *spool, const struct batch *batch);
static uint64_t ledger_pages(const struct table *ledger, uint64_t entries);
static int put_all(
    struct spool *spool, MDB_txn *txn, const struct batch *batch);
static bool is_wanted(const struct part *part);
static int put_part(MDB_txn *txn, const struct part *part, int64_t now_ms);
static int put_ledger(
    struct spool *spool, MDB_txn *txn, const struct batch *batch);
static uint32_t seconds(int64_t ms);
static int put_cursors(
    struct spool *spool, MDB_txn *txn, const struct batch *batch);
static void advance(const struct batch *batch);

int
spool_commit(struct spool *spool, struct batch *batch, struct err *err)
{
	MDB_txn *txn;
	int rc;

	if (batch->records == 0 && batch->ledger_count == 0 &&
	    batch->cursor_count == 0 && batch->retry_count == 0)
		return 0;
	/* A failed environment must not be asked for room. */
	if (!spool_is_failed(spool) && check_room(spool, batch, err) == -1)
		return -1;
	if (env_write_begin(&spool->env, &txn, err) == -1)
		return -1;
	rc = put_all(spool, txn, batch);
	FAULT_POINT("commit-put");
	if (store_end(spool, txn, rc, "cannot write to the spool", err) == -1)
		return -1;
	FAULT_POINT("commit-synced");
	advance(batch);
	return 0;
}

static int
check_room(struct spool *spool, const struct batch *batch, struct err *err)
{
	if (batch->records != 0 && spool->quota_full)
		return err_set(err, ERR_FULL,
		    "the spool's quota of %llu octets is used up: see cefctl "
		    "queue list, or raise quota and reload",
		    (unsigned long long)spool->quota);
	return store_make_room(spool, pages_needed(spool, batch), err);
}

static uint64_t
pages_needed(const struct spool *spool, const struct batch *batch)
{
	uint64_t page_bytes = spool->env.page_bytes;
	uint64_t pages = PAGES_ANY;
	unsigned p;
	size_t i;

	for (p = 0; p < batch->part_count; p++) {
		const struct part *part = &batch->parts[p];

		if (part->count != 0)
			pages += 2 * PAGES_KEY;
		for (i = 0; i < part->cut_count; i++)
			pages += part_block(part, i).bytes / page_bytes + 2;
	}
	pages +=
	    ledger_pages(&spool->tables[STORE_LEDGER], batch->ledger_count);
	pages += (2 * batch->cursor_count + batch->retry_count) * PAGES_KEY;
	return pages;
}

/* No more pages than the table has can change; new ones come from splits. */
static uint64_t
ledger_pages(const struct table *ledger, uint64_t entries)
{
	uint64_t each = entries * (ledger->depth + 1);
	uint64_t whole = ledger->pages + entries / 8 + PAGES_KEY;

	return each < whole ? each : whole;
}

static int
put_all(struct spool *spool, MDB_txn *txn, const struct batch *batch)
{
	int64_t now_ms = store_now_ms();
	unsigned p;
	size_t i;
	int rc = 0;

	if (spool->cursors_damaged)
		rc = cursor_rows_mend(spool, txn);
	for (p = 0; rc == 0 && p < batch->part_count; p++)
		if (is_wanted(&batch->parts[p]))
			rc = put_part(txn, &batch->parts[p], now_ms);
	if (rc == 0)
		rc = put_ledger(spool, txn, batch);
	if (rc == 0)
		rc = put_cursors(spool, txn, batch);
	for (i = 0; rc == 0 && i < batch->retry_count; i++)
		rc = retry_put(spool, txn, &batch->retries[i]);
	return rc;
}

/* Its queue may have been removed since it was gathered. */
static bool
is_wanted(const struct part *part)
{
	return part->count != 0 && !part->queue->removed;
}

static int
put_part(MDB_txn *txn, const struct part *part, int64_t now_ms)
{
	struct queue *queue = part->queue;
	struct position_row at = queue->at;
	size_t i;
	int rc = 0;

	queue->table.dirty = true;
	for (i = 0; rc == 0 && i < part->cut_count; i++) {
		struct part_block block = part_block(part, i);
		uint64_t first = queue->at.next + block.offset;
		MDB_val key = store_val(&first, sizeof(first));
		MDB_val value = store_val(NULL, block.bytes);

		rc = mdb_put(txn, queue->table.dbi, &key, &value,
		    MDB_RESERVE | MDB_APPEND);
		if (rc == 0)
			block_build(value.mv_data, queue->owner, first, now_ms,
			    block.index, block.count, block.octets);
	}
	at.next += part->count;
	return rc != 0 ? rc : queue_put_position(queue, txn, &at);
}

static int
put_ledger(struct spool *spool, MDB_txn *txn, const struct batch *batch)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < batch->ledger_count; i++) {
		const struct ledger_entry *entry = &batch->ledger[i];
		struct ledger_name name = ledger_name_of(entry->key);
		struct ledger_row row = {
		    .state = entry->state, .seen_s = seconds(entry->seen_ms)};

		row.sum = ledger_row_sum(&name, &row);
		rc = store_put(txn, &spool->tables[STORE_LEDGER],
		    store_val(&name, sizeof(name)),
		    store_val(&row, sizeof(row)));
	}
	return rc;
}

/* Up to the year 2106. */
static uint32_t
seconds(int64_t ms)
{
	int64_t s = ms / 1000;

	if (s < 0)
		return 0;
	return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

static int
put_cursors(struct spool *spool, MDB_txn *txn, const struct batch *batch)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < batch->cursor_count; i++) {
		const struct cursor_entry *cursor = &batch->cursors[i];

		rc = cursor_row_put(spool, txn, cursor->name, cursor->value);
	}
	return rc;
}

/* What is in memory follows only what is on disk. */
static void
advance(const struct batch *batch)
{
	unsigned p;

	for (p = 0; p < batch->part_count; p++)
		if (is_wanted(&batch->parts[p]))
			batch->parts[p].queue->at.next += batch->parts[p].count;
}
