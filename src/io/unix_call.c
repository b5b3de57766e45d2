/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocking reads and writes with poll(2) before each, so that none waits
 * longer than it was told to.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/unix_call.h"

/* Octets of the reply's first line. */
#define HEAD_MAX 4096

struct call {
	int fd;
	int64_t timeout_ms;
	struct buf head;
	uint64_t left; /* of the body */
	unix_body_fn *body;
	void *arg;
	char *code;
	struct err *err;
};

static enum unix_result dial(struct call *call, const char *path);
static enum unix_result talk(struct call *call, const char *line);
static enum unix_result send_line(struct call *call, const char *line);
static enum unix_result read_reply(struct call *call);
static enum unix_result read_head(struct call *call, char *line);
static enum unix_result refused(struct call *call, const char *line);
static enum unix_result broken(struct call *call, const char *why);
static bool wait_for(struct call *call, short events);

enum unix_result
unix_call(const char *path, const char *line, int64_t timeout_ms,
    unix_body_fn *body, void *arg, char code[UNIX_CODE_MAX], struct err *err)
{
	struct call call = {.fd = -1,
	    .timeout_ms = timeout_ms,
	    .body = body,
	    .arg = arg,
	    .code = code,
	    .err = err};
	enum unix_result result;

	buf_init(&call.head, HEAD_MAX);
	result = dial(&call, path);
	if (result == UNIX_OK)
		result = talk(&call, line);
	if (call.fd != -1)
		(void)close(call.fd);
	buf_clear(&call.head);
	return result;
}

static enum unix_result
dial(struct call *call, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return broken(call, "the socket's path is too long");
	memcpy(address.sun_path, path, strlen(path) + 1);
	call->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (call->fd == -1)
		return broken(call, strerror(errno));
	/* Does not wait beyond the backlog: SO_SNDTIMEO bounds that. */
	if (setsockopt(call->fd, SOL_SOCKET, SO_SNDTIMEO,
	        &(struct timeval){.tv_sec = call->timeout_ms / 1000 + 1},
	        sizeof(struct timeval)) == -1)
		return broken(call, strerror(errno));
	if (connect(call->fd, (struct sockaddr *)&address, sizeof(address)) ==
	    0)
		return UNIX_OK;
	(void)err_set(call->err, ERR_AGAIN, "%s: %s", path, strerror(errno));
	if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR)
		return UNIX_ABSENT;
	return errno == EACCES || errno == EPERM ? UNIX_DENIED : UNIX_BROKEN;
}

static enum unix_result
talk(struct call *call, const char *line)
{
	enum unix_result result = send_line(call, line);

	return result == UNIX_OK ? read_reply(call) : result;
}

static enum unix_result
send_line(struct call *call, const char *line)
{
	struct buf out;
	size_t sent = 0;
	bool failed = false;

	buf_init(&out, strlen(line) + 1);
	(void)buf_puts(&out, line);
	(void)buf_putc(&out, '\n');
	while (sent < out.len && !failed) {
		ssize_t n = -1;

		if (wait_for(call, POLLOUT))
			n = send(call->fd, out.data + sent, out.len - sent,
			    MSG_NOSIGNAL);
		/* EPIPE: it may have answered before it read all. */
		failed = n == -1;
		sent += n > 0 ? (size_t)n : 0;
	}
	buf_clear(&out);
	return failed && errno != EPIPE ? broken(call, strerror(errno))
	                                : UNIX_OK;
}

static enum unix_result
read_reply(struct call *call)
{
	enum unix_result result = UNIX_OK;
	bool in_body = false;
	char piece[16384];

	while (!in_body || call->left != 0) {
		ssize_t n;
		size_t skip = 0;

		if (!wait_for(call, POLLIN))
			return broken(call, "no answer in time");
		n = recv(call->fd, piece, sizeof(piece), 0);
		if (n == -1)
			return broken(call, strerror(errno));
		if (n == 0)
			return broken(call, "the answer was cut short");
		if (!in_body) {
			const char *end = memchr(piece, '\n', (size_t)n);

			skip = end != NULL ? (size_t)(end - piece) + 1
			                   : (size_t)n;
			if (buf_put(&call->head, piece, skip) == -1)
				return broken(call, "not cefd's protocol");
			if (end == NULL)
				continue;
			in_body = true;
			result = read_head(call, buf_take(&call->head));
			if (result != UNIX_OK)
				return result;
		}
		if ((uint64_t)n - skip > call->left)
			return broken(call, "not cefd's protocol");
		call->left -= (uint64_t)n - skip;
		if (call->body(piece + skip, (size_t)n - skip, call->arg) == -1)
			return broken(call, "stopped");
	}
	return result;
}
