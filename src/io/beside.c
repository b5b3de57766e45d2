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

#define LIMIT_MS 1000

static void ask(struct beside_path *paths, size_t count, child_fn *work);
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
		    .ret = &answers[i],
		    .len = sizeof(answers[i])};
	child_ask(questions, count, LIMIT_MS);
	for (size_t i = 0; i < count; i++)
		if (questions[i].came) {
			paths[i].result = answers[i].result;
			paths[i].err = answers[i].err;
		} else if (questions[i].child == 0) {
			paths[i].result = err_set(&paths[i].err, ERR_AGAIN,
			    "%s: there can be no further process to look at it "
			    "by: end some, or raise the limit (TasksMax)",
			    paths[i].path);
		} else {
			paths[i].result = err_set(&paths[i].err, ERR_AGAIN,
			    "%s: the disk has not answered within %d ms: look "
			    "whether what is mounted there answers",
			    paths[i].path, LIMIT_MS);
		}
	free(answers);
	free(questions);
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
