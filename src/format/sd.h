/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record as an element of structured data (RFC 5424, section 6.3), with the
 * event's name as the message.
 */
#ifndef CEFD_FORMAT_SD_H
#define CEFD_FORMAT_SD_H

#include <stddef.h>

struct buf;
struct event;
struct style;

/*
 * Append the element, a blank and the message, at most `max` octets: what
 * stands behind the header's MSGID and blank, or behind other elements. Over
 * it, fields leave as they do in CEF. 0, or -1 as cef_put.
 */
int sd_put(struct buf *out, const struct event *event,
    const struct style *style, size_t max);

#endif
