/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records to drain: a spool filled with them, and the same ones in memory, as
 * they look on the wire.
 */
#ifndef CEFD_BENCH_BENCH_FRAMES_H
#define CEFD_BENCH_BENCH_FRAMES_H

#include <stddef.h>

struct buf;

/* The queue that is filled. */
#define BENCH_QUEUE "out"

/* Have `program` (tests/bin/fill) put records into a spool in `folder`. */
void bench_fill(const char *program, const char *folder, unsigned long records,
    unsigned long size);

/* Append all that waits in the spool, in octet-counting frames. */
void bench_frames_read(struct buf *out, const char *folder);

/* A connected TCP socket on 127.0.0.1. */
int bench_connect(const char *port);

#endif
