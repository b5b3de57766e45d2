/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing to a descriptor that is shared with others, as standard output is,
 * without blocking and without changing it for them.
 */
#ifndef CEFD_IO_OUTPUT_H
#define CEFD_IO_OUTPUT_H

#include <stddef.h>

struct err;

/*
 * Write some of the octets; *ret_len says how many, 0 when there is no room.
 * ERR_BAD when nobody will ever read it, ERR_IO otherwise. SIGPIPE must be
 * ignored.
 */
int output_write(
    int fd, const void *data, size_t len, size_t *ret_len, struct err *err);

#endif
