/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a queue: blocks are looked at in the map where they lie, and records
 * handed out from there. What is damaged or missing is stepped over and
 * counted, never waited for.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/block.h"
#include "spool/ledger.h"
#include "spool/position.h"
#include "spool/queue.h"
#include "spool/store.h"

#define NAME_MAX_BYTES 255

/* What one call of queue_read hands out at most, give or take a block. */
#define READ_MAX_BYTES ((size_t)4 << 20)

/* Where a read has got to. */
struct walk {
	struct queue *queue;
	queue_read_fn *fn;
	void *arg;
	uint64_t at; /* number of the next record */
	size_t bytes;
	bool stopped;
};

static int create_table(struct queue *queue, struct err *err);
static unsigned count(const struct spool *spool);
static struct queue *find(struct spool *spool, const char *name);
static int seek(const struct queue *queue, MDB_cursor *cursor, uint64_t number,
    MDB_val *value);
static int read_blocks(struct walk *walk, MDB_cursor *cursor);
static void read_block(struct walk *walk, const struct block *block);
static void skip_to(struct walk *walk, uint64_t number);
static int oldest(struct queue *queue, MDB_cursor *cursor, int64_t *ret_ms);

int
queue_open(struct spool *spool, const char *name, struct queue **ret_queue,
    struct err *err)
{
	struct queue *queue = find(spool, name);

	if (queue != NULL && !queue->removed) {
		*ret_queue = queue;
		return 0;
	}
	if (name[0] == '\0' || strlen(name) > NAME_MAX_BYTES)
		return err_set(err, ERR_BAD,
		    "the name of a queue has 1 to %d octets", NAME_MAX_BYTES);
	if (count(spool) >= QUEUE_COUNT_MAX)
		return err_set(err, ERR_FULL,
		    "there are %d queues in the spool already, with those of "
		    "former destinations: leave this one out for now, have "
		    "cefd run, remove what is not needed any more (cefctl "
		    "queue list, cefctl queue drop), add it again and reload",
		    QUEUE_COUNT_MAX);
	if (queue == NULL) {
		queue = queue_add(spool, name, strlen(name));
		queue->removed = true;
	}
	/* Its place stays, should this fail: the next attempt finds it. */
	if (create_table(queue, err) == -1)
		return -1;
	queue->removed = false;
	*ret_queue = queue;
	return 0;
}

struct spool *
queue_spool(const struct queue *queue)
{
	return queue->spool;
}

struct queue *
queue_nth(struct spool *spool, unsigned i, const char **ret_name)
{
	unsigned at;

	for (at = 0; at < spool->queue_count; at++) {
		if (spool->queues[at]->removed || i-- > 0)
			continue;
		*ret_name = spool->queues[at]->name;
		return spool->queues[at];
	}
	return NULL;
}

int
queue_stat(struct queue *queue, struct queue_stat *ret, struct err *err)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	int64_t oldest_ms = 0;
	int rc;

	if (env_read_begin(&queue->spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, queue->table.dbi, &cursor);
	if (rc == 0) {
		rc = oldest(queue, cursor, &oldest_ms);
		mdb_cursor_close(cursor);
	}
	env_read_end(&queue->spool->env);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return env_err(rc, queue->name, err);
	*ret = (struct queue_stat){
	    .head = queue->at.head,
	    .next = queue->at.next,
	    .oldest_ms = oldest_ms,
	    .set_aside = queue->at.aside + queue->seen,
	    .bytes = queue->table.pages * queue->spool->env.page_bytes,
	};
	return 0;
}

uint64_t
queue_next(const struct queue *queue)
{
	return queue->at.next;
}

uint64_t
queue_waiting(const struct queue *queue)
{
	return queue->at.next - queue->at.head;
}

bool
queue_is_empty(const struct queue *queue)
{
	return queue->at.head == queue->at.next;
}

unsigned
queue_setbacks(const struct queue *queue)
{
	return queue->setbacks;
}

int
queue_read(struct queue *queue, uint64_t from, queue_read_fn *fn, void *arg,
    uint64_t *ret_next, struct err *err)
{
	struct walk walk = {.queue = queue, .fn = fn, .arg = arg, .at = from};
	MDB_cursor *cursor;
	MDB_txn *txn;
	int rc;

	if (walk.at < queue->at.head)
		walk.at = queue->at.head;
	if (walk.at >= queue->at.next) {
		*ret_next = queue->at.next;
		return 0;
	}
	if (env_read_begin(&queue->spool->env, &txn, err) == -1)
		return -1;
	rc = mdb_cursor_open(txn, queue->table.dbi, &cursor);
	if (rc == 0) {
		rc = read_blocks(&walk, cursor);
		mdb_cursor_close(cursor);
	}
	env_read_end(&queue->spool->env);
	resident_touch(&queue->spool->env.resident, walk.bytes);
	if (rc != 0)
		return env_err(rc, queue->name, err);
	*ret_next = walk.at;
	return 0;
}

struct queue *
queue_add(struct spool *spool, const char *name, size_t len)
{
	struct queue *queue;
	char *copy = xstrndup(name, len);

	queue = find(spool, copy);
	if (queue != NULL) {
		free(copy);
		return queue;
	}
	queue = xcalloc(1, sizeof(*queue));
	queue->spool = spool;
	queue->name = copy;
	queue->owner = sum64(copy, len);
	queue->slot = spool->queue_count;
	spool->queues = xrealloc(
	    spool->queues, spool->queue_count + 1, sizeof(*spool->queues));
	spool->queues[spool->queue_count++] = queue;
	return queue;
}

void
queue_free(struct queue *queue)
{
	free(queue->name);
	free(queue);
}

static int
create_table(struct queue *queue, struct err *err)
{
	MDB_txn *txn;
	int rc;

	if (env_write_begin(&queue->spool->env, &txn, err) == -1)
		return -1;
	rc = queue_attach(queue, txn);
	return store_end(queue->spool, txn, rc, queue->name, err);
}

static struct queue *
find(struct spool *spool, const char *name)
{
	unsigned i;

	for (i = 0; i < spool->queue_count; i++)
		if (!strcmp(spool->queues[i]->name, name))
			return spool->queues[i];
	return NULL;
}

/* Those that have a table. */
static unsigned
count(const struct spool *spool)
{
	unsigned i, n = 0;

	for (i = 0; i < spool->queue_count; i++)
		n += !spool->queues[i]->removed;
	return n;
}

/*
 * A place at or before the block that record `number` is in. Where a key is
 * damaged LMDB may look on the wrong side of it; too early does no harm.
 */
static int
seek(const struct queue *queue, MDB_cursor *cursor, uint64_t number,
    MDB_val *value)
{
	MDB_val key = store_val(&number, sizeof(number));
	struct block block;
	int rc = mdb_cursor_get(cursor, &key, value, MDB_SET_RANGE);

	if (rc == MDB_NOTFOUND)
		rc = mdb_cursor_get(cursor, &key, value, MDB_LAST);
	while (rc == 0 &&
	    (block_check(
	         &block, queue->owner, value->mv_data, value->mv_size) == -1 ||
	        block.first > number))
		rc = mdb_cursor_get(cursor, &key, value, MDB_PREV);
	if (rc == MDB_NOTFOUND)
		return mdb_cursor_get(cursor, &key, value, MDB_FIRST);
	return rc;
}

static int
read_blocks(struct walk *walk, MDB_cursor *cursor)
{
	const struct queue *queue = walk->queue;
	uint64_t end = queue->at.next;
	MDB_val key, value;
	int rc = seek(queue, cursor, walk->at, &value);

	while (rc == 0 && !walk->stopped && walk->at < end) {
		struct block block;

		if (block_check(&block, queue->owner, value.mv_data,
		        value.mv_size) == 0 &&
		    block_end(&block) <= end)
			read_block(walk, &block);
		if (walk->bytes >= READ_MAX_BYTES)
			break;
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	if (rc != MDB_NOTFOUND)
		return rc;
	if (!walk->stopped)
		skip_to(walk, end);
	return 0;
}

static void
read_block(struct walk *walk, const struct block *block)
{
	/* Whatever lies between was lost with its block. */
	if (walk->at < block->first)
		skip_to(walk, block->first);
	while (walk->at < block_end(block)) {
		struct text record;
		uint32_t i = (uint32_t)(walk->at - block->first);

		if (block_record(block, i, &record) == -1) {
			skip_to(walk, walk->at + 1);
			continue;
		}
		if (!walk->fn(walk->at, record.ptr, record.len, walk->arg)) {
			walk->stopped = true;
			return;
		}
		walk->at++;
		walk->bytes += record.len;
	}
}

/* Count what lies before `number` as damaged, once however often it is read. */
static void
skip_to(struct walk *walk, uint64_t number)
{
	struct queue *queue = walk->queue;
	uint64_t from = walk->at;

	walk->at = number;
	if (from < queue->counted)
		from = queue->counted;
	if (from >= number)
		return;
	queue->seen += number - from;
	queue->counted = number;
}

/* When the oldest block that can be read was committed. */
static int
oldest(struct queue *queue, MDB_cursor *cursor, int64_t *ret_ms)
{
	MDB_val key, value;
	int rc;

	if (queue_is_empty(queue))
		return 0;
	rc = seek(queue, cursor, queue->at.head, &value);
	while (rc == 0) {
		struct block block;

		if (block_check(&block, queue->owner, value.mv_data,
		        value.mv_size) == 0 &&
		    block_end(&block) > queue->at.head) {
			*ret_ms = block.time_ms;
			return 0;
		}
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	return rc;
}
