/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of the way of a new one, and kept: somebody may want to look at it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "spool/folder.h"
#include "spool/lmdb_env.h"
#include "spool/spool.h"

static char *name_for(const char *path);

int
spool_set_aside(const char *path, char **ret_name, struct err *err)
{
	char *file = xasprintf("%s/data.mdb", path);
	char *aside = name_for(path);
	int lock_fd = -1, result = -1;

	if (folder_open(path, &lock_fd, err) == -1)
		goto out;
	if (access(aside, F_OK) == 0)
		errno = EEXIST;
	else if (rename(file, aside) == 0)
		result = 0;
	if (result == -1)
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
