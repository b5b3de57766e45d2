/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syslog header of RFC 5424, section 6, and its two older fashions.
 */
#ifndef CEFD_FORMAT_RFC5424_H
#define CEFD_FORMAT_RFC5424_H

#include <stdint.h>

struct buf;
struct event;
struct style;

/* RFC 5424 severity for a CEF severity: 9-10 -> 2, 7-8 -> 4, 4-6 -> 5,
 * 0-3 -> 6. Never 0 or 1: receivers write those to every terminal. */
int rfc5424_severity(int cef_severity);

/*
 * Append the header that style->header asks for and the blank behind it; with
 * FORMAT_SD the body goes on with an element of structured data.
 * `sequence` counts the records of a destination from 0; it is written as
 * meta sequenceId (1 to 2147483647, then 1 again; RFC 5424 section 7.3.1).
 */
void rfc5424_put_header(struct buf *out, const struct event *event,
    const struct style *style, int64_t now_ms, uint64_t sequence);

#endif
