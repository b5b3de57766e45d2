/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pipe that poll() calls writable takes PIPE_BUF octets without blocking. To
 * make it non-blocking instead would do that to all who share it.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "io/output.h"

int
output_write(
    int fd, const void *data, size_t len, size_t *ret_len, struct err *err)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	ssize_t n;

	*ret_len = 0;
	if (poll(&ready, 1, 0) == 0)
		return 0;
	n = write(fd, data, len < PIPE_BUF ? len : PIPE_BUF);
	if (n >= 0) {
		*ret_len = (size_t)n;
		return 0;
	}
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return err_set(err, errno == EPIPE || errno == EBADF ? ERR_BAD : ERR_IO,
	    "cannot write: %s", strerror(errno));
}
