/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections that come in on a listening descriptor. When none can be accepted,
 * mostly for lack of descriptors, it rests for a second: the cause stays, and
 * the loop would do nothing else.
 */
#ifndef CEFD_IO_ACCEPTOR_H
#define CEFD_IO_ACCEPTOR_H

#include "io/loop.h"

struct acceptor;

/* `fd` is not blocking, and the callee's from now on. */
typedef void acceptor_fn(int fd, void *arg);

/* The listening descriptor stays the caller's. acceptor_free takes NULL. */
struct acceptor *acceptor_new(
    struct loop *loop, int listener, acceptor_fn *fn, void *arg);
void acceptor_free(struct acceptor *acceptor);

#endif
