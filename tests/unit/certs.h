/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates made on the spot, so that none in the tree can expire.
 */
#ifndef CEFD_TESTS_CERTS_H
#define CEFD_TESTS_CERTS_H

#include <stdbool.h>

/*
 * Write into `folder`, as NAME.pem and NAME.key (PKCS #8, mode 0600):
 *
 *   ca           the authority that signed all but below and the last two
 *   server       localhost, 127.0.0.1, ::1
 *   server-rsa   the same with an RSA key
 *   wrong-name   good, but for elsewhere.example
 *   address-as-name  good, but for 127.0.0.1 as a DNS name
 *   wildcard     *.example.test
 *   expired      localhost, ended yesterday
 *   future       localhost, begins tomorrow
 *   soon         localhost, ends in six days
 *   client       for a client that is asked for one
 *   client-2     another
 *   client-soon  one that ends in twenty days
 *   client-locked.key  client.key under the pass phrase "secret"
 *   sub-ca       an authority below it,
 *   below        localhost, signed by that; sub-ca.pem is behind it
 *   other-ca     another authority,
 *   stranger     localhost, signed by it
 *
 * and these lists of what is revoked (CRL), good for a month:
 *
 *   ca.crl       nothing, by ca
 *   ca-soon.crl  the same, but it ends in five hours
 *   ca-ended.crl the same, but it ended yesterday
 *   revoked.crl  server and sub-ca, by ca
 *   sub-ca.crl   nothing, by sub-ca
 *
 * Returns 0, or -1 with a line on stderr.
 */
int certs_write_all(const char *folder);

/* Write NAME.crl, too: nothing, by ca, with an end so many seconds from now. 0
 * or -1. */
int certs_write_list(const char *folder, const char *name, long to_s);

#endif
