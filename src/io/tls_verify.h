/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the peer has to be, and in plain words why it is not. Inside of io/tls.
 */
#ifndef CEFD_IO_TLS_VERIFY_H
#define CEFD_IO_TLS_VERIFY_H

#include <openssl/ssl.h>

struct err;

/* Demand a certificate for `name`, a host name or an address. */
int tls_verify_expect(SSL *ssl, const char *name, struct err *err);

/* Fill *err (code and text) from the verification's result and OpenSSL's error
 * queue, which is emptied. Returns -1. */
int tls_verify_explain(SSL *ssl, const char *name, struct err *err);

/* The same without a connection: "what: why". */
int tls_verify_explain_file(
    const char *what, const char *file, struct err *err);

#endif
