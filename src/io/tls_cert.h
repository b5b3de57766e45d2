/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate in words. For io/tls_*.c only: OpenSSL's types are named
 * without its headers.
 */
#ifndef CEFD_IO_TLS_CERT_H
#define CEFD_IO_TLS_CERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/fingerprint.h"

struct X509_name_st;
struct asn1_string_st;
struct buf;
struct tls_peer;
struct x509_st;

/* Append the names that it is for, as many as fit into `out`, or the common
 * name of its subject; controls and what is not ASCII as "?". */
void tls_cert_put_names(struct buf *out, struct x509_st *cert);

/* Append the common name, or words for the lack of one; the same. */
void tls_cert_put_common_name(struct buf *out, struct X509_name_st *name);

/* The name of the authority that signed it; never "". */
void tls_cert_issuer(const struct x509_st *cert, char *ret, size_t size);

/* Milliseconds since 1970 of a time in a certificate; 0 when unreadable. */
int64_t tls_cert_time_ms(const struct asn1_string_st *time);

/* All octets 0 when OpenSSL has no such hash. */
void tls_cert_fingerprint(const struct x509_st *cert,
    enum fingerprint_hash hash, struct fingerprint *ret);

/* All there is to tell. */
void tls_cert_describe(struct x509_st *cert, struct tls_peer *ret);

#endif
