/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The new file has its mode and owner before it has any content.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/replace.h"

/* Of what is kept under one name; more is a mistake of whoever calls. */
#define OLD_MAX 1000

static int fill(int fd, struct text content, const struct replace *how);
static int take_place(
    const char *fresh, const char *path, const struct replace *how);
static int keep_as(const char *path, const char *old);
static int copy_as(const char *path, const char *old);
static int copy_all(int from, int to);
static int put_all(int fd, const char *data, size_t len);
static int sync_folder(const char *path);
static int fault(struct err *err, const char *path);

int
replace_file(const char *path, struct text content, const struct replace *how,
    struct err *err)
{
	char *fresh = xasprintf("%s.new", path);
	int result = -1, fd;

	/* A file of an attempt that was broken off; O_EXCL for the rest. */
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    S_IRUSR | S_IWUSR);
	if (fd == -1) {
		(void)fault(err, fresh);
		free(fresh);
		return -1;
	}
	if (fill(fd, content, how) == -1)
		(void)fault(err, fresh);
	else if (how->check != NULL && how->check(fresh, err) == -1)
		result = -1;
	else if (take_place(fresh, path, how) == -1)
		(void)fault(err, path);
	else
		result = 0;
	if (result == -1)
		(void)unlink(fresh);
	(void)close(fd);
	free(fresh);
	return result;
}

static int
fill(int fd, struct text content, const struct replace *how)
{
	if (how->group != (gid_t)-1 && fchown(fd, (uid_t)-1, how->group) == -1)
		return -1;
	if (fchmod(fd, how->mode) == -1)
		return -1;
	if (put_all(fd, content.ptr, content.len) == -1)
		return -1;
	return fsync(fd);
}

static int
take_place(const char *fresh, const char *path, const struct replace *how)
{
	char *old = NULL;
	int result = how->keep ? replace_keep(path, &old) : 0;

	if (result == 0 && rename(fresh, path) == -1) {
		int error = errno;

		if (old != NULL)
			(void)unlink(old);
		errno = error;
		result = -1;
	}
	free(old);
	return result == 0 ? sync_folder(path) : -1;
}

int
replace_keep(const char *path, char **ret_old)
{
	char *old = xasprintf("%s.old", path);
	int result = keep_as(path, old);

	for (int i = 1; result == -1 && errno == EEXIST && i < OLD_MAX; i++) {
		free(old);
		old = xasprintf("%s.old.%d", path, i);
		result = keep_as(path, old);
	}
	if (result == 0) {
		*ret_old = old;
		return 0;
	}
	free(old);
	*ret_old = NULL;
	return errno == ENOENT ? 0 : -1;
}

/* A link, so that at no time there is none under the name; and a copy in a
 * folder that knows no links, as on vfat and much that FUSE serves. */
static int
keep_as(const char *path, const char *old)
{
	if (link(path, old) == 0)
		return 0;
	switch (errno) {
	case EPERM:
	case ENOSYS:
	case EOPNOTSUPP:
	case EMLINK:
		return copy_as(path, old);
	default:
		return -1;
	}
}

static int
copy_as(const char *path, const char *old)
{
	int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	int result = -1, error, to;

	if (from == -1)
		return -1;
	to = open(old, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    S_IRUSR | S_IWUSR);
	/* Where links are unknown, owners and modes often are as well; what
	 * nobody else may read is not for anybody else then. */
	if (to != -1 && fstat(from, &st) == 0) {
		if (fchown(to, st.st_uid, st.st_gid) == 0)
			(void)fchmod(to, st.st_mode & 07777);
		result = copy_all(from, to);
	}
	error = errno;
	if (result == 0)
		(void)sync_folder(old);
	else if (to != -1)
		(void)unlink(old);
	if (to != -1)
		(void)close(to);
	(void)close(from);
	errno = error;
	return result;
}

static int
copy_all(int from, int to)
{
	char chunk[4096];
	ssize_t n = 0;
	int result = -1;

	for (;;) {
		n = read(from, chunk, sizeof(chunk));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0 || put_all(to, chunk, (size_t)n) == -1)
			break;
	}
	/* It may be a token. */
	mem_wipe(chunk, sizeof(chunk));
	if (n == 0)
		result = fsync(to);
	return result;
}

static int
put_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
sync_folder(const char *path)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd != -1 ? fsync(fd) : -1;

	if (fd != -1)
		(void)close(fd);
	free(copy);
	return result;
}

static int
fault(struct err *err, const char *path)
{
	return err_set(
	    err, err_code_of_errno(errno), "%s: %s", path, strerror(errno));
}
