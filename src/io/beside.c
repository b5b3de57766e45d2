/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/append.h"
#include "io/beside.h"
#include "io/child.h"
#include "io/timer.h"
#include "io/watch.h"

#define LIMIT_MS 1000

struct beside {
	struct beside_path path, answer;
	struct child_question question;
	struct watch *watch; /* NULL: there can be no process */
	struct timer *limit;
	beside_done_fn *done;
	void *arg;
};

static void ask(struct beside_path *paths, size_t count, child_fn *work);
static void take(struct beside_path *path, const struct child_question *q);
static void on_answer(unsigned ready, void *arg);
static void on_limit(void *arg);
static child_fn try_append;
static child_fn look;
static void let_go(int fd);
static int answer(struct beside_path *path, int fd);

void
beside_try(struct beside_path *paths, size_t count)
{
	ask(paths, count, try_append);
}

void
beside_look(struct beside_path *paths, size_t count)
{
	ask(paths, count, look);
}

static void
ask(struct beside_path *paths, size_t count, child_fn *work)
{
	struct child_question *questions =
	    xcalloc(count + 1, sizeof(*questions));
	struct beside_path *answers = xcalloc(count + 1, sizeof(*answers));

	for (size_t i = 0; i < count; i++)
		questions[i] = (struct child_question){.work = work,
		    .arg = &paths[i],
		    .about = paths[i].path,
		    .ret = &answers[i],
		    .len = sizeof(answers[i])};
	child_ask_all(questions, count, LIMIT_MS);
	for (size_t i = 0; i < count; i++)
		take(&paths[i], &questions[i]);
	free(answers);
	free(questions);
}

static void
take(struct beside_path *path, const struct child_question *q)
{
	const struct beside_path *answer = q->ret;

	if (q->came) {
		path->result = answer->result;
		path->err = answer->err;
	} else if (q->is_stuck) {
		path->result = err_set(&path->err, ERR_AGAIN,
		    "%s: an earlier look at it still waits for the disk: look "
		    "whether what is mounted there answers",
		    path->path);
	} else if (q->child == 0) {
		path->result = err_set(&path->err, ERR_AGAIN,
		    "%s: there can be no further process to look at it by: "
		    "end some, or raise the limit (TasksMax)",
		    path->path);
	} else {
		path->result = err_set(&path->err, ERR_AGAIN,
		    "%s: the disk has not answered within %d ms: look whether "
		    "what is mounted there answers",
		    path->path, LIMIT_MS);
	}
}

struct beside *
beside_start(struct loop *loop, const struct beside_path *path,
    beside_done_fn *done, void *arg)
{
	struct beside *beside = xcalloc(1, sizeof(*beside));

	beside->path = *path;
	beside->done = done;
	beside->arg = arg;
	beside->question = (struct child_question){.work = try_append,
	    .arg = &beside->path,
	    .about = beside->path.path,
	    .ret = &beside->answer,
	    .len = sizeof(beside->answer)};
	child_ask(&beside->question);
	beside->limit = timer_new(loop, on_limit, beside);
	timer_set(beside->limit, beside->question.child != 0 ? LIMIT_MS : 0);
	if (beside->question.child == 0)
		return beside;
	beside->watch = watch_new(loop, beside->question.fd, on_answer, beside);
	watch_set(beside->watch, WATCH_READ);
	return beside;
}

void
beside_free(struct beside *beside)
{
	if (beside == NULL)
		return;
	watch_free(beside->watch);
	timer_free(beside->limit);
	child_answer(&beside->question);
	free(beside);
}

static void
on_answer(unsigned ready, void *arg)
{
	(void)ready;
	on_limit(arg);
}

static void
on_limit(void *arg)
{
	struct beside *beside = arg;

	timer_cancel(beside->limit);
	watch_free(beside->watch);
	beside->watch = NULL;
	child_answer(&beside->question);
	take(&beside->path, &beside->question);
	beside->done(&beside->path, beside->arg);
}

static int
try_append(const void *arg, int fd)
{
	struct beside_path path = *(const struct beside_path *)arg;

	let_go(fd);
	path.result = append_try(path.path, path.end, &path.err);
	return answer(&path, fd);
}

static int
look(const void *arg, int fd)
{
	struct beside_path path = *(const struct beside_path *)arg;
	struct stat st;

	let_go(fd);
	path.result = 0;
	(void)stat(path.path, &st);
	return answer(&path, fd);
}

/* One that is stuck must not keep anybody waiting for the end of our output. */
static void
let_go(int fd)
{
	if (fd > STDERR_FILENO)
		(void)close_range(STDIN_FILENO, STDERR_FILENO, 0);
}

/* In one piece: the reader never finds half of it. */
static int
answer(struct beside_path *path, int fd)
{
	_Static_assert(sizeof(*path) <= PIPE_BUF, "path");
	return write(fd, path, sizeof(*path)) == sizeof(*path) ? 0 : 1;
}
