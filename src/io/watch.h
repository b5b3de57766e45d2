/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interest in a file descriptor's readiness. Level-triggered: the callback
 * comes again until the cause is gone or the interest is withdrawn.
 */
#ifndef CEFD_IO_WATCH_H
#define CEFD_IO_WATCH_H

#include "io/loop.h"

#define WATCH_READ 1U
#define WATCH_WRITE 2U

struct watch;

typedef void watch_fn(unsigned ready, void *arg);

/* Nothing is watched until watch_set. The descriptor stays the caller's. */
struct watch *watch_new(struct loop *loop, int fd, watch_fn *fn, void *arg);
void watch_free(struct watch *watch);

/* Watch for `want`, a sum of WATCH_READ and WATCH_WRITE, or 0 for nothing. */
void watch_set(struct watch *watch, unsigned want);

#endif
