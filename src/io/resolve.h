/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to addresses without blocking: the hosts file and DNS, read afresh each
 * time.
 */
#ifndef CEFD_IO_RESOLVE_H
#define CEFD_IO_RESOLVE_H

#include <stddef.h>
#include <sys/socket.h>

#include "io/loop.h"

struct resolve;

#define RESOLVE_MAX 16

struct address {
	struct sockaddr_storage addr;
	socklen_t len;
};

/* `count` 0: `why` says in words what went wrong. */
typedef void resolve_fn(
    const struct address *addresses, size_t count, const char *why, void *arg);

/* Never calls back at once. The port is decimal or a service's name. */
struct resolve *resolve_start(struct loop *loop, const char *host,
    const char *port, resolve_fn *fn, void *arg);

/* Not called back any more. Takes NULL; not for use after the callback. */
void resolve_cancel(struct resolve *resolve);

#endif
