/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client side of TLS on a non-blocking socket: RFC 5425 with the suites of
 * RFC 9662. The server is always checked, as its context says (tls_context.h);
 * there is no way to switch that off. No renegotiation, compression or early
 * data.
 *
 * Writing to a socket that the peer has reset raises SIGPIPE: the program must
 * ignore that signal.
 */
#ifndef CEFD_IO_TLS_H
#define CEFD_IO_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct tls;
struct tls_context;

enum tls_status {
	TLS_OK,
	TLS_WANT_READ,  /* again when the socket is readable */
	TLS_WANT_WRITE, /* again when it is writable */
	/* The rest fill *err. */
	TLS_CLOSED, /* the peer's close_notify was read */
	TLS_EOF,    /* the stream ended without one */
	TLS_FAILED, /* reset, alert, certificate refused */
};

/* Octets of a name from a certificate, the final NUL included. */
#define TLS_NAME_MAX 160

struct tls_facts {
	const char *version; /* "TLSv1.3" */
	const char *suite;
	bool resumed;
	int64_t expires_ms;        /* the peer's certificate; 0: not known */
	char issuer[TLS_NAME_MAX]; /* who signed it, or "" */
};

/*
 * A connection on `fd`, which stays the caller's. `name`, a host name or an IP
 * address, is what the certificate must be for with TLS_VERIFY_NAME, and what a
 * server of several names is asked for; `server` is the key under which tickets
 * are kept. Both are copied. NULL on error.
 */
struct tls *tls_new(struct tls_context *context, int fd, const char *name,
    const char *server, struct err *err);
void tls_free(struct tls *tls);

enum tls_status tls_handshake(struct tls *tls, struct err *err);

/*
 * Read up to `size` octets. TLS_WANT_READ may be said although there is more
 * to read: each call takes at most one TLS record, so a level-triggered watch
 * is needed. Tickets are taken here.
 */
enum tls_status tls_read(
    struct tls *tls, void *data, size_t size, size_t *ret_len, struct err *err);

/* True when octets are left that the socket does not know of any more. */
bool tls_has_pending(const struct tls *tls);

/*
 * Write some of the octets. What the socket has no room for, of those that were
 * taken, is kept, a record of it at most; TLS_WANT_WRITE: it is still there, and
 * nothing is taken.
 */
enum tls_status tls_write(struct tls *tls, const void *data, size_t len,
    size_t *ret_len, struct err *err);

/* Octets that are kept. A writable socket takes them; TLS_OK: they are gone. */
size_t tls_unsent(const struct tls *tls);
enum tls_status tls_flush(struct tls *tls, struct err *err);

/* Send close_notify (RFC 5425 section 4.4). What is read afterwards is answered
 * no more. */
enum tls_status tls_end(struct tls *tls, struct err *err);

void tls_facts(const struct tls *tls, struct tls_facts *ret);

#endif
