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
#include "base/mem.h"
#include "spool/compact.h"
#include "spool/store.h"

/* A copy that a start does not feel, and a file worth the copy. */
#define COMPACT_USED_MAX ((uint64_t)8 << 20)
#define COMPACT_FILE_MIN ((uint64_t)64 << 20)

static int copy(struct spool *spool, const char *draft, struct err *err);

bool
compact_pays(const struct spool *spool)
{
	return spool->used_bytes <= COMPACT_USED_MAX &&
	    spool->env.file_bytes >= COMPACT_FILE_MIN;
}

int
compact_file(struct spool *spool, struct err *err)
{
	char *draft = xasprintf("%s.new", spool->file);
	int rc = copy(spool, draft, err);

	if (rc == 0 && rename(draft, spool->file) == -1)
		rc = env_err(errno, spool->file, err);
	if (rc == -1)
		(void)unlink(draft);
	free(draft);
	return rc;
}

static int
copy(struct spool *spool, const char *draft, struct err *err)
{
	int fd = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int error;

	if (fd == -1)
		return env_err(errno, draft, err);
	error = mdb_env_copyfd2(spool->env.mdb, fd, MDB_CP_COMPACT);
	if (error == 0 && fsync(fd) == -1)
		error = errno;
	(void)close(fd);
	return error == 0 ? 0 : env_err(error, draft, err);
}
