/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a stream: look the name up, try its addresses one after the other,
 * shake hands. Each step of each address has the same limit.
 */
#ifndef CEFD_IO_DIAL_H
#define CEFD_IO_DIAL_H

#include "io/conn.h"
#include "io/sock.h"

struct dial;
struct tls;

struct dialled {
	int fd;
	struct tls *tls; /* NULL for plain TCP */
	char address[SOCK_TEXT_MAX];
};

/*
 * Called once, from the loop: with an open stream, which is the caller's, or
 * with a failure and, if known, the address it happened at ("" or text). The
 * handle is gone then.
 */
typedef void dial_done_fn(const struct dialled *stream,
    const struct err *failure, const char *address, void *arg);

/* The strings are copied; the TLS context must outlive it. Never calls back at
 * once. */
struct dial *dial_start(struct loop *loop, const struct conn_options *options,
    dial_done_fn *done, void *arg);

/* The two parts of host:port or [v6]:port, which the configuration has seen to
 * be one; without the brackets, for free(). */
void dial_split(const char *server, char **ret_host, char **ret_port);

/* No call back will come. Takes NULL. */
void dial_cancel(struct dial *dial);

#endif
