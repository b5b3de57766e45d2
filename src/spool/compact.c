/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB's file never shrinks. Where a backlog was and is gone, what is left is
 * copied into a small file, which then takes the large one's place.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "spool/compact.h"
#include "spool/store.h"

/* A copy that a start does not feel, and a file worth the copy. */
#define COMPACT_USED_MAX ((uint64_t)8 << 20)
#define COMPACT_FILE_MIN ((uint64_t)64 << 20)
/* What a turn of the loop frees of the large one: some milliseconds' worth. */
#define SHRINK_BYTES ((uint64_t)8 << 20)

static void keep_old(struct spool *spool);
static char *draft_of(const struct spool *spool);
static uint64_t last_commit(const struct spool *spool);

bool
compact_pays(const struct spool *spool)
{
	return spool->used_bytes <= COMPACT_USED_MAX &&
	    spool->env.file_bytes >= COMPACT_FILE_MIN;
}

int
compact_begin(struct spool *spool, struct err *err)
{
	char *draft = draft_of(spool);
	int error = 0;
	int fd;

	compact_drop(spool);
	fd = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		error = errno;
	else
		error = mdb_env_copyfd2(spool->env.mdb, fd, MDB_CP_COMPACT);
	if (fd != -1 && error == 0) {
		/* Only begin: waiting for it is for later. */
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		spool->copy_fd = fd;
		spool->copy_commit = last_commit(spool);
	} else if (fd != -1) {
		(void)close(fd);
		(void)unlink(draft);
	}
	FAULT_POINT("compact-copied");
	free(draft);
	return error == 0 ? 0 : env_err(error, spool->file, err);
}

bool
compact_is_current(const struct spool *spool)
{
	return spool->copy_fd != -1 && spool->copy_commit == last_commit(spool);
}

int
compact_end(struct spool *spool, struct err *err)
{
	char *draft = draft_of(spool);
	int rc = 0;

	keep_old(spool);
	if (fsync(spool->copy_fd) == -1)
		rc = env_err(errno, spool->file, err);
	FAULT_POINT("compact-synced");
	if (rc == 0 && rename(draft, spool->file) == -1)
		rc = env_err(errno, spool->file, err);
	FAULT_POINT("compact-renamed");
	if (rc == 0) {
		(void)close(spool->copy_fd);
		spool->copy_fd = -1;
	} else {
		/* It is the one in use. */
		(void)close(spool->old_fd);
		spool->old_fd = -1;
	}
	compact_drop(spool);
	free(draft);
	return rc;
}

bool
compact_shrink_old(struct spool *spool)
{
	if (spool->old_fd == -1)
		return false;
	spool->old_bytes -=
	    spool->old_bytes < SHRINK_BYTES ? spool->old_bytes : SHRINK_BYTES;
	if (spool->old_bytes != 0 &&
	    ftruncate(spool->old_fd, (off_t)spool->old_bytes) == 0) {
		FAULT_POINT("compact-shrunk");
		return true;
	}
	(void)close(spool->old_fd);
	spool->old_fd = -1;
	return false;
}

void
compact_drop(struct spool *spool)
{
	char *draft;

	if (spool->copy_fd == -1)
		return;
	draft = draft_of(spool);
	(void)close(spool->copy_fd);
	(void)unlink(draft);
	spool->copy_fd = -1;
	free(draft);
}

/* Closing it would free all of its blocks at once. */
static void
keep_old(struct spool *spool)
{
	if (spool->old_fd != -1)
		(void)close(spool->old_fd);
	spool->old_fd = open(spool->file, O_RDWR | O_CLOEXEC);
	spool->old_bytes = spool->env.file_bytes;
}

static char *
draft_of(const struct spool *spool)
{
	return xasprintf("%s.new", spool->file);
}

static uint64_t
last_commit(const struct spool *spool)
{
	MDB_envinfo info;

	(void)mdb_env_info(spool->env.mdb, &info);
	return info.me_last_txnid;
}
