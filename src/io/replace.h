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

/* Whose a new file is to be; (uid_t)-1 and (gid_t)-1: the writer's own. */
struct replace_owner {
	uid_t uid;
	gid_t gid;
};

/*
 * Put `content` under `path`, with exactly `mode`. It is on the disk, under a
 * name beside it, before it takes the place of what is there; with `keep` that
 * stays as `path`.old. Links are not followed.
 */
int replace_file(const char *path, struct text content, mode_t mode,
    const struct replace_owner *owner, bool keep, struct err *err);

#endif
