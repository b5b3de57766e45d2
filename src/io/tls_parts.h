/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of TLS: tls_context_openssl.c (what connections share) and
 * tls_openssl.c (one of them) share it, nobody else does.
 */
#ifndef CEFD_IO_TLS_PARTS_H
#define CEFD_IO_TLS_PARTS_H

#include <stdbool.h>
#include <sys/queue.h>

#include <openssl/ssl.h>

#include "base/err.h"
#include "io/tls_alert.h"
#include "io/tls_context.h"
#include "io/tls_files.h"
#include "io/tls_out.h"

/* The newest way to resume with one server. */
struct tls_ticket {
	char *server;
	SSL_SESSION *session; /* or NULL */
	SLIST_ENTRY(tls_ticket) next;
};

/* What is made of the files, all of it or nothing. */
struct tls_made {
	SSL_CTX *ctx; /* connections have references of their own */
	bool has_certificate;
	int64_t expires_ms; /* of ours; 0: none */
	struct tls_lists lists;
};

struct tls_context {
	struct tls_made made;
	struct tls_files files;
	uint64_t digest; /* of the files that were tried last */
	int min_version;
	enum tls_verify verify;
	struct fingerprint *fingerprints;
	size_t fingerprint_count;
	tls_peer_fn *on_peer;
	void *on_peer_arg;
	SLIST_HEAD(, tls_ticket) tickets;
};

struct tls {
	struct tls_context *context;
	SSL *ssl;
	char *name;
	struct tls_ticket *ticket; /* the context's */
	struct tls_asked certificate;
	bool shaken;        /* our side of the handshake is done */
	struct err refused; /* why the peer's certificate is no good */
	struct tls_out out;
};

/* tls_openssl.c: OpenSSL's callbacks; `arg` is the context. */
int tls_on_chain(X509_STORE_CTX *store, void *arg);
int tls_on_fault(int good, X509_STORE_CTX *store);
int tls_on_certificate_request(SSL *ssl, X509 **cert, EVP_PKEY **key);
int tls_on_ticket(SSL *ssl, SSL_SESSION *session);

/* tls_ticket.c: that of a server, made when there is none. */
struct tls_ticket *tls_ticket_of(
    struct tls_context *context, const char *server);
/* Forget how to resume. */
void tls_ticket_drop(struct tls_ticket *ticket);
void tls_tickets_drop(struct tls_context *context);
void tls_tickets_free(struct tls_context *context);
/* Ask for resumption if there is a ticket that is still good. */
void tls_ticket_use(
    const struct tls_context *context, struct tls_ticket *ticket, SSL *ssl);

/* tls_system.c: the system's authorities, or NULL. The store is shared, so that
 * nothing may be put into it. */
X509_STORE *tls_system_store(const struct tls_files *files);

/* tls_lists.c: of those that `ctx` holds. */
void tls_lists_of(SSL_CTX *ctx, struct tls_lists *ret);

#endif
