/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB's file never shrinks. Where a backlog was and is gone, what is left is
 * copied into a small file, which then takes the large one's place. What is
 * left is mostly the ledger, and may be much: then a process of its own copies
 * it.
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
#include "spool/copier.h"
#include "spool/store.h"

/* A file worth the copy, by the share of it that is in use; and a copy that
 * nobody feels. */
#define COMPACT_FILE_MIN ((uint64_t)64 << 20)
#define COMPACT_SHARE 4
#define COMPACT_SMALL_MAX ((uint64_t)8 << 20)
/* What a turn of the loop frees of the large one: some milliseconds' worth. */
#define SHRINK_BYTES ((uint64_t)8 << 20)

static void keep_old(struct spool *spool);
static char *draft_of(const struct spool *spool);
static uint64_t last_commit(const struct spool *spool);

bool
compact_pays(const struct spool *spool)
{
	return spool->env.file_bytes >= COMPACT_FILE_MIN &&
	    spool->used_bytes <= spool->env.file_bytes / COMPACT_SHARE;
}

bool
compact_is_quick(const struct spool *spool)
{
	return spool->used_bytes <= COMPACT_SMALL_MAX;
}

int
compact_begin(struct spool *spool, struct err *err)
{
	char *draft = draft_of(spool);
	int rc = 0;
	int fd;

	compact_drop(spool);
	fd = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		rc = errno;
	else if (compact_is_quick(spool))
		rc = mdb_env_copyfd2(spool->env.mdb, fd, MDB_CP_COMPACT);
	else if ((spool->copier = copier_start(spool->file, fd)) == 0)
		rc = errno;
	if (fd != -1 && rc == 0) {
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
	return rc == 0 ? 0 : env_err(rc, spool->file, err);
}

enum compact_state
compact_look(struct spool *spool, struct err *err)
{
	int error;

	if (spool->copy_fd == -1)
		return COMPACT_NONE;
	if (spool->copy_commit != last_commit(spool)) {
		bool is_slow = spool->copier != 0;

		compact_drop(spool);
		spool->copies_late += is_slow;
		return is_slow ? COMPACT_LATE : COMPACT_NONE;
	}
	if (spool->copier == 0)
		return COMPACT_COPIED;
	switch (copier_look(spool->copier, &error)) {
	case COPIER_RUNS:
		return COMPACT_COPIES;
	case COPIER_DONE:
		spool->copier = 0;
		return COMPACT_COPIED;
	case COPIER_FAILED:
		break;
	}
	spool->copier = 0;
	compact_drop(spool);
	(void)env_err(error, spool->file, err);
	return COMPACT_FAILED;
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
		spool->copies_late = 0;
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
compact_forget(const struct spool *spool)
{
	char *draft = draft_of(spool);

	(void)unlink(draft);
	free(draft);
}

void
compact_drop(struct spool *spool)
{
	if (spool->copy_fd == -1)
		return;
	if (spool->copier != 0)
		copier_kill(spool->copier);
	spool->copier = 0;
	(void)close(spool->copy_fd);
	spool->copy_fd = -1;
	compact_forget(spool);
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
