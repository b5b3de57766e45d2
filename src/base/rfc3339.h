/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as the API and RFC 5424 write them.
 */
#ifndef CEFD_BASE_RFC3339_H
#define CEFD_BASE_RFC3339_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Octets, without NUL, of what the two writers write. */
#define RFC3339_MS_LEN 24  /* 2026-03-01T10:20:30.123Z */
#define RFC3339_SEC_LEN 20 /* 2026-03-01T10:20:30Z */

/*
 * Read YYYY-MM-DD, "T" or a blank, hh:mm:ss, no or 1-9 fraction digits (cut to
 * milliseconds), "Z" or +hh:mm or -hh:mm, and nothing else. Years 1970-9999.
 * Second 60 counts as 59. Returns 0 and ms since 1970 in *ret_ms, or -1.
 */
int rfc3339_parse(struct text t, int64_t *ret_ms);

/*
 * Write ms since 1970 as UTC and a final NUL. Values outside the years
 * 1970-9999 are clamped.
 */
void rfc3339_ms(char out[RFC3339_MS_LEN + 1], int64_t ms);
void rfc3339_sec(char out[RFC3339_SEC_LEN + 1], int64_t ms);

#endif
