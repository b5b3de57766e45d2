/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB does not say where its map is; proc(5) does.
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "spool/resident.h"

/* What may be mapped at any time. */
#define RESIDENT_MAX_BYTES ((size_t)4 << 20)

static bool parse_line(
    const char *line, ino_t inode, uintptr_t *ret_from, uintptr_t *ret_to);

void
resident_find(struct resident *resident, int fd)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uintptr_t from, to;
	char *line = NULL;
	size_t size = 0;
	struct stat st;

	*resident = (struct resident){.start = NULL};
	if (maps == NULL)
		return;
	while (fstat(fd, &st) == 0 && getline(&line, &size, maps) > 0) {
		if (!parse_line(line, st.st_ino, &from, &to))
			continue;
		resident->start = (void *)from;
		resident->len = to - from;
		break;
	}
	free(line);
	(void)fclose(maps);
}

void
resident_touch(struct resident *resident, size_t bytes)
{
	resident->touched_bytes += bytes;
	if (resident->touched_bytes >= RESIDENT_MAX_BYTES)
		resident_drop(resident);
}

void
resident_drop(struct resident *resident)
{
	resident->touched_bytes = 0;
	if (resident->start != NULL)
		(void)madvise(resident->start, resident->len, MADV_DONTNEED);
}

/* "from-to rw-p offset device inode path", the first four in hex. */
static bool
parse_line(
    const char *line, ino_t inode, uintptr_t *ret_from, uintptr_t *ret_to)
{
	const char *shared;
	char *at;

	*ret_from = strtoull(line, &at, 16);
	if (*at != '-')
		return false;
	*ret_to = strtoull(at + 1, &at, 16);
	shared = strchr(at, 's');
	if (shared == NULL || shared - at > 5)
		return false;
	(void)strtoull(shared + 1, &at, 16);
	at = strchr(at, ':');
	if (at == NULL)
		return false;
	(void)strtoull(at + 1, &at, 16);
	return strtoull(at, NULL, 10) == inode;
}
