/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child has the data from the fork, and answers through a pipe. One that
 * was killed goes on waiting for its disk, and is in the way of the next one
 * until it has gone.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/append.h"
#include "io/append_beside.h"
#include "io/child.h"
#include "io/watch.h"

struct append_beside {
	char *path;
	pid_t child; /* 0: it has ended */
	int answer;  /* the pipe's reading end */
	struct watch *watch;
	append_done_fn *done;
	void *arg;
	LIST_ENTRY(append_beside) next; /* once it is broken off */
};

static LIST_HEAD(, append_beside) broken_off = LIST_HEAD_INITIALIZER(
    broken_off);

static child_fn work;
static void write_all(struct append *file, const struct append_job *job,
    struct append_report *report);
static size_t whole_records(const struct append_job *job, size_t len);
static bool is_waited_for(const char *path);
static void on_answer(unsigned ready, void *arg);
static void give_back(struct append_beside *beside);

int
append_beside_start(struct append_beside **ret, struct loop *loop,
    const struct append_job *job, append_done_fn *done, void *arg,
    struct err *err)
{
	struct append_beside *beside;
	int ends[2];
	pid_t child;

	if (is_waited_for(job->path))
		return err_set(err, ERR_AGAIN,
		    "an earlier write still waits for the disk: look whether "
		    "what is mounted there answers");
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_set(err, ERR_AGAIN, "no pipe to write it by: %s",
		    strerror(errno));
	child = child_start(work, job, ends[1]);
	(void)close(ends[1]);
	if (child == 0) {
		(void)close(ends[0]);
		return err_set(err, ERR_AGAIN, "no process to write it by: %s",
		    strerror(errno));
	}
	beside = xcalloc(1, sizeof(*beside));
	beside->path = xstrdup(job->path);
	beside->child = child;
	beside->answer = ends[0];
	beside->done = done;
	beside->arg = arg;
	beside->watch = watch_new(loop, beside->answer, on_answer, beside);
	watch_set(beside->watch, WATCH_READ);
	*ret = beside;
	return 0;
}

void
append_beside_free(struct append_beside *beside)
{
	int status;

	if (beside == NULL)
		return;
	watch_free(beside->watch);
	(void)close(beside->answer);
	if (beside->child != 0)
		(void)kill(beside->child, SIGKILL);
	if (beside->child != 0 &&
	    child_look(beside->child, &status) == CHILD_RUNS)
		LIST_INSERT_HEAD(&broken_off, beside, next);
	else
		give_back(beside);
}

void
append_beside_sweep(void)
{
	(void)is_waited_for("");
}

static int
work(const void *arg, int fd)
{
	const struct append_job *job = arg;
	struct append_report report = {.err = {ERR_NONE, ""}};
	struct append *file;

	/* In one piece: the reader never finds half of it. */
	_Static_assert(sizeof(report) <= PIPE_BUF, "report");
	if (append_open(&file, job->path, job->end, job->record_max,
	        &report.err) == 0) {
		report.cut = append_cut_octets(file, &report.is_kept);
		write_all(file, job, &report);
		/* Before the answer: it may wait for the disk as well. */
		append_close(file);
	}
	return write(fd, &report, sizeof(report)) == sizeof(report) ? 0 : 1;
}

/* What is whole there when the disk is full counts: otherwise it would be
 * written again, and the little room that comes free be filled with the same
 * records again and again. */
static void
write_all(struct append *file, const struct append_job *job,
    struct append_report *report)
{
	const char *data = job->data;
	size_t taken, whole;

	while (report->written < job->len) {
		if (append_write(file, data + report->written,
		        job->len - report->written, &taken,
		        &report->err) == -1) {
			whole = whole_records(job, report->written);
			if (whole != 0 && append_sync(file, NULL) == 0)
				report->synced = whole;
			return;
		}
		report->written += taken;
	}
	if (append_sync(file, &report->err) == 0)
		report->synced = job->len;
}

static size_t
whole_records(const struct append_job *job, size_t len)
{
	const char *last = memrchr(job->data, job->end, len);

	return last != NULL ? (size_t)(last - (const char *)job->data) + 1 : 0;
}

static bool
is_waited_for(const char *path)
{
	struct append_beside *beside = LIST_FIRST(&broken_off), *next;
	bool found = false;
	int status;

	for (; beside != NULL; beside = next) {
		next = LIST_NEXT(beside, next);
		if (child_look(beside->child, &status) == CHILD_RUNS) {
			found = found || strcmp(beside->path, path) == 0;
			continue;
		}
		LIST_REMOVE(beside, next);
		give_back(beside);
	}
	return found;
}

static void
on_answer(unsigned ready, void *arg)
{
	struct append_beside *beside = arg;
	struct append_report report;
	ssize_t n = read(beside->answer, &report, sizeof(report));

	(void)ready;
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	watch_set(beside->watch, 0);
	child_leave(beside->child, NULL);
	beside->child = 0;
	if (n != sizeof(report)) {
		report = (struct append_report){.written = 1};
		(void)err_set(&report.err, ERR_IO,
		    "the process that writes it has ended too early");
	}
	beside->done(&report, beside->arg);
}

static void
give_back(struct append_beside *beside)
{
	free(beside->path);
	free(beside);
}
