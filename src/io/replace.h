/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a small file so that it is either the old one or the new one, whole,
 * whatever happens.
 */
#ifndef CEFD_IO_REPLACE_H
#define CEFD_IO_REPLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"

struct err;

/* Is the file well? -1 keeps it from taking its place. */
typedef int replace_check_fn(const char *fresh, struct err *err);

struct replace {
	mode_t mode;             /* exactly */
	gid_t group;             /* (gid_t)-1: the writer's own */
	bool keep;               /* what is there stays under another name */
	replace_check_fn *check; /* NULL: any content will do */
};

/*
 * Put `content` under `path`. It is on the disk, under a name beside it, and
 * has been checked, before it takes the place of what is there. What is kept is
 * `path`.old, or, so that an older one is not lost, `path`.old.1 and so on.
 * Links are not followed. ERR_DENIED, ERR_FULL (the disk), ERR_IO, or what the
 * check says.
 */
int replace_file(const char *path, struct text content,
    const struct replace *how, struct err *err);

/*
 * Keep what is under `path` under another name, too, as above: as a link, or as
 * a copy where the folder knows none. *ret_old is the
 * caller's, or NULL where nothing is there. -1 and errno: it cannot be kept.
 */
int replace_keep(const char *path, char **ret_old);

#endif
