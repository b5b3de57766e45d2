/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocking reads and writes with poll(2) before each, so that none waits
 * longer than it was told to.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/unix_call.h"

/* Octets of the reply's first line. */
#define HEAD_MAX 4096
#define PIECE_MAX 16384

struct call {
	int fd;
	int64_t timeout_ms;
	struct buf in;
	bool more;     /* another head follows this body */
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
static enum unix_result read_head(struct call *call);
static enum unix_result read_body(struct call *call);
static int give(struct call *call);
static enum unix_result read_more(struct call *call);
static enum unix_result take_head(struct call *call, const char *line);
static enum unix_result take_length(struct call *call, const char *digits);
static enum unix_result broken(
    struct call *call, enum err_code code, const char *why);
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

	buf_init(&call.in, HEAD_MAX + PIECE_MAX);
	result = dial(&call, path);
	if (result == UNIX_OK)
		result = talk(&call, line);
	if (call.fd != -1)
		(void)close(call.fd);
	buf_clear(&call.in);
	return result;
}

static enum unix_result
dial(struct call *call, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return broken(call, ERR_FULL,
		    "the socket's path is too long: take a shorter one");
	memcpy(address.sun_path, path, strlen(path) + 1);
	call->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (call->fd == -1)
		return broken(call, ERR_IO, strerror(errno));
	/* Does not wait beyond the backlog: SO_SNDTIMEO bounds that. */
	if (setsockopt(call->fd, SOL_SOCKET, SO_SNDTIMEO,
	        &(struct timeval){.tv_sec = call->timeout_ms / 1000 + 1},
	        sizeof(struct timeval)) == -1)
		return broken(call, ERR_IO, strerror(errno));
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
		failed = n == -1;
		sent += failed ? 0 : (size_t)n;
	}
	buf_clear(&out);
	/* It may have answered, and closed, before it read all. */
	if (failed && errno != EPIPE)
		return broken(call, errno == ETIMEDOUT ? ERR_AGAIN : ERR_IO,
		    strerror(errno));
	return UNIX_OK;
}

static enum unix_result
read_reply(struct call *call)
{
	enum unix_result result;

	do {
		result = read_head(call);
		if (result == UNIX_OK)
			result = read_body(call);
	} while (result == UNIX_OK && call->more);
	if (result == UNIX_OK && call->in.len != 0)
		return broken(call, ERR_BAD, "this is not cefd's protocol");
	return result;
}

static enum unix_result
read_head(struct call *call)
{
	enum unix_result result = UNIX_OK;
	char *end;
	size_t len;

	for (;;) {
		end = call->in.len != 0
		    ? memchr(call->in.data, '\n', call->in.len)
		    : NULL;
		if (end != NULL)
			break;
		if (call->in.len > HEAD_MAX)
			return broken(
			    call, ERR_BAD, "this is not cefd's protocol");
		result = read_more(call);
		if (result != UNIX_OK)
			return result;
	}
	*end = '\0';
	len = (size_t)(end - call->in.data) + 1;
	result = take_head(call, call->in.data);
	buf_consume(&call->in, len);
	return result;
}

static enum unix_result
read_body(struct call *call)
{
	enum unix_result result;

	for (;;) {
		if (give(call) == -1)
			return broken(call, ERR_IO, "cannot write the answer");
		if (call->left == 0)
			return UNIX_OK;
		result = read_more(call);
		if (result != UNIX_OK)
			return result;
	}
}

/* As much of the body as has come. */
static int
give(struct call *call)
{
	size_t len = call->in.len;

	if (len > call->left)
		len = (size_t)call->left;
	if (len != 0 && call->body(call->in.data, len, call->arg) == -1)
		return -1;
	call->left -= len;
	buf_consume(&call->in, len);
	return 0;
}

static enum unix_result
read_more(struct call *call)
{
	char piece[PIECE_MAX];
	ssize_t n;

	if (!wait_for(call, POLLIN))
		return broken(call, ERR_AGAIN, "no answer in time");
	n = recv(call->fd, piece, sizeof(piece), 0);
	if (n == -1)
		return broken(call, ERR_IO, strerror(errno));
	if (n == 0)
		return broken(call, ERR_IO, "the answer was cut short");
	(void)buf_put(&call->in, piece, (size_t)n);
	return UNIX_OK;
}

/* "ok LENGTH", "more LENGTH" or "error CODE TEXT" */
static enum unix_result
take_head(struct call *call, const char *line)
{
	const char *code, *text;

	call->more = strncmp(line, "more ", 5) == 0;
	if (call->more)
		return take_length(call, line + 5);
	if (strncmp(line, "ok ", 3) == 0)
		return take_length(call, line + 3);
	if (strncmp(line, "error ", 6) != 0)
		return broken(call, ERR_BAD, "this is not cefd's protocol");
	code = line + 6;
	text = strchr(code, ' ');
	if (text == NULL || text - code >= UNIX_CODE_MAX)
		return broken(call, ERR_BAD, "this is not cefd's protocol");
	memcpy(call->code, code, (size_t)(text - code));
	call->code[text - code] = '\0';
	(void)err_set(call->err, ERR_BAD, "%s", text + 1);
	return UNIX_REFUSED;
}

static enum unix_result
take_length(struct call *call, const char *digits)
{
	char *end;

	errno = 0;
	call->left = strtoull(digits, &end, 10);
	if (errno != 0 || end == digits || *end != '\0')
		return broken(call, ERR_BAD, "this is not cefd's protocol");
	return UNIX_OK;
}

static enum unix_result
broken(struct call *call, enum err_code code, const char *why)
{
	(void)err_set(call->err, code, "%s", why);
	return UNIX_BROKEN;
}

static bool
wait_for(struct call *call, short events)
{
	struct pollfd p = {.fd = call->fd, .events = events};
	int timeout =
	    call->timeout_ms > INT_MAX ? INT_MAX : (int)call->timeout_ms;
	int n;

	do
		n = poll(&p, 1, timeout);
	while (n == -1 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n == 1;
}
