/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paths are made at the start, so that a signal's handler only has to walk
 * them. What it does is what POSIX lets it do (signal-safety(7)); then the
 * signal goes its usual way.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ctl/scratch.h"

struct scratch {
	char *path;
	char **files;
	size_t count;
	LIST_ENTRY(scratch) next;
};

static void add_files(struct scratch *scratch, const char *const *files);
static void catch_signals(void);
static void hold_signals(sigset_t *ret_before);
static void on_break(int number);
static void remove_it(const struct scratch *scratch);

/* SIGPIPE: who reads what is said may go. */
static const int breaks[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

/* Changed with the signals held. */
static LIST_HEAD(, scratch) all = LIST_HEAD_INITIALIZER(all);

int
scratch_new(struct scratch **ret, const char *where, const char *const *files,
    struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	const char *folder = where != NULL ? where : tmp != NULL ? tmp : "/tmp";
	struct scratch *scratch = xcalloc(1, sizeof(*scratch));
	sigset_t before;
	int result = 0;

	scratch->path = xasprintf("%s/cefctl.XXXXXX", folder);
	catch_signals();
	hold_signals(&before);
	if (mkdtemp(scratch->path) != NULL) {
		add_files(scratch, files);
		LIST_INSERT_HEAD(&all, scratch, next);
		*ret = scratch;
	} else {
		result = err_set(err, err_code_of_errno(errno), "%s: %s%s",
		    folder, strerror(errno),
		    where == NULL
		        ? ": set TMPDIR to a folder that can be written"
		        : "");
		free(scratch->path);
		free(scratch);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

const char *
scratch_path(const struct scratch *scratch)
{
	return scratch->path;
}

void
scratch_free(struct scratch *scratch)
{
	sigset_t before;

	if (scratch == NULL)
		return;
	hold_signals(&before);
	remove_it(scratch);
	LIST_REMOVE(scratch, next);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	for (size_t i = 0; i < scratch->count; i++)
		free(scratch->files[i]);
	free(scratch->files);
	free(scratch->path);
	free(scratch);
}

static void
add_files(struct scratch *scratch, const char *const *files)
{
	size_t count = 0;

	while (files[count] != NULL)
		count++;
	scratch->files = xcalloc(count, sizeof(*scratch->files));
	scratch->count = count;
	for (size_t i = 0; i < count; i++)
		scratch->files[i] = xasprintf("%s/%s", scratch->path, files[i]);
}

/* What is ignored, as by nohup(1), stays so. */
static void
catch_signals(void)
{
	const struct sigaction action = {
	    .sa_handler = on_break, .sa_flags = (int)SA_RESETHAND};
	struct sigaction now;

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++)
		if (sigaction(breaks[i], NULL, &now) == 0 &&
		    now.sa_handler == SIG_DFL)
			(void)sigaction(breaks[i], &action, NULL);
}

static void
hold_signals(sigset_t *ret_before)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++)
		(void)sigaddset(&set, breaks[i]);
	(void)sigprocmask(SIG_BLOCK, &set, ret_before);
}

/* The default action is back (SA_RESETHAND), and comes when this returns. */
static void
on_break(int number)
{
	const struct scratch *scratch;

	LIST_FOREACH(scratch, &all, next)
	remove_it(scratch);
	(void)raise(number);
}

static void
remove_it(const struct scratch *scratch)
{
	for (size_t i = 0; i < scratch->count; i++)
		(void)unlink(scratch->files[i]);
	(void)rmdir(scratch->path);
}
