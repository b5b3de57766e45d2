/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log Event Extended Format, version 2.0, with a TAB between the attributes.
 */
#ifndef CEFD_FORMAT_LEEF_H
#define CEFD_FORMAT_LEEF_H

#include <stddef.h>

struct buf;
struct event;
struct style;

/*
 * Append the event as one LEEF line without line end, at most `max` octets.
 * Over it, fields leave as they do in CEF. 0, or -1 as cef_put.
 */
int leef_put(struct buf *out, const struct event *event,
    const struct style *style, size_t max);

#endif
