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
	ssize_t n;

	if (how->group != (gid_t)-1 && fchown(fd, (uid_t)-1, how->group) == -1)
		return -1;
	if (fchmod(fd, how->mode) == -1)
		return -1;
	while (content.len > 0) {
		n = write(fd, content.ptr, content.len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		content.ptr += n;
		content.len -= (size_t)n;
	}
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

/* A link, so that at no time there is none under the name. */
int
replace_keep(const char *path, char **ret_old)
{
	char *old = xasprintf("%s.old", path);
	int result = link(path, old);

	for (int i = 1; result == -1 && errno == EEXIST && i < OLD_MAX; i++) {
		free(old);
		old = xasprintf("%s.old.%d", path, i);
		result = link(path, old);
	}
	if (result == 0) {
		*ret_old = old;
		return 0;
	}
	free(old);
	*ret_old = NULL;
	return errno == ENOENT ? 0 : -1;
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
