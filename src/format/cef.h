/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Common Event Format, version 0: the header with its seven fields and the
 * extension. "CEF:0" because the readers in the field refuse "CEF:1".
 */
#ifndef CEFD_FORMAT_CEF_H
#define CEFD_FORMAT_CEF_H

#include <stddef.h>

struct buf;
struct event;
struct style;

/*
 * Append the event as one CEF line without line end, at most `max` octets.
 * Over it, fields leave in the order of their `shed` numbers and the record
 * says so. Returns 0, or -1 when even the bare record is longer (`out` is then as
 * before). `out` is taken as full when it has less than PEN_SLACK octets left.
 */
int cef_put(struct buf *out, const struct event *event,
    const struct style *style, size_t max);

#endif
