/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line server on a Unix socket. A client sends one request line and gets
 * "ok LENGTH" or "error CODE TEXT", a line end, and after ok a body of that
 * many octets. In front of either may come pieces of the body that are ready
 * early, each as "more LENGTH", a line end and so many octets. Many clients at
 * once; each has a limit of time and of output that waits, so that none can
 * hold or fill the daemon.
 */
#ifndef CEFD_IO_UNIX_H
#define CEFD_IO_UNIX_H

#include <stddef.h>

#include "io/loop.h"

struct err;
struct unix_request;
struct unix_server;

#define UNIX_LINE_MAX 4096         /* octets of a request, without LF */
#define UNIX_CLIENTS_MAX 32        /* more are told "busy" */
#define UNIX_QUEUE_MAX (64U << 20) /* octets of a body */

/* How long a client may take. */
struct unix_limits {
	int64_t request_ms; /* for the request line to come in */
	int64_t stall_ms;   /* while the answer does not move */
	int64_t total_ms;   /* for everything together, from the last flush */
};

extern const struct unix_limits unix_limits_default;

/*
 * Called from the loop with the line, without its end, NUL-terminated and
 * free of controls. The request must be ended with unix_end or unix_fail,
 * exactly once, now or later; until then it stays valid even if the client
 * goes away or the server is freed.
 */
typedef void unix_serve_fn(
    struct unix_request *request, const char *line, void *arg);

/*
 * Listen on `path`, mode 0660. A socket left there by a dead process is
 * removed; ERR_BAD when somebody answers on it or it is not a socket. `limits`
 * is copied.
 */
int unix_server_new(struct unix_server **ret_server, struct loop *loop,
    const char *path, const struct unix_limits *limits, unix_serve_fn *serve,
    void *arg, struct err *err);

/* Answer all who wait with this error; what their handlers do for them from now
 * on is for nobody. Who comes later is served. */
void unix_server_fail_all(
    struct unix_server *server, const char *code, const char *text);

/* Close all connections, with a try to write what is due to them, and remove
 * the socket. Takes NULL. */
void unix_server_free(struct unix_server *server);

/*
 * Append to the body, which is sent at unix_end or unix_flush. Returns -1 when the client is
 * gone or it is too long: no more need be made, but end it all the same.
 */
int unix_put(struct unix_request *request, const void *data, size_t len);

/*
 * Send what was put so far, for an answer that takes long to make. It cannot
 * be taken back any more, but the request may still fail. -1 as unix_put. The
 * client's limit of time begins anew.
 */
int unix_flush(struct unix_request *request);

/* The body is complete: send it. */
void unix_end(struct unix_request *request);

/* Answer with an error instead, and end. `code` is one word. */
void unix_fail(struct unix_request *request, const char *code, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

#endif
