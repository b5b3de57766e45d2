/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How records are told apart on a stream.
 */
#ifndef CEFD_DELIVER_FRAME_H
#define CEFD_DELIVER_FRAME_H

#include <stddef.h>

#include "conf/conf.h"

struct buf;

/* Octets that framing adds to a record, at most. */
#define FRAME_EXTRA_MAX 21

/* Append the record in its frame. 0, or -1 when it is over the ceiling. */
int frame_put(
    struct buf *out, enum conf_framing framing, const char *data, size_t len);

/* The octet that ends each record, and is in none. Not for octet-counting. */
char frame_last_octet(enum conf_framing framing);

#endif
