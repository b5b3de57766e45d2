/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See unix_peer.h.
 */
#include "config.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "io/loop.h"
#include "unix_peer.h"

#define LIMIT_S 20
#define READ_MAX (80U << 20)

static char folder[64];
static char path[80];

const char *
unix_peer_path(void)
{
	if (path[0] != '\0')
		return path;
	(void)snprintf(folder, sizeof(folder), "/tmp/cefd-test-XXXXXX");
	assert(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s/sock", folder);
	return path;
}

void
unix_peer_remove(void)
{
	(void)unlink(path);
	assert(rmdir(folder) == 0);
	path[0] = '\0';
}

static void
stop(void *arg)
{
	loop_stop(arg);
}

void
unix_peer_run(struct loop *loop, int (*fn)(void))
{
	sigset_t mask, before;
	int status;
	pid_t child;

	/* Not lost if it ends before the loop runs: the handler is there. */
	assert(loop_on_signal(loop, SIGCHLD, stop, loop, NULL) == 0);
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &mask, &before);
	child = fork();
	assert(child != -1);
	if (child == 0) {
		(void)signal(SIGCHLD, SIG_DFL);
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		(void)alarm(LIMIT_S);
		_exit(fn() == 0 ? 0 : 1);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	loop_run(loop);
	assert(waitpid(child, &status, 0) == child);
	assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
unix_peer_dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd != -1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

void
unix_peer_send(int fd, const char *text, size_t len)
{
	while (len != 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n == -1)
			return; /* refused in the middle */
		text += n;
		len -= (size_t)n;
	}
}

const char *
unix_peer_read(int fd, size_t *ret_len)
{
	static char *text;
	size_t len = 0;
	ssize_t n = 1;

	if (text == NULL)
		text = malloc(READ_MAX);
	assert(text != NULL);
	while (n > 0 && len < READ_MAX - 1) {
		n = read(fd, text + len, READ_MAX - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	if (ret_len != NULL)
		*ret_len = len;
	return text;
}

const char *
unix_peer_ask(const char *line)
{
	int fd = unix_peer_dial();
	const char *answer;

	assert(fd != -1);
	unix_peer_send(fd, line, strlen(line));
	answer = unix_peer_read(fd, NULL);
	(void)close(fd);
	return answer;
}
