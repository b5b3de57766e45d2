/* SPDX-License-Identifier: Apache-2.0 */
/*
 * powercut: what a power cut leaves of a file system. From now on nothing more
 * gets from memory to the disk that it lies on, and every write fails; what was
 * synced before is there when it is mounted again. With -f its journal is
 * written out first: a machine that dies just after its kernel has tidied up.
 *
 * On XFS, ext4 and f2fs; as root.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The same numbers in all three; no header of the C library has them. */
#define SHUTDOWN _IOR('X', 125, uint32_t)
#define FLUSH_JOURNAL 1
#define FLUSH_NOTHING 2

int
main(int argc, char **argv)
{
	int opt = getopt(argc, argv, "f");
	uint32_t how = opt == 'f' ? FLUSH_JOURNAL : FLUSH_NOTHING;
	int fd;

	if (opt == '?' || argc - optind != 1) {
		fputs("usage: powercut [-f] FOLDER\n", stderr);
		return 64;
	}
	fd = open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || ioctl(fd, SHUTDOWN, &how) == -1) {
		fprintf(stderr, "powercut: %s: %s\n", argv[optind],
		    strerror(errno));
		return 1;
	}
	return 0;
}
