/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS as a client, on a socket that never blocks. RFC 5425 with RFC 9662: TLS
 * 1.2 or later, ephemeral keys and AEAD only, no renegotiation, no
 * compression, no early data. The peer is always verified.
 */
#ifndef CEFD_IO_TLS_H
#define CEFD_IO_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct tls;
struct tls_context;

struct tls_options {
	const char *ca_file;   /* PEM, instead of the system's; NULL: system */
	const char *cert_file; /* PEM chain of our own; NULL: none */
	const char *key_file;  /* its key; NULL: in cert_file */
	int min_version;       /* 0x0303 or 0x0304 */
};

/* Reads the files. ERR_BAD with the file's name when one cannot be used. */
struct tls_context *tls_context_new(
    const struct tls_options *options, struct err *err);
void tls_context_free(struct tls_context *context);

enum tls_status {
	TLS_DONE,
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_CLOSED, /* close_notify was read */
	TLS_EOF,    /* the stream ended without one */
	TLS_FAILED, /* *err says why; nothing more can be done with it */
};

/*
 * A connection on `fd`, which stays the caller's. `name` is the host name or
 * address that the certificate has to bear; a name is also sent as SNI. A
 * session that the same name left behind in the context is resumed.
 */
struct tls *tls_new(
    struct tls_context *context, int fd, const char *name, struct err *err);
void tls_free(struct tls *tls);

enum tls_status tls_handshake(struct tls *tls, struct err *err);

/* TLS_DONE: *ret_len octets were taken, one TLS record's worth at most. */
enum tls_status tls_write(struct tls *tls, const void *data, size_t len,
    size_t *ret_len, struct err *err);

/* TLS_DONE: *ret_len octets were read. Also takes in session tickets. */
enum tls_status tls_read(
    struct tls *tls, void *data, size_t size, size_t *ret_len, struct err *err);

/* Send close_notify. Reading goes on. */
enum tls_status tls_close(struct tls *tls, struct err *err);

/* End of the peer's certificate, ms since 1970; 0: not known. */
int64_t tls_peer_expires_ms(const struct tls *tls);
bool tls_is_resumed(const struct tls *tls);

#endif
