/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pipe that poll() calls writable takes PIPE_BUF octets without blocking. To
 * make it non-blocking instead would do that to all who share it. A socket can
 * be told for each call.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/output.h"

static ssize_t write_when_ready(int fd, const void *data, size_t len);

int
output_write(
    int fd, const void *data, size_t len, size_t *ret_len, struct err *err)
{
	ssize_t n = send(fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	*ret_len = 0;
	if (n == -1 && errno == ENOTSOCK)
		n = write_when_ready(fd, data, len);
	if (n >= 0) {
		*ret_len = (size_t)n;
		return 0;
	}
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return err_set(err, errno == EPIPE || errno == EBADF ? ERR_BAD : ERR_IO,
	    "cannot write: %s", strerror(errno));
}

static ssize_t
write_when_ready(int fd, const void *data, size_t len)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};

	if (poll(&ready, 1, 0) == 0)
		return 0;
	return write(fd, data, len < PIPE_BUF ? len : PIPE_BUF);
}
