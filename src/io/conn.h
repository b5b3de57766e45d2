/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A byte stream to a server, over TCP or TLS. It is opened by trying each
 * address of the server's name in turn, and read from all the time: what the
 * peer sends is handed on or dropped, and its tickets, its alerts and its end
 * are seen at once.
 *
 * A hook is the last thing a turn does, so that conn_free may be called in it.
 */
#ifndef CEFD_IO_CONN_H
#define CEFD_IO_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

struct conn;
struct err;
struct tls_context;

/* How a stream came to its end. */
enum conn_end {
	CONN_CLOSED, /* close_notify, then the end of the stream */
	CONN_EOF,    /* the end of the stream, without a reset */
	CONN_BROKEN, /* never opened, reset, TLS error */
};

struct conn_options {
	const char *server;         /* host:port or [v6]:port */
	const char *name;           /* to find in the certificate; NULL: host */
	struct tls_context *tls;    /* NULL: plain TCP */
	bool datagrams;             /* UDP: for dial_start only */
	int64_t connect_timeout_ms; /* look-up, connection and handshake, each
	                               and for each address */
	int64_t write_timeout_ms;   /* until data must be acknowledged */
};

struct conn_hooks {
	/* The stream is open; comes once. */
	void (*opened)(void *arg);
	/* There may be room; comes while conn_want_write is on. */
	void (*writable)(void *arg);
	/* Octets from the peer; NULL drops them. False: conn_free was called. */
	bool (*received)(const char *data, size_t len, void *arg);
	/* The peer's end, and in words; comes once, and last. */
	void (*ended)(enum conn_end end, const struct err *why, void *arg);
	void *arg;
};

/* Octets of what a peer said, the final NUL included. */
#define CONN_SAID_MAX 80

struct conn_facts {
	const char *address; /* "192.0.2.1:6514"; "" before the first */
	const char *version; /* "TLSv1.3", or "" */
	bool resumed;
	int64_t expires_ms; /* the peer's certificate; 0: not known */
	/* The start of the first line that came without a `received` hook, with
	 * "?" for what is not printable ASCII; NULL or "": nothing came. */
	const char *said;
};

/* The strings are copied; `tls` must outlive it. Never calls back at once. */
struct conn *conn_open(struct loop *loop, const struct conn_options *options,
    const struct conn_hooks *hooks);

/* Closes the socket, whatever was on the way. Takes NULL. */
void conn_free(struct conn *conn);

/*
 * Hand over some of the octets; *ret_len says how many were taken, 0 when
 * there is no room. Then the next call must be given the same octets, and
 * perhaps more behind them. -1 when the stream is broken: `ended` follows,
 * through the loop, with the reason.
 */
int conn_write(
    struct conn *conn, const void *data, size_t len, size_t *ret_len);

void conn_want_write(struct conn *conn, bool want);

/* End our side: close_notify and FIN. All that was begun must be written. */
void conn_finish(struct conn *conn);

/* True once our end is with the kernel. */
bool conn_is_finished(const struct conn *conn);

/*
 * Octets of ours, our end not counted, that the peer's kernel has not
 * acknowledged, as of its end or of now. A value that cannot be had is 1.
 */
uint64_t conn_unacknowledged(const struct conn *conn);

void conn_facts(const struct conn *conn, struct conn_facts *ret);

#endif
