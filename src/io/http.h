/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTPS GET requests on the loop: many at once, connections reused, HTTP/2
 * where the server offers it, gzip, no redirects (a redirect would carry the
 * bearer token elsewhere), a ceiling on the reply and limits on every wait.
 */
#ifndef CEFD_IO_HTTP_H
#define CEFD_IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct http;
struct http_call;
struct loop;

struct http_request {
	const char *url;
	const char *bearer;     /* token, without "Bearer " */
	const char *user_agent; /* NULL: none is sent */
	const char *ca_file;    /* PEM; NULL: the system's */
	const char *proxy;      /* NULL: none; the environment is ignored */
	int64_t timeout_ms;     /* of the whole exchange */
	size_t max_bytes;       /* of the body, decompressed */
	bool wants_chain;
};

struct http_reply {
	int status;
	const char *body; /* NUL-terminated for convenience */
	size_t body_len;
	/* From Retry-After (RFC 9110, section 10.2.3), a fraction of a second
	 * as a whole one, a date by the server's own clock; -1: none. */
	int64_t retry_after_ms;
	int64_t date_ms;      /* from Date, ms since 1970; -1: none */
	int64_t date_late_ms; /* how much later it may be in truth, for the
	                           time that the reply took to come */
	/* Where the request wants it, and unless a connection was used again:
	 * the certificates that the server has shown, its own first, in PEM. */
	const char *const *chain;
	size_t chain_count;
};

/*
 * Called once, from the loop, unless the call is cancelled first. Either
 * `reply` (any status; valid during the call) or `failure` is set: ERR_AGAIN
 * for what may pass, ERR_DENIED for certificates, ERR_FULL for a reply over
 * the ceiling.
 */
typedef void http_done_fn(
    const struct http_reply *reply, const struct err *failure, void *arg);

struct http *http_new(struct loop *loop, struct err *err);

/* Cancels what is under way. */
void http_free(struct http *http);

/* Start a request. The strings are copied. Never calls back at once. */
struct http_call *http_get(struct http *http,
    const struct http_request *request, http_done_fn *done, void *arg);
void http_cancel(struct http_call *call);

#endif
