/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening, closing and measuring the spool. A new data file is made beside its
 * place and renamed into it, so that a data file without its first tables can
 * only be a damaged one.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "spool/compact.h"
#include "spool/cursor_row.h"
#include "spool/disorder.h"
#include "spool/folder.h"
#include "spool/keep.h"
#include "spool/position.h"
#include "spool/retry.h"
#include "spool/secret.h"
#include "spool/spool.h"
#include "spool/store.h"
#include "spool/tree.h"
#include "spool/twin.h"

#define SPOOL_VERSION 4u

/* Room that a full disk must have again, and more than a usual batch takes. */
#define PROOF_PAGES 1024

static void let_go(struct spool *spool);
static void close_fd(int *fd);
static int take_up(struct spool *spool, struct err *err);
static int make_file(struct spool *spool, struct err *err);
static int put_first_rows(MDB_txn *txn, struct spool *spool);
static int attach(struct spool *spool, bool is_own_copy, struct err *err);
static int open_tables(struct spool *spool, MDB_txn *txn, unsigned flags);
static int check_version(struct spool *spool, MDB_txn *txn, struct err *err);
static int plain_version(MDB_txn *txn, MDB_dbi meta, uint32_t *ret);
static int find_queues(struct spool *spool, MDB_txn *txn);
static int attach_queues(struct spool *spool, MDB_txn *txn);
static uint64_t map_bytes(uint64_t quota);

int
spool_open(struct spool **ret_spool, const char *path, uint64_t quota_bytes,
    struct err *err)
{
	struct spool *spool = xcalloc(1, sizeof(*spool));
	struct stat st;

	spool->folder = xstrdup(path);
	spool->file = xasprintf("%s/data.mdb", path);
	spool->lock_fd = -1;
	spool->compaction.copy_fd = -1;
	spool->compaction.old_fd = -1;
	spool->quota = quota_bytes;
	if (folder_open(spool->folder, &spool->lock_fd, err) == -1)
		goto fail;
	spool->is_new = lstat(spool->file, &st) == -1 && errno == ENOENT;
	if (spool->is_new && make_file(spool, err) == -1)
		goto fail;
	compact_forget(spool);
	if (attach(spool, false, err) == -1)
		goto fail;
	/* Without room for the copy, the old file does as well. */
	if (compact_pays(spool) && compact_is_quick(spool) &&
	    compact_begin(spool, NULL) == 0 && compact_end(spool, NULL) == 0 &&
	    spool_change_file(spool, err) == -1)
		goto fail;
	*ret_spool = spool;
	return 0;
fail:
	spool_close(spool);
	return -1;
}

void
spool_close(struct spool *spool)
{
	unsigned i;

	if (spool == NULL)
		return;
	let_go(spool);
	for (i = 0; i < spool->queue_count; i++)
		queue_free(spool->queues[i]);
	free(spool->queues);
	mem_wipe(&spool->secret, sizeof(spool->secret));
	free(spool->folder);
	free(spool->file);
	free(spool);
}

int
spool_prove(struct spool *spool, struct err *err)
{
	struct timespec now;
	MDB_txn *txn;
	int rc;

	if (spool->disk_full && !spool_is_failed(spool) &&
	    store_make_room(spool, PROOF_PAGES, err) == -1)
		return -1;
	if (env_write_begin(&spool->env, &txn, err) == -1)
		return -1;
	/* LMDB writes whatever was put; the time makes it a change. */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	rc = store_put(txn, &spool->tables[STORE_META], store_val("proof", 5),
	    store_val(&now, sizeof(now)));
	if (store_end(spool, txn, rc, "cannot write to the spool", err) == -1)
		return -1;
	spool->disk_full = false;
	return 0;
}

void
spool_set_quota(struct spool *spool, uint64_t quota_bytes)
{
	spool->quota = quota_bytes;
	/* A failure shows at the next commit: the environment is broken. */
	(void)env_grow_map(&spool->env, map_bytes(quota_bytes), NULL);
	store_compare_quota(spool);
}

void
spool_usage(const struct spool *spool, struct spool_usage *ret_usage)
{
	uint64_t aside_bytes = keep_bytes(spool);

	*ret_usage = (struct spool_usage){
	    .bytes = spool->used_bytes - aside_bytes,
	    .aside_bytes = aside_bytes,
	    .quota = spool->quota,
	    .damaged = spool->damaged,
	    .is_new = spool->is_new,
	    .full = spool->quota_full || spool->disk_full,
	    .failed = spool_is_failed(spool),
	    .failure = spool_is_failed(spool) ? spool->env.why.text : NULL,
	};
}

int
spool_recover(struct spool *spool, struct err *err)
{
	struct err why;

	let_go(spool);
	if (take_up(spool, &why) == 0) {
		spool->env.why.code = ERR_NONE;
		return 0;
	}
	let_go(spool);
	spool->env.why = why;
	return err_set(err, why.code, "%s", why.text);
}

bool
spool_is_failed(const struct spool *spool)
{
	return spool->env.broken || spool->env.mdb == NULL;
}

int
spool_change_file(struct spool *spool, struct err *err)
{
	struct err why;

	env_close(&spool->env);
	FAULT_POINT("change-closed");
	if (folder_sync(spool->folder, &why) == 0) {
		FAULT_POINT("change-synced");
		if (attach(spool, true, &why) == 0)
			return 0;
	}
	spool->env.why = why;
	return err_set(err, why.code, "%s", why.text);
}

/*
 * Nothing on the disk is held open: so it can be unmounted, mended and mounted
 * again. What waited to be freed is freed.
 */
static void
let_go(struct spool *spool)
{
	compact_drop(spool);
	env_close(&spool->env);
	compact_free_now(spool);
	close_fd(&spool->lock_fd);
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* The file is looked for first: where the disk is not mounted, its folder is
 * the one below. Whether the disk knows the file by its name is not known: the
 * failure may have come between renaming and syncing. */
static int
take_up(struct spool *spool, struct err *err)
{
	if (access(spool->file, F_OK) == -1)
		return env_err(errno, spool->file, err);
	if (folder_open(spool->folder, &spool->lock_fd, err) == -1)
		return -1;
	FAULT_POINT("recover-closed");
	if (folder_sync(spool->folder, err) == -1 ||
	    attach(spool, false, err) == -1)
		return -1;
	FAULT_POINT("recover-attached");
	/* A disk that is full is no failure. */
	if (spool_prove(spool, err) == -1 && err->code != ERR_FULL)
		return -1;
	return 0;
}

static int
make_file(struct spool *spool, struct err *err)
{
	char *draft = xasprintf("%s/data.mdb.new", spool->folder);
	MDB_txn *txn;
	int rc = -1;

	if (env_create(&spool->env, draft, map_bytes(spool->quota), err) == -1)
		goto out;
	if (env_write_begin(&spool->env, &txn, err) == -1)
		goto out;
	rc = open_tables(spool, txn, MDB_CREATE);
	if (rc == 0)
		rc = put_first_rows(txn, spool);
	rc = store_end(spool, txn, rc, "cannot begin the spool", err);
	env_close(&spool->env);
	FAULT_POINT("make-drafted");
	if (rc == 0 && rename(draft, spool->file) == -1)
		rc = env_err(errno, spool->file, err);
	FAULT_POINT("make-renamed");
	if (rc == 0)
		rc = folder_sync(spool->folder, err);
	FAULT_POINT("make-synced");
out:
	free(draft);
	return rc;
}

static int
put_first_rows(MDB_txn *txn, struct spool *spool)
{
	uint32_t version = SPOOL_VERSION;
	int rc = twin_put(txn, spool->tables[STORE_META].dbi, "version",
	    &version, sizeof(version));

	return rc == 0 ? secret_make(spool, txn) : rc;
}

/* Open the environment and bring what is in memory in line with it. What was
 * copied just now need not be looked over. */
static int
attach(struct spool *spool, bool is_own_copy, struct err *err)
{
	struct disorder disorder = {.spool = spool};
	MDB_txn *txn;
	int rc;

	if (env_open(&spool->env, spool->file, map_bytes(spool->quota), err) ==
	    -1)
		return -1;
	if (!is_own_copy &&
	    tree_check(spool->env.fd, disorder_note, &disorder) == -1) {
		(void)err_set(err, ERR_CORRUPT,
		    "%s is damaged: its pages do not fit together; restore "
		    "it, or begin an empty one with cefd --spool-reset",
		    spool->file);
		goto fail;
	}
	disorder_mend(&disorder);
	if (env_write_begin(&spool->env, &txn, err) == -1)
		goto fail;
	if (check_version(spool, txn, err) == -1) {
		mdb_txn_abort(txn);
		goto fail;
	}
	rc = open_tables(spool, txn, 0);
	if (rc == 0)
		rc = cursor_rows_mend(spool, txn);
	if (rc == 0)
		rc = retry_mend(spool, txn);
	if (rc == 0)
		rc = find_queues(spool, txn);
	if (rc == 0)
		rc = attach_queues(spool, txn);
	/* Nothing was written, in the ordinary case: this is no sync. */
	if (store_end(spool, txn, rc, spool->file, err) == -1)
		goto fail;
	keep_tell(spool);
	return 0;
fail:
	env_close(&spool->env);
	return -1;
}

static int
open_tables(struct spool *spool, MDB_txn *txn, unsigned flags)
{
	int rc = 0;
	int i;

	for (i = 0; rc == 0 && i < STORE_TABLES; i++) {
		rc = mdb_dbi_open(
		    txn, store_table_names[i], flags, &spool->tables[i].dbi);
		spool->tables[i].dirty = true;
	}
	return rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE ? MDB_INVALID : rc;
}

static int
check_version(struct spool *spool, MDB_txn *txn, struct err *err)
{
	MDB_dbi meta;
	uint32_t version;

	if (mdb_dbi_open(txn, store_table_names[STORE_META], 0, &meta) != 0 ||
	    (twin_get(spool, txn, meta, "version", &version, sizeof(version)) !=
	            0 &&
	        plain_version(txn, meta, &version) == -1))
		return err_set(err, ERR_CORRUPT,
		    "%s is damaged or no spool of cefd: it has no version; "
		    "restore it, or begin an empty one with cefd --spool-reset",
		    spool->file);
	if (version != SPOOL_VERSION)
		return err_set(err, ERR_BAD,
		    "%s has version %u of the spool's layout; this cefd knows "
		    "version %u: install the cefd that made it, or begin an "
		    "empty one with cefd --spool-reset",
		    spool->file, version, SPOOL_VERSION);
	if (secret_read(spool, txn, meta) != 0)
		return err_set(err, ERR_CORRUPT,
		    "%s has lost its secret: restore it, or begin an "
		    "empty one with cefd --spool-reset",
		    spool->file);
	return 0;
}

/* As it was up to version 3, once and without a checksum. */
static int
plain_version(MDB_txn *txn, MDB_dbi meta, uint32_t *ret)
{
	MDB_val key = store_val("version", 7);
	MDB_val value;

	if (mdb_get(txn, meta, &key, &value) != 0 ||
	    value.mv_size != sizeof(*ret))
		return -1;
	memcpy(ret, value.mv_data, sizeof(*ret));
	return *ret < SPOOL_VERSION ? 0 : -1;
}

/* Every queue that has a table counts, whether it is still used or not. */
static int
find_queues(struct spool *spool, MDB_txn *txn)
{
	const size_t prefix_len = sizeof(QUEUE_PREFIX) - 1;
	MDB_val key = store_val(QUEUE_PREFIX, prefix_len);
	MDB_val value;
	MDB_cursor *cursor;
	MDB_dbi names;
	int rc;

	rc = mdb_dbi_open(txn, NULL, 0, &names);
	if (rc == 0)
		rc = mdb_cursor_open(txn, names, &cursor);
	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (rc == 0 && key.mv_size > prefix_len &&
	    !memcmp(key.mv_data, QUEUE_PREFIX, prefix_len)) {
		(void)queue_add(spool, (const char *)key.mv_data + prefix_len,
		    key.mv_size - prefix_len);
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
attach_queues(struct spool *spool, MDB_txn *txn)
{
	unsigned i;
	int rc = 0;

	for (i = 0; rc == 0 && i < spool->queue_count; i++)
		if (!spool->queues[i]->removed)
			rc = queue_attach(spool->queues[i], txn);
	return rc;
}

/*
 * Address space, not disk: the quota, what the order of pages wastes, and room
 * for the ledger to go on when the quota is reached.
 */
static uint64_t
map_bytes(uint64_t quota)
{
	const uint64_t unit = (uint64_t)1 << 20;
	const uint64_t most = (uint64_t)1 << 46;

	if (quota > most)
		quota = most;
	return (quota + quota / 4 + 256 * unit) / unit * unit;
}
