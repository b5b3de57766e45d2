/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By being that user, in a child: folders, groups and access lists count, too.
 */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/reach.h"

/* An exit status has eight bits. */
#define STEPS_MAX 255

static const char *const hidden[] = {
    "/tmp/", "/var/tmp/", "/home/", "/root/", "/run/user/"};

static int barred_at(char *path, int mode);
static size_t step_len(const char *path, int step);
static bool denies(const char *path, int mode);

bool
reach_may(
    const struct passwd *user, const char *path, int mode, char **ret_barrier)
{
	/* Links are followed by whoever may. */
	char *real = realpath(path, NULL);
	int status = 0;
	pid_t pid;

	*ret_barrier = NULL;
	if (real == NULL)
		return true;
	pid = fork();
	if (pid == 0) {
		if (initgroups(user->pw_name, user->pw_gid) == -1 ||
		    setgid(user->pw_gid) == -1 || setuid(user->pw_uid) == -1)
			_exit(0);
		_exit(barred_at(real, mode));
	}
	while (pid != -1 && waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			pid = -1;
	if (pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) != 0)
		*ret_barrier =
		    xstrndup(real, step_len(real, WEXITSTATUS(status)));
	free(real);
	return *ret_barrier == NULL;
}

bool
reach_is_hidden(const char *path)
{
	char *real = realpath(path, NULL);
	bool is_hidden = false;

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		is_hidden = is_hidden ||
		    strncmp(path, hidden[i], strlen(hidden[i])) == 0 ||
		    (real != NULL &&
		        strncmp(real, hidden[i], strlen(hidden[i])) == 0);
	free(real);
	return is_hidden;
}

/* The step on the way, from 1, that bars it; 0: none. */
static int
barred_at(char *path, int mode)
{
	size_t whole = strlen(path);

	for (int step = 1; step <= STEPS_MAX; step++) {
		size_t len = step_len(path, step);
		char end = path[len];
		bool denied;

		path[len] = '\0';
		denied = denies(path, len == whole ? mode : X_OK);
		path[len] = end;
		if (denied)
			return step;
		if (len == whole)
			break;
	}
	return 0;
}

/* As long as the path is up to there: "/a" is the first of "/a/b". */
static size_t
step_len(const char *path, int step)
{
	size_t len = 0;

	for (; step > 0 && path[len] != '\0'; step--)
		len += 1 + strcspn(path + len + 1, "/");
	return len;
}

static bool
denies(const char *path, int mode)
{
	return access(path, mode) == -1 && (errno == EACCES || errno == EPERM);
}
