/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For a test that opens a spool thousands of times.
 */
#ifndef CEFD_TESTS_UNIT_IN_MEMORY_H
#define CEFD_TESTS_UNIT_IN_MEMORY_H

#include <malloc.h>
#include <stdlib.h>

/* Before anything else: the test's folders are in memory, and opening is cheap. */
static inline void
in_memory(void)
{
	/* LMDB writes its meta pages with O_DSYNC... */
	(void)setenv("TMPDIR", "/dev/shm", 0);
#ifdef M_MMAP_THRESHOLD
	/* ...and asks for 2 MiB of zeroes at each opening: fresh from the kernel
	 * they cost nothing. */
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

#endif
