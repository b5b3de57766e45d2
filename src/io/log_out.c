/* SPDX-License-Identifier: Apache-2.0 */
/*
 * O_NONBLOCK belongs to an open file description, and that of stderr is shared:
 * set there, it would come over the shell, and whoever else writes to the same
 * terminal or pipe. So a pipe or a terminal is opened once more, for ourselves.
 * Where that is refused (a pipe of another user's, no /proc) poll(2) has to do,
 * which is good for PIPE_BUF octets of a pipe as long as nobody else fills it
 * just then. A socket needs neither, see output.c; a file never makes wait.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "io/log_line.h"
#include "io/log_out.h"
#include "io/output.h"

static int open_own(void);
static bool put_waiting(const char *line, size_t len);
static size_t put_some(const struct log_out *out, const char *data, size_t len);

void
log_out_never_wait(struct log_out *out)
{
	int own = out->never_waits ? -1 : open_own();

	out->never_waits = true;
	if (own != -1)
		out->own = own;
	buf_init(&out->rest, LOG_LINE_MAX_BYTES);
}

void
log_out_await(int limit_ms)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};

	(void)poll(&ready, 1, limit_ms);
}

bool
log_out_put(struct log_out *out, const char *line, size_t len)
{
	size_t put;

	if (!out->never_waits)
		return put_waiting(line, len);
	if (out->rest.len != 0)
		buf_consume(
		    &out->rest, put_some(out, out->rest.data, out->rest.len));
	if (out->rest.len != 0)
		return false;
	put = put_some(out, line, len);
	if (put == 0)
		return false;
	(void)buf_put(&out->rest, line + put, len - put);
	return true;
}

static int
open_own(void)
{
	struct stat st;

	if (fstat(STDERR_FILENO, &st) == -1 ||
	    !(S_ISFIFO(st.st_mode) || isatty(STDERR_FILENO) == 1))
		return -1;
	return open(
	    "/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static bool
put_waiting(const char *line, size_t len)
{
	ssize_t written;

	do
		written = write(STDERR_FILENO, line, len);
	while (written == -1 && errno == EINTR);
	return written > 0;
}

/* As much as there is room for. */
static size_t
put_some(const struct log_out *out, const char *data, size_t len)
{
	size_t some;
	ssize_t n;

	if (out->own == 0)
		return output_write(STDERR_FILENO, data, len, &some, NULL) == 0
		    ? some
		    : 0;
	n = write(out->own, data, len);
	return n > 0 ? (size_t)n : 0;
}
