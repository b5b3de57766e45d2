/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much the next session may hold. To open a session and to wait for its
 * end costs some round trips in which nothing is sent, so on a long way
 * sessions become longer; and what fails is sent again, so when one has failed
 * twice they become shorter, until one gets through. Pure.
 */
#ifndef CEFD_DELIVER_SIZING_H
#define CEFD_DELIVER_SIZING_H

#include <stdint.h>

struct session;

/* What is usual, and what is the most. */
#define SIZING_RECORDS 20000
#define SIZING_RECORDS_MAX (16 * SIZING_RECORDS)
#define SIZING_BYTES (16 << 20)
#define SIZING_BYTES_MAX (16 * SIZING_BYTES)

struct sizing {
	uint64_t records; /* at least 1 */
	uint64_t bytes;   /* framed; at least 1 */
	unsigned failed;  /* sessions in a row */
	unsigned hold;    /* full sessions to go before it grows again */
};

void sizing_init(struct sizing *sizing);

/*
 * A session is confirmed: it took `open_ms` until the first record could be
 * sent, and `took_ms` from then until it was confirmed.
 */
void sizing_good(struct sizing *sizing, const struct session *session,
    int64_t open_ms, int64_t took_ms);

/* One has failed. */
void sizing_bad(struct sizing *sizing, const struct session *session);

#endif
