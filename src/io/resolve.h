/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host names to addresses, without blocking. Nothing is remembered between
 * calls: each reads resolv.conf and hosts anew, so that a change takes effect.
 */
#ifndef CEFD_IO_RESOLVE_H
#define CEFD_IO_RESOLVE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "io/loop.h"

struct err;
struct resolve;

/* More addresses than this of one name are not looked at. */
#define RESOLVE_MAX 16

struct resolve_address {
	struct sockaddr_storage addr;
	socklen_t len;
};

/*
 * Called once, from the loop, with at least one address (IPv6 and IPv4 taking
 * turns, valid during the call) or with a failure. The handle is gone then.
 */
typedef void resolve_done_fn(const struct resolve_address *list, size_t count,
    const struct err *failure, void *arg);

/*
 * Look up `host`, a name or a numeric address, for TCP port `port`. Gives up
 * after `timeout_ms`. Never calls back at once.
 */
struct resolve *resolve_start(struct loop *loop, const char *host,
    const char *port, int64_t timeout_ms, resolve_done_fn *done, void *arg);

/* No call back will come. Takes NULL. */
void resolve_cancel(struct resolve *resolve);

#endif
