/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to warn of the end of a token or a certificate.
 */
#ifndef CEFD_BASE_EXPIRY_H
#define CEFD_BASE_EXPIRY_H

#include <stdint.h>

/* The warning that is due when so much is left: 30, 7, 1 days ahead, 0: it is
 * over; -1: none. */
int expiry_due(int64_t left_ms);

#endif
