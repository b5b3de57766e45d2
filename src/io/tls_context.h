/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What connections to one destination share: whom to trust and how, our own
 * certificate, and the newest session ticket of each server. The files are
 * read again when they change.
 */
#ifndef CEFD_IO_TLS_CONTEXT_H
#define CEFD_IO_TLS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct tls_context;
struct tls_peer;

/* How a server is known. There is no way to take anybody. */
enum tls_verify {
	TLS_VERIFY_NAME, /* a trusted chain, and its name (RFC 5425 5.2) */
	TLS_VERIFY_CA,   /* a trusted chain, whatever the name */
	/* One of these very certificates (RFC 5425 4.2.2), whoever signed it
	 * and whenever it ends. */
	TLS_VERIFY_FINGERPRINT,
};

struct tls_options {
	const char *ca_file;   /* PEM; NULL: the system's authorities */
	const char *cert_file; /* PEM, with its chain; NULL: none */
	const char *key_file;  /* PEM; NULL: none */
	int min_version;       /* 0x0303 TLS 1.2, 0x0304 TLS 1.3 */
	enum tls_verify verify;
	const char *key_password_file; /* of an encrypted key; NULL: none */
	/* PEM; the server's authority must have a list in it, and those above
	 * may; NULL: no lists. */
	const char *crl_file;
	const char *const *fingerprints; /* for base/fingerprint.h */
	size_t fingerprint_count;
};

/*
 * Read the certificates and the key: NULL when one is missing, unusable or
 * does not fit the other. The text then begins with the name of the option at
 * fault: "key-file /a/b: ...". The options are copied.
 */
struct tls_context *tls_context_new(
    const struct tls_options *options, struct err *err);

/* Takes NULL. Connections made with it must be gone. */
void tls_context_free(struct tls_context *context);

enum tls_renewal {
	TLS_UNCHANGED, /* since the last call, whatever that said */
	TLS_RENEWED,   /* new files are in use, and no ticket is left */
	TLS_KEPT,      /* they are of no use, as *err says: the old stay */
};

/* Look whether the files have changed, and if so use them for what is opened
 * from now on. Costs a stat() a file when they have not. */
enum tls_renewal tls_context_renew(
    struct tls_context *context, struct err *err);

/* When our certificate ends; 0: there is none. */
int64_t tls_context_expires_ms(const struct tls_context *context);

/* Of the lists of revoked certificates the one that ends first; of the same
 * authority's only that which ends last counts. All 0: none ends. Times are ms
 * since 1970. */
struct tls_lists {
	int64_t from_ms, to_ms;
};
const struct tls_lists *tls_context_lists(const struct tls_context *context);

/* Others than the owner of our key's file and its group can read or change
 * it, as the last look has seen. */
bool tls_context_key_is_exposed(const struct tls_context *context);

/*
 * Have fn(chain, count, arg) called in each handshake that shows certificates,
 * the server's own first, before it is judged: so also for one that is refused.
 * They are valid only during the call.
 */
typedef void tls_peer_fn(const struct tls_peer *chain, size_t count, void *arg);
void tls_context_on_peer(
    struct tls_context *context, tls_peer_fn *fn, void *arg);

#endif
