/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of the way of a new one, and kept: somebody may want to look at it. What
 * opens is not whole for that, since the walk at the start has a limit.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "spool/aside.h"
#include "spool/folder.h"
#include "spool/lmdb_env.h"
#include "spool/spool.h"
#include "spool/store.h"
#include "spool/sum.h"

static int read_rows(MDB_txn *txn, MDB_dbi dbi);
static char *name_for(const char *path);

int
spool_find(const char *path, struct err *err)
{
	char *file = xasprintf("%s/data.mdb", path);
	int result = folder_refuse_link(file, err);

	if (result == -1) {
		free(file);
		return -1;
	}
	result = access(file, F_OK);
	/* Who may not look hears of that when it is opened. */
	if (result == -1 && errno != ENOENT && errno != ENOTDIR)
		result = 0;
	free(file);
	if (result == 0)
		return 0;
	return err_set(err, ERR_BAD,
	    "there is no spool in %s: nothing was done; see whether path "
	    "(spool) is right, and whether this is the configuration that is "
	    "meant (-c)",
	    path);
}

int
spool_set_aside(const char *path, char **ret_name, struct err *err)
{
	char *file = xasprintf("%s/data.mdb", path);
	char *aside = name_for(path);
	int lock_fd = -1, result = -1;

	if (folder_open(path, &lock_fd, err) == -1)
		goto out;
	if (access(aside, F_OK) == 0)
		(void)err_set(err, ERR_AGAIN,
		    "%s is there already: try again in a second", aside);
	else if (rename(file, aside) == 0)
		result = 0;
	else
		(void)env_err(errno, file, err);
	FAULT_POINT("reset-renamed");
	if (result == 0)
		result = folder_sync(path, err);
	FAULT_POINT("reset-synced");
out:
	if (lock_fd != -1)
		(void)close(lock_fd);
	free(file);
	if (result == 0)
		*ret_name = aside;
	else
		free(aside);
	return result;
}

bool
spool_is_gone(const struct spool *spool)
{
	struct stat ours, theirs;

	if (spool_is_failed(spool) || fstat(spool->env.fd, &ours) == -1)
		return false;
	if (stat(spool->file, &theirs) == -1)
		return errno == ENOENT || errno == ENOTDIR;
	return ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev;
}

int
spool_look_through(struct spool *spool, struct err *err)
{
	MDB_txn *txn;
	int rc = 0;

	if (env_read_begin(&spool->env, &txn, err) == -1)
		return -1;
	for (unsigned i = 0; rc == 0 && i < STORE_TABLES; i++)
		rc = read_rows(txn, spool->tables[i].dbi);
	for (unsigned i = 0; rc == 0 && i < spool->queue_count; i++)
		if (!spool->queues[i]->removed)
			rc = read_rows(txn, spool->queues[i]->table.dbi);
	env_read_end(&spool->env);
	return rc == 0 ? 0 : env_err(rc, spool->file, err);
}

static int
read_rows(MDB_txn *txn, MDB_dbi dbi)
{
	volatile uint64_t all = 0;
	MDB_val key, value;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn, dbi, &cursor);

	if (rc != 0)
		return rc;
	for (;;) {
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
		if (rc != 0)
			break;
		/* Kept, so that each octet is read. */
		all = all ^ sum64(value.mv_data, value.mv_size);
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static char *
name_for(const char *path)
{
	time_t now_s;
	struct timespec now;
	char stamp[32] = "";
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	now_s = now.tv_sec;
	if (gmtime_r(&now_s, &tm) != NULL)
		(void)strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	return xasprintf("%s/data.mdb.aside-%s", path, stamp);
}
