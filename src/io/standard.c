/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/null is opened the wrong way round: to use it fails with EBADF, as it
 * does with what is closed. So records for a standard output that is not there
 * wait and are not lost in it.
 *
 * What stdout has buffered is written at the end, where nobody looks whether
 * that went well. So it is looked at here, once for all that was ever printed.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "io/standard.h"

/* Why the last write failed; 0: not known. */
static int write_error;

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

int
standard_put(const void *data, size_t len)
{
	if (fwrite(data, 1, len, stdout) == len && fflush(stdout) == 0)
		return 0;
	write_error = errno;
	return -1;
}

int
standard_close(const char *program, int status)
{
	bool failed = ferror(stdout) != 0;

	if (fclose(stdout) == EOF) {
		failed = true;
		write_error = errno;
	}
	if (!failed)
		return status;
	(void)fprintf(stderr,
	    "%s: cannot write to standard output%s%s: write it elsewhere, "
	    "or make room\n",
	    program, write_error != 0 ? ": " : "",
	    write_error != 0 ? strerror(write_error) : "");
	return EX_IOERR;
}
