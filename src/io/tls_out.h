/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where OpenSSL writes to: the socket, and what that has no room for is kept. So
 * no record is ever written in part as far as OpenSSL knows, and whatever it
 * reads meanwhile it can answer: a key update (RFC 8446 section 4.6.3) that came
 * in the middle of a record would break the session.
 */
#ifndef CEFD_IO_TLS_OUT_H
#define CEFD_IO_TLS_OUT_H

#include <stdbool.h>

#include "base/buf.h"

struct bio_st;

struct tls_out {
	int fd;
	struct buf left;
	bool is_over; /* nobody reads what is written now */
};

/* A BIO, which is the caller's. NULL without memory. */
struct bio_st *tls_out_new(struct tls_out *out, int fd);

/* 1: some is left, until the socket is writable again. -1: errno says why. */
int tls_out_flush(struct tls_out *out);

#endif
