/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to warn of the end of a token, a certificate or a list of revoked ones.
 */
#ifndef CEFD_BASE_EXPIRY_H
#define CEFD_BASE_EXPIRY_H

#include <stdint.h>

/* The warning that is due when so much is left: 30, 7, 1 days ahead, 0: it is
 * over; -1: none. */
int expiry_due(int64_t left_ms);

/* Of a list of revoked certificates, which its authority renews at a pace of its
 * own: 1 when less than a tenth of its time is left, a week at the most; 0: it
 * is over; -1: none. All are ms since 1970; to_ms 0: it has no end. */
int expiry_list_due(int64_t from_ms, int64_t to_ms, int64_t now_ms);

/* "good until DATE (N days)", or "over since DATE". Both are ms since 1970. */
#define EXPIRY_TEXT_SIZE 64
void expiry_say(char ret[EXPIRY_TEXT_SIZE], int64_t expires_ms, int64_t now_ms);

#endif
