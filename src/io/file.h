/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small files, read whole.
 */
#ifndef CEFD_IO_FILE_H
#define CEFD_IO_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;

/*
 * Append the file's octets to `out`, whose ceiling holds. ERR_FULL when it is
 * larger, ERR_DENIED without permission, ERR_BAD when it is not a regular
 * file, ERR_IO otherwise.
 */
int file_read(const char *path, struct buf *out, struct err *err);

/*
 * Read a secret: like file_read, but ERR_DENIED when others than the owner
 * (and its group) can read it, blanks and line ends at both ends are dropped,
 * ERR_BAD when nothing is left or a blank or control octet is inside. *ret is
 * for secret_free.
 */
int file_read_secret(const char *path, char **ret, struct err *err);

/*
 * The same for a password, which may hold blanks and letters of any script:
 * only one line end behind it is dropped. ERR_BAD when it is empty, longer than
 * 1,000 octets, or holds a NUL or another line.
 */
int file_read_password(const char *path, char **ret, struct err *err);

/*
 * Do two paths lead to the same file, by links or otherwise? One that does not
 * exist is known by its folder and its name in there.
 */
bool file_is_same(const char *one, const char *other);

#endif
