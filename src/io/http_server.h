/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small HTTP server for status: GET and HEAD only, one request a connection
 * (RFC 9112, section 9.6), answers made in memory. HTTP_CLIENTS_MAX
 * connections are held at most, each for a minute at most and for 10 s in which
 * nothing comes or goes; a further one takes the place of the oldest, so that
 * who opens many and asks nothing keeps nobody out.
 */
#ifndef CEFD_IO_HTTP_SERVER_H
#define CEFD_IO_HTTP_SERVER_H

#include "io/loop.h"

#define HTTP_CLIENTS_MAX 64

struct buf;
struct err;
struct http_server;

/*
 * Append the body for `path` (without query), set *ret_type and return the
 * status code: 200, 404 or 503. *ret_type is text/plain unless it is set.
 * `accept` is the request's header of that name, "" without one.
 */
typedef int http_serve_fn(const char *path, const char *accept,
    struct buf *body, const char **ret_type, void *arg);

/* Listen on "host:port", "[v6]:port"; numeric addresses or localhost. */
int http_server_new(struct http_server **ret_server, struct loop *loop,
    const char *listen, http_serve_fn *serve, void *arg, struct err *err);
void http_server_free(struct http_server *server);

#endif
