/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/child.h"
#include "spool/copier.h"
#include "spool/lmdb_env.h"

/* An exit status has 8 bits, and LMDB's errors are below zero. */
#define STATUS_LMDB 255
/* What is freed at once, and how long until the next. */
#define FREE_BYTES ((off_t)8 << 20)
#define FREE_PAUSE_MS 20

static child_fn copy;
static int copy_to(const char *file, int fd);
static child_fn cut_down;
static void on_assert(MDB_env *mdb, const char *text);

pid_t
copier_start(const char *file, int fd)
{
	return child_start(copy, file, fd);
}

pid_t
copier_start_freeing(int fd)
{
	return child_start(cut_down, NULL, fd);
}

enum copier_state
copier_look(pid_t copier, int *ret_error)
{
	int status;

	switch (child_look(copier, &status)) {
	case CHILD_RUNS:
		return COPIER_RUNS;
	case CHILD_DONE:
		return COPIER_DONE;
	case CHILD_FAILED:
		break;
	}
	*ret_error = status == -1   ? ECANCELED
	    : status == STATUS_LMDB ? MDB_CORRUPTED
	                            : status;
	return COPIER_FAILED;
}

void
copier_kill(pid_t copier)
{
	(void)kill(copier, SIGKILL);
	child_wait(copier);
}

static int
copy(const void *file, int fd)
{
	int rc = copy_to(file, fd);

	return rc >= 0 && rc < STATUS_LMDB ? rc : STATUS_LMDB;
}

static int
copy_to(const char *file, int fd)
{
	const unsigned flags =
	    MDB_NOSUBDIR | MDB_NOTLS | MDB_NOLOCK | MDB_RDONLY;
	MDB_env *mdb;
	int rc = mdb_env_create(&mdb);

	if (rc == 0)
		rc = mdb_env_set_assert(mdb, on_assert);
	if (rc == 0)
		rc = mdb_env_open(mdb, file, flags, 0600);
	if (rc == 0)
		rc = mdb_env_copyfd2(mdb, fd, MDB_CP_COMPACT);
	if (rc == 0 && fsync(fd) == -1)
		rc = errno;
	return rc;
}

static int
cut_down(const void *unused, int fd)
{
	struct stat st;

	(void)unused;
	while (fstat(fd, &st) == 0 && st.st_size > 0) {
		if (ftruncate(fd,
		        st.st_size > FREE_BYTES ? st.st_size - FREE_BYTES
		                                : 0) == -1)
			return errno;
		(void)poll(NULL, 0, FREE_PAUSE_MS);
	}
	return 0;
}

/* Of pages that a commit has pulled away. */
static void
on_assert(MDB_env *mdb, const char *text)
{
	(void)mdb;
	(void)text;
	_exit(STATUS_LMDB);
}
