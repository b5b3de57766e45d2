/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the next octet of a record goes, and where the record must end. Writing
 * past the end sets `full`, and what was written then is of no use; so a writer
 * of many pieces asks once.
 *
 * Pieces are moved in whole machine words and may scribble over up to PEN_SLACK
 * octets behind `end`, which must be there.
 */
#ifndef CEFD_FORMAT_PEN_H
#define CEFD_FORMAT_PEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define PEN_SLACK 64

struct buf;

struct pen {
	char *at;
	char *end;
	bool full;
};

static inline void
pen_putc(struct pen *pen, char c)
{
	if (pen->at >= pen->end) {
		pen->full = true;
		return;
	}
	*pen->at++ = c;
}

/*
 * Begin to write behind what is in `out`, at most `max` octets. -1 when there
 * is no room for even the slack.
 */
int pen_open(struct pen *pen, struct buf *out, size_t max);

/* What was written becomes part of `out`, or nothing and -1 when it is full. */
int pen_close(const struct pen *pen, struct buf *out);

void pen_put(struct pen *pen, struct text t);

/* A decimal number. */
void pen_put_int(struct pen *pen, int64_t n);

/*
 * Copy text that is nothing but 0x20-0x7e, as an extension's value or a field
 * of the header, escaped. Where it is anything else or does not fit, false and nothing
 * written.
 */
bool pen_put_plain_value(struct pen *pen, struct text t);
bool pen_put_plain_header(struct pen *pen, struct text t);

/* Copy any text: a value, in which CRLF, CR and LF become "\n" ... */
void pen_put_value(struct pen *pen, struct text t);

/* ... or a field of the CEF header, in which they become a blank ... */
void pen_put_header(struct pen *pen, struct text t);

/* ... or with a backslash before each octet of `specials`, `newline` for them.
 */
void pen_put_escaped(
    struct pen *pen, struct text t, struct text specials, struct text newline);

#endif
