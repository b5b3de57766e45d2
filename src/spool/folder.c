/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spool's folder: made private, and locked for as long as it is in use.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/folder.h"
#include "spool/lmdb_env.h"

static int make(const char *folder, struct err *err);
static int refused(int error, const char *path, struct err *err);
static int lock(const char *folder, int *ret_fd, struct err *err);

int
folder_open(const char *folder, int *ret_lock_fd, struct err *err)
{
	if (make(folder, err) == -1)
		return -1;
	return lock(folder, ret_lock_fd, err);
}

int
folder_sync(const char *folder, struct err *err)
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

/* What is renamed over it would end the link. */
int
folder_refuse_link(const char *file, struct err *err)
{
	struct stat st;

	if (lstat(file, &st) == -1 || !S_ISLNK(st.st_mode))
		return 0;
	return err_set(err, ERR_BAD,
	    "%s is a symbolic link: put the file itself there; it is the "
	    "folder that may be a link, or path (spool) name another one",
	    file);
}

static int
make(const char *folder, struct err *err)
{
	struct stat st;
	char *parent;

	if (mkdir(folder, 0700) == -1) {
		if (errno != EEXIST)
			return refused(errno, folder, err);
		if (stat(folder, &st) == -1)
			return env_err(errno, folder, err);
		if (!S_ISDIR(st.st_mode))
			return refused(ENOTDIR, folder, err);
		return 0;
	}
	parent = xasprintf("%s/..", folder);
	/* A parent that may not be read cannot be synced either. */
	(void)folder_sync(parent, NULL);
	free(parent);
	return 0;
}

/* What whoever starts it for the first time meets. */
static int
refused(int error, const char *path, struct err *err)
{
	(void)env_err(error, path, err);
	if (error == ENOENT)
		return err_set(err, err->code,
		    "%s; make the folder that it is to stand in, or set "
		    "another path (spool)",
		    err->text);
	if (error == EACCES || error == EPERM)
		return err_set(err, err->code,
		    "%s; it must belong to the user that cefd runs as (uid "
		    "%u)",
		    err->text, (unsigned)geteuid());
	if (error == ENOTDIR)
		return err_set(
		    err, err->code, "%s; set another path (spool)", err->text);
	return err_set(err, err->code,
	    "%s; look at the disk (df, mount), or set another path (spool)",
	    err->text);
}

/* The folder itself: whoever tidies up can delete a file of locks, but not the
 * folder that the spool is in. */
static int
lock(const char *folder, int *ret_fd, struct err *err)
{
	*ret_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd == -1)
		return refused(errno, folder, err);
	if (flock(*ret_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return env_err(errno, folder, err);
	return err_set(err, ERR_DENIED,
	    "%s is used by another cefd: stop it, or give this one a path of "
	    "its own (spool)",
	    folder);
}
