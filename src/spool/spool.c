/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening, closing and measuring the spool. A new data file is made beside its
 * place and renamed into it, so that a data file without its first tables can
 * only be a damaged one.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/spool.h"
#include "spool/store.h"

#define SPOOL_VERSION 1u
#define QUEUE_PREFIX "queue."

/* Room that a full disk must have again, and more than a usual batch takes. */
#define PROOF_PAGES 1024

static const char *const table_names[STORE_TABLES] = {
    "meta", "cursor", "ledger", "retry", "position", "aside"};

static int open_folder(struct spool *spool, struct err *err);
static int lock_folder(struct spool *spool, struct err *err);
static int sync_folder(const char *folder, struct err *err);
static int make_file(struct spool *spool, struct err *err);
static int put_first_rows(MDB_txn *txn, struct spool *spool);
static int attach(struct spool *spool, struct err *err);
static int open_tables(struct spool *spool, MDB_txn *txn, unsigned flags);
static int check_version(struct spool *spool, MDB_txn *txn, struct err *err);
static int find_queues(struct spool *spool, MDB_txn *txn);
static int attach_queues(struct spool *spool, MDB_txn *txn);
static uint64_t map_bytes(uint64_t quota);
static void recount(struct spool *spool);
static void recount_table(MDB_txn *txn, struct table *table);
static void compare_quota(struct spool *spool);

int
spool_open(struct spool **ret_spool, const char *path, uint64_t quota_bytes,
    struct err *err)
{
	struct spool *spool = xcalloc(1, sizeof(*spool));

	spool->folder = xstrdup(path);
	spool->file = xasprintf("%s/data.mdb", path);
	spool->lock_fd = -1;
	spool->quota = quota_bytes;
	if (open_folder(spool, err) == -1 || lock_folder(spool, err) == -1)
		goto fail;
	if (access(spool->file, F_OK) == -1 && errno == ENOENT &&
	    make_file(spool, err) == -1)
		goto fail;
	if (attach(spool, err) == -1)
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
	env_close(&spool->env);
	for (i = 0; i < spool->queue_count; i++)
		queue_free(spool->queues[i]);
	free(spool->queues);
	if (spool->lock_fd != -1)
		(void)close(spool->lock_fd);
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

	if (spool->disk_full &&
	    env_make_room(&spool->env, PROOF_PAGES,
	        spool->used_bytes / spool->env.page_bytes, err) == -1)
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
	compare_quota(spool);
}

void
spool_usage(const struct spool *spool, struct spool_usage *ret_usage)
{
	*ret_usage = (struct spool_usage){
	    .bytes = spool->used_bytes,
	    .quota = spool->quota,
	    .full = spool->quota_full || spool->disk_full,
	};
}

int
spool_recover(struct spool *spool, struct err *err)
{
	env_close(&spool->env);
	if (attach(spool, err) == -1)
		return -1;
	return spool_prove(spool, err);
}

bool
spool_is_failed(const struct spool *spool)
{
	return spool->env.broken || spool->env.mdb == NULL;
}

int
store_put(MDB_txn *txn, struct table *table, MDB_val key, MDB_val value)
{
	table->dirty = true;
	return mdb_put(txn, table->dbi, &key, &value, 0);
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
		if (rc == EIO)
			spool->env.broken = true;
		(void)env_err(rc, what, err);
	} else if (env_write_commit(&spool->env, txn, err) == 0) {
		recount(spool);
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

static int
open_folder(struct spool *spool, struct err *err)
{
	struct stat st;
	char *parent;
	int rc;

	if (mkdir(spool->folder, 0700) == -1) {
		if (errno != EEXIST)
			return env_err(errno, spool->folder, err);
		if (stat(spool->folder, &st) == -1)
			return env_err(errno, spool->folder, err);
		if (!S_ISDIR(st.st_mode))
			return env_err(ENOTDIR, spool->folder, err);
		return 0;
	}
	parent = xasprintf("%s/..", spool->folder);
	rc = sync_folder(parent, err);
	free(parent);
	return rc;
}

static int
lock_folder(struct spool *spool, struct err *err)
{
	char *path = xasprintf("%s/cefd.lock", spool->folder);
	int rc = 0;

	spool->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (spool->lock_fd == -1)
		rc = env_err(errno, path, err);
	else if (flock(spool->lock_fd, LOCK_EX | LOCK_NB) == -1)
		rc = errno == EWOULDBLOCK
		    ? err_set(err, ERR_DENIED, "%s is used by another cefd",
		          spool->folder)
		    : env_err(errno, path, err);
	free(path);
	return rc;
}

/* Make a new name in a folder survive a loss of power. */
static int
sync_folder(const char *folder, struct err *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (fd == -1)
		return env_err(errno, folder, err);
	if (fsync(fd) == -1)
		error = errno;
	(void)close(fd);
	return error == 0 ? 0 : env_err(error, folder, err);
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
	if (rc == 0 && rename(draft, spool->file) == -1)
		rc = env_err(errno, spool->file, err);
	if (rc == 0)
		rc = sync_folder(spool->folder, err);
out:
	free(draft);
	return rc;
}

static int
put_first_rows(MDB_txn *txn, struct spool *spool)
{
	struct table *meta = &spool->tables[STORE_META];
	uint32_t version = SPOOL_VERSION;
	struct sum_secret secret;
	int rc;

	if (getrandom(&secret, sizeof(secret), 0) != sizeof(secret))
		return EIO;
	rc = store_put(txn, meta, store_val("version", 7),
	    store_val(&version, sizeof(version)));
	if (rc == 0)
		rc = store_put(txn, meta, store_val("secret", 6),
		    store_val(&secret, sizeof(secret)));
	mem_wipe(&secret, sizeof(secret));
	return rc;
}

/* Open the environment and bring what is in memory in line with it. */
static int
attach(struct spool *spool, struct err *err)
{
	MDB_txn *txn;
	int rc;

	if (env_open(&spool->env, spool->file, map_bytes(spool->quota), err) ==
	    -1)
		return -1;
	if (env_write_begin(&spool->env, &txn, err) == -1)
		goto fail;
	if (check_version(spool, txn, err) == -1) {
		mdb_txn_abort(txn);
		goto fail;
	}
	rc = open_tables(spool, txn, 0);
	if (rc == 0)
		rc = find_queues(spool, txn);
	if (rc == 0)
		rc = attach_queues(spool, txn);
	/* Nothing was written, in the ordinary case: this is no sync. */
	if (store_end(spool, txn, rc, spool->file, err) == -1)
		goto fail;
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
		    txn, table_names[i], flags, &spool->tables[i].dbi);
		spool->tables[i].dirty = true;
	}
	return rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE ? MDB_INVALID : rc;
}

static int
check_version(struct spool *spool, MDB_txn *txn, struct err *err)
{
	MDB_val key = store_val("version", 7);
	MDB_val value;
	MDB_dbi meta;
	uint32_t version;

	if (mdb_dbi_open(txn, table_names[STORE_META], 0, &meta) != 0 ||
	    mdb_get(txn, meta, &key, &value) != 0 ||
	    value.mv_size != sizeof(version))
		return err_set(err, ERR_CORRUPT,
		    "%s is damaged or no spool of cefd: it has no version",
		    spool->file);
	memcpy(&version, value.mv_data, sizeof(version));
	if (version != SPOOL_VERSION)
		return err_set(err, ERR_BAD,
		    "%s has version %u of the spool's layout; this cefd knows "
		    "version %u",
		    spool->file, version, SPOOL_VERSION);
	key = store_val("secret", 6);
	if (mdb_get(txn, meta, &key, &value) != 0 ||
	    value.mv_size != sizeof(spool->secret))
		return err_set(
		    err, ERR_CORRUPT, "%s has lost its secret", spool->file);
	memcpy(&spool->secret, value.mv_data, sizeof(spool->secret));
	return 0;
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
	spool->used_bytes = pages * spool->env.page_bytes;
	compare_quota(spool);
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

/* A full spool stays so until a tenth is free, lest it flap. */
static void
compare_quota(struct spool *spool)
{
	if (spool->used_bytes >= spool->quota)
		spool->quota_full = true;
	else if (spool->used_bytes < spool->quota - spool->quota / 10)
		spool->quota_full = false;
}
