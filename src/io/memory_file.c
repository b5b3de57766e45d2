/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memfd_create(2), and proc(5) for the path.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/memory_file.h"

/* Linux 6.3; where the sysctl vm.memfd_noexec is 2 it must be said. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define FOLDER "/proc/self/fd/"

struct memory_file {
	int fd;
	char *path;
};

static int open_one(void);

int
memory_file_new(struct memory_file **ret, struct text content, struct err *err)
{
	struct memory_file *file = xcalloc(1, sizeof(*file));

	file->fd = open_one();
	file->path = xasprintf(FOLDER "%d", file->fd);
	/* A piece of memory takes all of a write, or nothing. */
	if (file->fd == -1 || fchmod(file->fd, S_IRUSR | S_IWUSR) == -1 ||
	    write(file->fd, content.ptr, content.len) != (ssize_t)content.len)
		(void)err_set(err, ERR_IO,
		    "no file in memory: %s: end what needs memory or "
		    "descriptors, and try again",
		    strerror(errno));
	else if (access(file->path, R_OK) == -1)
		(void)err_set(err, ERR_IO, "%s: %s: have /proc mounted",
		    file->path, strerror(errno));
	else {
		*ret = file;
		return 0;
	}
	memory_file_free(file);
	return -1;
}

const char *
memory_file_path(const struct memory_file *file)
{
	return file->path;
}

bool
memory_file_is(const char *path)
{
	return strncmp(path, FOLDER, sizeof(FOLDER) - 1) == 0;
}

void
memory_file_free(struct memory_file *file)
{
	if (file == NULL)
		return;
	if (file->fd != -1)
		(void)close(file->fd);
	free(file->path);
	free(file);
}

static int
open_one(void)
{
	int fd = memfd_create("cefd", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	/* An older kernel. */
	if (fd == -1 && errno == EINVAL)
		fd = memfd_create("cefd", MFD_CLOEXEC);
	return fd;
}
