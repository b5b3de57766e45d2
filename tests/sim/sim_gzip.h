/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs the body of a reply.
 */
#ifndef CEFD_SIM_GZIP_H
#define CEFD_SIM_GZIP_H

#include <stdbool.h>

struct buf;

/* zlib's windowBits for the largest window and a gzip header. */
#define SIM_GZIP_WINDOW (15 + 16)

/* Whether an Accept-Encoding header (or NULL) names gzip and not with q=0. */
bool sim_gzip_accepted(const char *header);

/* Replace the body by its gzip form. 0, or -1: the body is as it was. */
int sim_gzip_pack(struct buf *body);

#endif
