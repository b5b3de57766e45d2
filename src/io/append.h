/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending whole records to a regular file, so that none is lost to a crash,
 * a full disk or a rotation. For records that end in an octet which none of
 * them holds: whatever stands behind the last one at opening is a torn record
 * of ours, and is cut off, if it begins as one does. Since it may be somebody
 * else's all the same, it is kept in PATH.cut, at the end of what is there.
 */
#ifndef CEFD_IO_APPEND_H
#define CEFD_IO_APPEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct append;
struct err;

/*
 * Open the file, or make it with mode 0640. `end` is the octet, `record_max`
 * the longest record with it: a torn end that is longer, or begins in another
 * way than a record, is not ours, and ERR_BAD. ERR_AGAIN while somebody else
 * has opened it so.
 * ERR_BAD when it is not a regular file, ERR_DENIED without permission,
 * ERR_FULL, ERR_IO.
 */
int append_open(struct append **ret, const char *path, char end,
    size_t record_max, struct err *err);

/* How many octets opening it has cut off, mostly 0; whether PATH.cut has them. */
uint64_t append_cut_octets(const struct append *append, bool *ret_is_kept);

/*
 * Could it be opened, or made where it is not there? Nothing is left of the
 * trial. 0, or 1 with a text when something would be cut off. ERR_BAD, as
 * above, when it is not ours. The text begins with the path and says what to
 * do.
 */
int append_try(const char *path, char end, struct err *err);

/* Close it, synced or not. Takes NULL. */
void append_close(struct append *append);

/* Write some of the octets: *ret_len says how many, at least one. */
int append_write(struct append *append, const void *data, size_t len,
    size_t *ret_len, struct err *err);

/*
 * Wait until all that was written is on the disk, in the file that now has
 * that path: ERR_AGAIN when it was moved away or removed meanwhile.
 */
int append_sync(struct append *append, struct err *err);

#endif
