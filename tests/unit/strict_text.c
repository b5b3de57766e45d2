/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 is checked by decoding and encoding again: what does not come out as
 * it went in was not the one right way to write it.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strict_text.h"

static size_t encode(uint32_t cp, unsigned char out[4]);

int
strict_fail(struct strict_reader *r, const char *what)
{
	(void)snprintf(r->why, STRICT_WHY_MAX, "at octet %zu: %s",
	    (size_t)(r->at - r->start), what);
	return -1;
}

bool
strict_is_utf8(const void *data, size_t len)
{
	const unsigned char *p = data;
	unsigned char again[4];
	uint32_t cp;
	size_t n;
	size_t i;

	for (; len != 0; p += n, len -= n) {
		n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
		if (n > len)
			return false;
		cp = n == 1 ? p[0] : p[0] & (0xffU >> (n + 1));
		for (i = 1; i < n; i++)
			cp = (cp << 6) + (p[i] & 0x3fU);
		if (encode(cp, again) != n || memcmp(p, again, n) != 0)
			return false;
	}
	return true;
}

/* 0 where there is no such character. */
static size_t
encode(uint32_t cp, unsigned char out[4])
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t i;

	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	for (i = n - 1; i != 0; i--) {
		out[i] = (unsigned char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	out[0] = (unsigned char)(first[n] | cp);
	return n;
}

struct strict_text
strict_text_new(const void *data, size_t len)
{
	struct strict_text t = {malloc(len + 1), len};

	if (t.ptr == NULL)
		abort();
	if (len != 0)
		memcpy(t.ptr, data, len);
	t.ptr[len] = '\0';
	return t;
}

void
strict_text_free(struct strict_text *t)
{
	free(t->ptr);
	t->ptr = NULL;
	t->len = 0;
}
