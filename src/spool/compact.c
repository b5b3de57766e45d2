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
#include <sys/statvfs.h>
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
/* Room on the disk besides. */
#define COMPACT_SPARE ((uint64_t)16 << 20)

static bool has_room(const struct spool *spool);
static void keep_old(struct spool *spool);
static char *draft_of(const struct spool *spool);

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
	/* A commit that syncs meanwhile waits for a bit of a long copy only. */
	int flags = compact_is_quick(spool) ? 0 : O_DSYNC;
	int rc = 0;
	int fd;

	compact_drop(spool);
	if (!has_room(spool)) {
		free(draft);
		return env_err(ENOSPC, spool->file, err);
	}
	fd = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);
	if (fd == -1)
		rc = errno;
	else if (compact_is_quick(spool))
		rc = mdb_env_copyfd2(spool->env.mdb, fd, MDB_CP_COMPACT);
	else if ((spool->compaction.copier = copier_start(spool->file, fd)) ==
	    0)
		rc = errno;
	if (fd != -1 && rc == 0) {
		/* Only begin: waiting for it is for later. */
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		spool->compaction.copy_fd = fd;
		spool->compaction.copy_commit = compact_last_commit(spool);
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

	if (spool->compaction.copy_fd == -1)
		return COMPACT_NONE;
	if (spool->compaction.copy_commit != compact_last_commit(spool)) {
		compact_drop(spool);
		spool->compaction.copies_late++;
		return COMPACT_LATE;
	}
	if (spool->compaction.copier == 0)
		return COMPACT_COPIED;
	switch (copier_look(spool->compaction.copier, &error)) {
	case COPIER_RUNS:
		return COMPACT_COPIES;
	case COPIER_DONE:
		spool->compaction.copier = 0;
		return COMPACT_COPIED;
	case COPIER_FAILED:
		break;
	}
	spool->compaction.copier = 0;
	compact_drop(spool);
	/* What it has taken of the disk may be what is missing. */
	(void)compact_free_old(spool);
	(void)env_err(error, spool->file, err);
	return COMPACT_FAILED;
}

int
compact_end(struct spool *spool, struct err *err)
{
	char *draft = draft_of(spool);
	int rc = 0;

	keep_old(spool);
	if (fsync(spool->compaction.copy_fd) == -1)
		rc = env_err(errno, spool->file, err);
	FAULT_POINT("compact-synced");
	if (rc == 0 && rename(draft, spool->file) == -1)
		rc = env_err(errno, spool->file, err);
	FAULT_POINT("compact-renamed");
	if (rc == 0) {
		(void)close(spool->compaction.copy_fd);
		spool->compaction.copy_fd = -1;
		spool->compaction.copies_late = 0;
	} else {
		/* It is the one in use. */
		(void)close(spool->compaction.old_fd);
		spool->compaction.old_fd = -1;
	}
	compact_drop(spool);
	free(draft);
	return rc;
}

/* Where there can be no process, closing it frees it here and now. */
bool
compact_free_old(struct spool *spool)
{
	struct compaction *c = &spool->compaction;
	int error;

	if (c->freer != 0 && copier_look(c->freer, &error) == COPIER_RUNS)
		return true;
	c->freer = 0;
	if (c->old_fd == -1)
		return false;
	c->freer = copier_start_freeing(c->old_fd);
	(void)close(c->old_fd);
	c->old_fd = -1;
	FAULT_POINT("compact-freeing");
	return c->freer != 0;
}

void
compact_free_now(struct spool *spool)
{
	struct compaction *c = &spool->compaction;

	if (c->freer != 0)
		copier_kill(c->freer);
	c->freer = 0;
	if (c->old_fd != -1)
		(void)close(c->old_fd);
	c->old_fd = -1;
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
	struct compaction *c = &spool->compaction;

	if (c->copy_fd == -1)
		return;
	if (c->copier != 0)
		copier_kill(c->copier);
	c->copier = 0;
	compact_forget(spool);
	/* It may be large as well. */
	if (c->old_fd == -1)
		c->old_fd = c->copy_fd;
	else
		(void)close(c->copy_fd);
	c->copy_fd = -1;
}

uint64_t
compact_last_commit(const struct spool *spool)
{
	MDB_envinfo info;

	(void)mdb_env_info(spool->env.mdb, &info);
	return info.me_last_txnid;
}

/* A disk that is filled by a copy has none for anybody else. */
static bool
has_room(const struct spool *spool)
{
	struct statvfs fs;

	return fstatvfs(spool->env.fd, &fs) == -1 ||
	    (uint64_t)fs.f_bavail * fs.f_frsize >=
	    spool->used_bytes + COMPACT_SPARE;
}

/* Closing it would free all of its blocks at once. */
static void
keep_old(struct spool *spool)
{
	if (spool->compaction.old_fd != -1)
		(void)close(spool->compaction.old_fd);
	spool->compaction.old_fd = open(spool->file, O_RDWR | O_CLOEXEC);
}

static char *
draft_of(const struct spool *spool)
{
	return xasprintf("%s.new", spool->file);
}
