/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event as one JSON object on one line: its members as they came, or where
 * it has none, its fields; and last the member "cefd", which says what the
 * record is and what was left out of it.
 */
#ifndef CEFD_FORMAT_JSON_LINE_H
#define CEFD_FORMAT_JSON_LINE_H

#include <stddef.h>

struct buf;
struct event;

/*
 * Append the object, at most `max` octets. Over it, members leave whole, the
 * largest first, those that identify it last. Returns 0, or -1 when even the
 * member "cefd" is longer (`out` is then as before).
 */
int json_line_put(struct buf *out, const struct event *event, size_t max);

#endif
