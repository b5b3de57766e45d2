/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to a server in single steps, each told in a sentence: its name, a
 * connection to one of its addresses, its certificate. A connection does the
 * same in one go, but tells less when it fails.
 */
#ifndef CEFD_IO_WAY_H
#define CEFD_IO_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/step_line.h"
#include "io/tls_peer.h"

struct err;
struct loop;
struct tls_context;
struct tls_facts;
struct way;

enum way_step { WAY_NAME, WAY_CONNECT, WAY_CERTIFICATE };

/* The strings are copied. */
struct way_options {
	const char *host;
	const char *port;
	const char *name;        /* what the certificate must be for */
	const char *option;      /* in which the host stands: "servers" */
	const char *other_way;   /* what to do where no address answers; "" */
	struct tls_context *tls; /* outlives it; NULL: plain TCP */
	int64_t limit_ms;        /* of each step */
	bool name_only;          /* end there: what follows proves nothing */
};

/* What the server's side of a handshake was. */
struct way_peer {
	const struct tls_peer *chain; /* its own first; before it is judged */
	size_t count;
	const struct tls_facts *facts; /* NULL: it was refused, as `why` says */
	const struct err *why;
	const char *address; /* "192.0.2.1:6514" */
};

/* A certificate of the chain, from 0: "1: CN=a.example.com (a.example.com),
 * signed by CN=ca, until 2027-01-31T10:20:30Z". */
#define WAY_LINK_MAX (3 * TLS_PEER_TEXT_MAX + 100)
void way_link(const struct way_peer *peer, size_t at, char ret[WAY_LINK_MAX]);

struct way_hooks {
	void (*tell)(enum step_mark mark, enum way_step step, const char *text,
	    void *arg);
	/* The certificate's turn: the caller words it. */
	void (*peer)(const struct way_peer *peer, void *arg);
	/* The last call, from the loop: did it get to the end? */
	void (*done)(bool reached, void *arg);
	void *arg;
};

/* Never calls back at once. */
struct way *way_start(struct loop *loop, const struct way_options *options,
    const struct way_hooks *hooks);

/* No call back will come. Takes NULL; may be called from `done`. */
void way_free(struct way *way);

#endif
