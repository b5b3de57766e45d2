/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a transaction of the spool ends, and what it leaves in use.
 */
#include "config.h"

#include <errno.h>
#include <time.h>

#include "base/err.h"
#include "spool/keep.h"
#include "spool/store.h"

/* Of the map that a commit may have looked at, most often. */
#define COMMIT_BYTES ((size_t)256 << 10)

const char *const store_table_names[STORE_TABLES] = {
    "meta", "cursor", "copy", "ledger", "retry", "position", "aside"};

static void give_up(struct spool *spool, const struct err *why);
static void recount(struct spool *spool);
static void recount_table(MDB_txn *txn, struct table *table);

int
store_put(MDB_txn *txn, struct table *table, MDB_val key, MDB_val value)
{
	table->dirty = true;
	return mdb_put(txn, table->dbi, &key, &value, 0);
}

int
store_make_room(struct spool *spool, uint64_t pages, struct err *err)
{
	uint64_t in_use = spool->used_bytes / spool->env.page_bytes;
	struct err why;

	if (env_make_room(&spool->env, pages, in_use, &why) == 0) {
		spool->disk_full = false;
		return 0;
	}
	if (why.code == ERR_FULL) {
		spool->disk_full = true;
	} else {
		/* The disk would refuse a commit, too. */
		give_up(spool, &why);
	}
	return err_set(err, why.code, "%s", why.text);
}

int
store_end(struct spool *spool, MDB_txn *txn, int rc, const char *what,
    struct err *err)
{
	struct err own;

	if (err == NULL)
		err = &own;
	if (rc != 0) {
		mdb_txn_abort(txn);
		(void)env_err(rc, what, err);
		if (rc == EIO || err->code == ERR_CORRUPT)
			give_up(spool, err);
	} else if (env_write_commit(&spool->env, txn, err) == 0) {
		turn_synced(spool);
		recount(spool);
		resident_touch(&spool->env.resident, COMMIT_BYTES);
		return 0;
	}
	if (err->code == ERR_FULL)
		spool->disk_full = true;
	return -1;
}

void
store_freed(struct spool *spool)
{
	spool->disk_full = false;
}

/* A full spool stays so until a tenth is free, lest it flap. */
void
store_compare_quota(struct spool *spool)
{
	uint64_t bytes = spool->used_bytes - keep_bytes(spool);

	if (bytes >= spool->quota)
		spool->quota_full = true;
	else if (bytes < spool->quota - spool->quota / 10)
		spool->quota_full = false;
}

int64_t
store_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
give_up(struct spool *spool, const struct err *why)
{
	spool->env.broken = true;
	spool->env.why = *why;
}

static void
recount(struct spool *spool)
{
	uint64_t pages = 0;
	MDB_txn *txn;
	unsigned i;

	if (env_read_begin(&spool->env, &txn, NULL) == -1)
		return;
	for (i = 0; i < STORE_TABLES; i++) {
		recount_table(txn, &spool->tables[i]);
		pages += spool->tables[i].pages;
	}
	for (i = 0; i < spool->queue_count; i++) {
		recount_table(txn, &spool->queues[i]->table);
		pages += spool->queues[i]->table.pages;
	}
	env_read_end(&spool->env);
	/* LMDB's own counts may be damaged; no use is more than the file. */
	if (pages > spool->env.file_bytes / spool->env.page_bytes)
		pages = spool->env.file_bytes / spool->env.page_bytes;
	spool->used_bytes = pages * spool->env.page_bytes;
	store_compare_quota(spool);
}

static void
recount_table(MDB_txn *txn, struct table *table)
{
	MDB_stat stat;

	if (!table->dirty || mdb_stat(txn, table->dbi, &stat) != 0)
		return;
	table->pages =
	    stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
	table->depth = stat.ms_depth;
	table->dirty = false;
}
