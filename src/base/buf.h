/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing run of octets with a ceiling. Every buffer that a peer or a file
 * can make grow is one of these, and its ceiling is given at birth.
 *
 * Appending past the ceiling changes nothing, sets `overflow` and returns -1;
 * `overflow` stays set until buf_reset, so a writer of many pieces can check
 * once at the end.
 */
#ifndef CEFD_BASE_BUF_H
#define CEFD_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct buf {
	char *data; /* owned; NULL until something was put */
	size_t len; /* octets in use */
	size_t cap; /* octets allocated */
	size_t max; /* ceiling of len */
	bool overflow;
};

/* Embed an empty buffer that may grow to `max` octets. */
void buf_init(struct buf *b, size_t max);

/* Free what it holds; it may be used again. Takes a zeroed struct. */
void buf_clear(struct buf *b);

/* Forget the contents, keep the memory. */
static inline void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
}

/* Make room for `more` octets beyond len. 0, or -1 over the ceiling. */
int buf_reserve(struct buf *b, size_t more);

static inline int
buf_put(struct buf *b, const void *data, size_t len)
{
	if (len > b->cap - b->len && buf_reserve(b, len) == -1)
		return -1;
	if (len != 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	return 0;
}

static inline int
buf_putc(struct buf *b, char c)
{
	return buf_put(b, &c, 1);
}

static inline int
buf_put_text(struct buf *b, struct text t)
{
	return buf_put(b, t.ptr, t.len);
}

int buf_puts(struct buf *b, const char *s);
int buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Append a decimal number. */
int buf_put_int(struct buf *b, int64_t n);

/* Drop the first `len` octets; the rest moves to the front. */
void buf_consume(struct buf *b, size_t len);

/* NUL-terminate and hand the memory over; the buffer is empty afterwards. */
char *buf_take(struct buf *b);

#endif
