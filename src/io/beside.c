/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "io/append.h"
#include "io/beside.h"
#include "io/child.h"

#define LIMIT_MS 1000

struct trial {
	const char *path;
	char end;
};

struct verdict {
	int result;
	struct err err;
};

static child_fn try_append;
static child_fn look;

int
beside_append_try(const char *path, char end, struct err *err)
{
	const struct trial trial = {path, end};
	struct verdict verdict;

	if (!child_ask(try_append, &trial, &verdict, sizeof(verdict), LIMIT_MS))
		return err_set(err, ERR_AGAIN,
		    "%s: the disk has not answered within %d ms: look whether "
		    "what is mounted there answers",
		    path, LIMIT_MS);
	if (err != NULL)
		*err = verdict.err;
	return verdict.result;
}

bool
beside_answers(const char *path)
{
	char answer;

	return child_ask(look, path, &answer, sizeof(answer), LIMIT_MS);
}

static int
try_append(const void *arg, int fd)
{
	const struct trial *trial = arg;
	struct verdict verdict = {0, {ERR_NONE, ""}};

	/* In one piece: the reader never finds half of it. */
	_Static_assert(sizeof(verdict) <= PIPE_BUF, "verdict");
	verdict.result = append_try(trial->path, trial->end, &verdict.err);
	return write(fd, &verdict, sizeof(verdict)) == sizeof(verdict) ? 0 : 1;
}

static int
look(const void *arg, int fd)
{
	struct stat st;

	(void)stat(arg, &st);
	return write(fd, "", 1) == 1 ? 0 : 1;
}
