/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the peer must be, and in plain words why it is not. For
 * io/tls_openssl.c only: OpenSSL's types are named without its headers.
 */
#ifndef CEFD_IO_TLS_VERIFY_H
#define CEFD_IO_TLS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct fingerprint;
struct ssl_st;
struct x509_store_ctx_st;

/*
 * Ask for the server `name`, an IP address or a host name; the latter is sent
 * as SNI (RFC 6066 section 3 allows no addresses there). With `must` the
 * certificate has to be for it.
 */
int tls_verify_name(
    struct ssl_st *ssl, const char *name, bool must, struct err *err);

/* Take the certificate in `store` if it has one of these, whatever its chain.
 * -1: it has not. */
int tls_verify_fingerprint(struct x509_store_ctx_st *store,
    const struct fingerprint *fingerprints, size_t count, struct err *err);

/* May the fault found in `store` be passed over? */
bool tls_verify_is_harmless(struct x509_store_ctx_st *store);

/* Describe why the chain in `store` was refused for `name`. Returns -1. */
int tls_verify_failed(
    struct x509_store_ctx_st *store, const char *name, struct err *err);

#endif
