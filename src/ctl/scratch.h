/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private folder for a short time: what is tried in it is gone when
 * cefctl is, also when it is broken off; not when it is killed, so that no secret
 * is to be in it.
 */
#ifndef CEFD_CTL_SCRATCH_H
#define CEFD_CTL_SCRATCH_H

struct err;
struct scratch;

/*
 * Make one in `where`; NULL: in $TMPDIR, or /tmp. `files` are the names, up to a
 * NULL, that may come to be in it. ERR_DENIED, ERR_FULL (the disk), ERR_IO.
 */
int scratch_new(struct scratch **ret, const char *where,
    const char *const *files, struct err *err);

/* Its path. */
const char *scratch_path(const struct scratch *scratch);

/* Remove it, with those files. Takes NULL. */
void scratch_free(struct scratch *scratch);

#endif
