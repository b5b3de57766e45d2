/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/child.h"

static void plain_signals(void);
static void keep_only(int fd);

pid_t
child_start(child_fn *work, const void *arg, int fd)
{
	const pid_t parent = getpid();
	sigset_t all, before;
	pid_t child;

	/* Nobody else is to wait for it, and no signal is to be answered twice. */
	(void)signal(SIGCHLD, SIG_DFL);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	child = fork();
	if (child == 0) {
		plain_signals();
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(ECANCELED);
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		keep_only(fd);
		_exit(work(arg, fd));
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return child == -1 ? 0 : child;
}

enum child_state
child_look(pid_t child, int *ret_status)
{
	int status;
	pid_t ended;

	do
		ended = waitpid(child, &status, WNOHANG);
	while (ended == -1 && errno == EINTR);
	if (ended == 0)
		return CHILD_RUNS;
	*ret_status =
	    ended == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return *ret_status == 0 ? CHILD_DONE : CHILD_FAILED;
}

void
child_wait(pid_t child)
{
	while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
		continue;
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

/* It must not hold a connection open that cefd has closed. */
static void
keep_only(int fd)
{
	if (fd > 3)
		(void)close_range(3, (unsigned)fd - 1, 0);
	(void)close_range((unsigned)fd + 1, ~0U, 0);
}
