/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/null is opened the wrong way round: to use it fails with EBADF, as it
 * does with what is closed. So records for a standard output that is not there
 * wait and are not lost in it.
 */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "io/standard.h"

int
standard_open(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		/* It takes the lowest that is free, which is this one. */
		if (open("/dev/null",
		        fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return -1;
	}
	return 0;
}
