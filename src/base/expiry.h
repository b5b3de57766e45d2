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

/* "good until DATE (N days)", or "over since DATE". Both are ms since 1970. */
#define EXPIRY_TEXT_SIZE 64
void expiry_say(char ret[EXPIRY_TEXT_SIZE], int64_t expires_ms, int64_t now_ms);

#endif
