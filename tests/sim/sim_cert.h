/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key and a certificate made on the spot, for localhost, 127.0.0.1 and ::1.
 */
#ifndef CEFD_SIM_CERT_H
#define CEFD_SIM_CERT_H

/* Write `dir`/cert.pem (it is its own CA) and `dir`/key.pem. 0, or -1. */
int sim_cert_make(const char *dir);

#endif
