/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/child.h"

/* Who is not waited for any more, and what for. */
struct left {
	pid_t child;
	char *about; /* or NULL */
	LIST_ENTRY(left) next;
};

static LIST_HEAD(, left) left = LIST_HEAD_INITIALIZER(left);

static void finish(struct child_question *q, int64_t end_ms);
static bool await(int fd, int64_t end_ms);
static int64_t now_ms(void);
static bool is_left(const char *about);
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

void
child_leave(pid_t child, const char *about)
{
	struct left *l;
	int status;

	if (child_look(child, &status) != CHILD_RUNS)
		return;
	l = xcalloc(1, sizeof(*l));
	l->child = child;
	l->about = about != NULL ? xstrdup(about) : NULL;
	LIST_INSERT_HEAD(&left, l, next);
}

void
child_sweep(void)
{
	struct left *l, *next;
	int status;

	for (l = LIST_FIRST(&left); l != NULL; l = next) {
		next = LIST_NEXT(l, next);
		if (child_look(l->child, &status) == CHILD_RUNS)
			continue;
		LIST_REMOVE(l, next);
		free(l->about);
		free(l);
	}
}

void
child_ask_all(struct child_question *questions, size_t count, int limit_ms)
{
	int64_t end_ms = now_ms() + limit_ms;

	for (size_t i = 0; i < count; i++)
		child_ask(&questions[i]);
	for (size_t i = 0; i < count; i++)
		finish(&questions[i], end_ms);
}

void
child_answer(struct child_question *question)
{
	finish(question, 0);
}

void
child_ask(struct child_question *question)
{
	int ends[2];

	question->came = false;
	question->child = 0;
	question->fd = -1;
	question->is_stuck = is_left(question->about);
	if (question->is_stuck || pipe2(ends, O_CLOEXEC) == -1)
		return;
	question->fd = ends[0];
	question->child = child_start(question->work, question->arg, ends[1]);
	(void)close(ends[1]);
}

static void
finish(struct child_question *q, int64_t end_ms)
{
	if (q->fd == -1)
		return;
	if (q->child != 0 && await(q->fd, end_ms))
		q->came = read(q->fd, q->ret, q->len) == (ssize_t)q->len;
	else if (q->child != 0)
		(void)kill(q->child, SIGKILL);
	if (q->child != 0)
		child_leave(q->child, q->came ? NULL : q->about);
	(void)close(q->fd);
	q->fd = -1;
}

/* Until there is something to be read, or nobody to write it. */
static bool
await(int fd, int64_t end_ms)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int64_t wait_ms;
	int n;

	do {
		wait_ms = end_ms - now_ms();
		n = poll(&ready, 1, wait_ms > 0 ? (int)wait_ms : 0);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_left(const char *about)
{
	const struct left *l;

	if (about == NULL)
		return false;
	child_sweep();
	LIST_FOREACH(l, &left, next)
	if (l->about != NULL && strcmp(l->about, about) == 0)
		return true;
	return false;
}

/*
 * cefd's own would tell of a fault in cefd. When all of a service's processes
 * are told to stop, as systemd does, cefd's sessions have their time to end, and
 * what works for one with them: its end comes from cefd, or with it.
 */
static void
plain_signals(void)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGABRT};
	static const int stops[] = {SIGTERM, SIGINT, SIGHUP};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		(void)signal(faults[i], SIG_DFL);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		(void)signal(stops[i], SIG_IGN);
}

/* It must not hold a connection open that cefd has closed. */
static void
keep_only(int fd)
{
	if (fd > 3)
		(void)close_range(3, (unsigned)fd - 1, 0);
	(void)close_range((unsigned)fd + 1, ~0U, 0);
}
