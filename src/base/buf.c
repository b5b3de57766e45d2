/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The growing buffer. It doubles, so that appending stays linear, and never
 * holds more than its ceiling.
 */
#include "config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

#define BUF_FIRST 256   /* octets of the first allocation */
#define INT64_DIGITS 20 /* of -9223372036854775808 */

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
buf_clear(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
	b->cap = 0;
	b->overflow = false;
}

int
buf_reserve(struct buf *b, size_t more)
{
	size_t cap;

	if (more > b->max - b->len) {
		b->overflow = true;
		return -1;
	}
	if (more <= b->cap - b->len)
		return 0;
	cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	while (cap < b->len + more)
		cap = cap > SIZE_MAX / 2 ? b->max : cap * 2;
	if (cap > b->max)
		cap = b->max;
	b->data = xrealloc(b->data, cap, 1);
	b->cap = cap;
	return 0;
}

int
buf_puts(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	char *large;
	int len;
	int rc;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	assert(len >= 0);
	if ((size_t)len < sizeof(small))
		return buf_put(b, small, (size_t)len);
	if (buf_reserve(b, (size_t)len) == -1)
		return -1;
	large = xmalloc((size_t)len + 1);
	va_start(ap, fmt);
	(void)vsnprintf(large, (size_t)len + 1, fmt, ap);
	va_end(ap);
	rc = buf_put(b, large, (size_t)len);
	free(large);
	return rc;
}

int
buf_put_int(struct buf *b, int64_t n)
{
	char digits[INT64_DIGITS];
	char *p = digits + sizeof(digits);
	/* Unsigned, because INT64_MIN has no positive counterpart. */
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (n < 0)
		*--p = '-';
	return buf_put(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_consume(struct buf *b, size_t len)
{
	assert(len <= b->len);
	b->len -= len;
	if (b->len != 0 && len != 0)
		memmove(b->data, b->data + len, b->len);
}

char *
buf_take(struct buf *b)
{
	char *s = xrealloc(b->data, b->len + 1, 1);

	s[b->len] = '\0';
	b->data = NULL;
	b->len = 0;
	b->cap = 0;
	b->overflow = false;
	return s;
}
