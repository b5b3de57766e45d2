/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another user could do with a file.
 */
#ifndef CEFD_IO_REACH_H
#define CEFD_IO_REACH_H

#include <stdbool.h>

struct passwd;

/*
 * May `user` do that (R_OK, W_OK, X_OK of access(2)) with what is at `path`? Of
 * use to root alone; true when nobody can tell, as of what is not there.
 * Otherwise *ret_barrier is the first folder on the way that does not let him
 * in, or what is at the end of it, for free().
 */
bool reach_may(
    const struct passwd *user, const char *path, int mode, char **ret_barrier);

/* Do the units hide it from the service, which has a /tmp of its own and no
 * home folders (PrivateTmp, ProtectHome of systemd.exec(5))? */
bool reach_is_hidden(const char *path);

#endif
