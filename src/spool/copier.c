/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool/copier.h"
#include "spool/lmdb_env.h"

/* An exit status has 8 bits, and LMDB's errors are below zero. */
#define STATUS_LMDB 255
/* What is freed at once, and how long until the next. */
#define FREE_BYTES ((off_t)8 << 20)
#define FREE_PAUSE_MS 20

/* 0, or an error of LMDB or the system. `file` may be NULL. */
typedef int work_fn(const char *file, int fd);

static pid_t start(work_fn *work, const char *file, int fd);
static void __attribute__((noreturn))
run(work_fn *work, const char *file, int fd);
static int copy(const char *file, int fd);
static int cut_down(const char *file, int fd);
static void on_assert(MDB_env *mdb, const char *text);
static void plain_signals(void);
static void keep_only(int fd);

pid_t
copier_start(const char *file, int fd)
{
	return start(copy, file, fd);
}

pid_t
copier_start_freeing(int fd)
{
	return start(cut_down, NULL, fd);
}

enum copier_state
copier_look(pid_t copier, int *ret_error)
{
	int status;
	pid_t ended;

	do
		ended = waitpid(copier, &status, WNOHANG);
	while (ended == -1 && errno == EINTR);
	if (ended == 0)
		return COPIER_RUNS;
	if (ended == copier && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return COPIER_DONE;
	/* Ended by a signal, of the system's memory guard for one. */
	*ret_error = ECANCELED;
	if (ended == copier && WIFEXITED(status))
		*ret_error = WEXITSTATUS(status) == STATUS_LMDB
		    ? MDB_CORRUPTED
		    : WEXITSTATUS(status);
	return COPIER_FAILED;
}

void
copier_kill(pid_t copier)
{
	(void)kill(copier, SIGKILL);
	while (waitpid(copier, NULL, 0) == -1 && errno == EINTR)
		continue;
}

static pid_t
start(work_fn *work, const char *file, int fd)
{
	const pid_t parent = getpid();
	sigset_t all, before;
	pid_t copier;

	/* Nobody else is to wait for it, and no signal is to be answered twice. */
	(void)signal(SIGCHLD, SIG_DFL);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	copier = fork();
	if (copier == 0) {
		plain_signals();
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(ECANCELED);
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		run(work, file, fd);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return copier == -1 ? 0 : copier;
}

/* It must not outlive cefd, nor hold a connection open that cefd has closed. */
static void
run(work_fn *work, const char *file, int fd)
{
	int rc;

	keep_only(fd);
	rc = work(file, fd);
	_exit(rc >= 0 && rc < STATUS_LMDB ? rc : STATUS_LMDB);
}

static int
copy(const char *file, int fd)
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
cut_down(const char *file, int fd)
{
	struct stat st;

	(void)file;
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

/* cefd's own would tell of a fault in cefd. */
static void
plain_signals(void)
{
	static const int signals[] = {
	    SIGSEGV, SIGBUS, SIGABRT, SIGTERM, SIGINT, SIGHUP};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)signal(signals[i], SIG_DFL);
}

static void
keep_only(int fd)
{
	if (fd > 3)
		(void)close_range(3, (unsigned)fd - 1, 0);
	(void)close_range((unsigned)fd + 1, ~0U, 0);
}
