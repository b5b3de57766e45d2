/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCP socket that listens.
 */
#ifndef CEFD_IO_HTTP_LISTEN_H
#define CEFD_IO_HTTP_LISTEN_H

struct err;

/* On "address:port", "[v6]:port" or "localhost:port". The descriptor, which
 * does not block; -1: ERR_BAD when it is no such text. */
int http_listen(const char *text, struct err *err);

#endif
