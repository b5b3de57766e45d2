/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate as a server has shown it, in text for people. All of it is the
 * server's own claim: it holds before anything was verified.
 */
#ifndef CEFD_IO_TLS_PEER_H
#define CEFD_IO_TLS_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fingerprint.h"

/* Octets of a text, the final NUL included; longer ones are cut. */
#define TLS_PEER_TEXT_MAX 512
/* Certificates of a chain that are told. */
#define TLS_PEER_CHAIN_MAX 10

/* Controls and what is not ASCII are escaped (RFC 2253). */
struct tls_peer {
	char subject[TLS_PEER_TEXT_MAX]; /* "CN=a.example.com,O=Example" */
	char issuer[TLS_PEER_TEXT_MAX];
	char names[TLS_PEER_TEXT_MAX]; /* "a.example.com, 192.0.2.1", or "" */
	int64_t not_before_ms;         /* since 1970; 0: cannot be read */
	int64_t not_after_ms;
	/* SHA-256, ready for the option fingerprints */
	char fingerprint[FINGERPRINT_TEXT_MAX];
};

/* Of a certificate in PEM; false when it is none. */
bool tls_peer_read(const char *pem, struct tls_peer *ret);

#endif
