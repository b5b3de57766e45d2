/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the peer must be, and in plain words why it is not. For
 * io/tls_openssl.c only: OpenSSL's types are named without its headers.
 */
#ifndef CEFD_IO_TLS_VERIFY_H
#define CEFD_IO_TLS_VERIFY_H

#include <stddef.h>
#include <stdint.h>

struct asn1_string_st;
struct err;
struct ssl_st;
struct x509_st;
struct x509_store_ctx_st;

/*
 * Check the certificate for `name`, an IP address or a host name; the latter
 * is also sent as SNI (RFC 6066 section 3 allows no addresses there).
 */
int tls_verify_name(struct ssl_st *ssl, const char *name, struct err *err);

/* Describe why the chain in `store` was refused for `name`. Returns -1. */
int tls_verify_failed(
    struct x509_store_ctx_st *store, const char *name, struct err *err);

/* Milliseconds since 1970 of a time in a certificate; 0 when unreadable. */
int64_t tls_verify_time_ms(const struct asn1_string_st *time);

/* The name of the authority that signed `cert`; never "". */
void tls_verify_issuer(const struct x509_st *cert, char *ret, size_t size);

#endif
