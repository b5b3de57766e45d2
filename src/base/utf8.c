/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder. What may follow a first octet is a range for the second octet
 * (RFC 3629 section 4); every later one is 80..BF.
 */
#include "config.h"

#include "base/utf8.h"

struct lead {
	size_t len;        /* octets of the sequence; 0: not a first octet */
	unsigned char low; /* the second octet's range */
	unsigned char high;
	unsigned char bits; /* of the first octet that are payload */
};

static struct lead lead_of(unsigned char c);

size_t
utf8_decode(struct text t, uint32_t *ret_cp)
{
	const unsigned char *p = (const unsigned char *)t.ptr;
	struct lead lead = lead_of(p[0]);
	uint32_t cp = p[0] & lead.bits;
	size_t i;

	*ret_cp = UTF8_INVALID;
	if (lead.len == 0)
		return 1;
	for (i = 1; i < lead.len; i++) {
		if (i == t.len || p[i] < lead.low || p[i] > lead.high)
			return i;
		cp = cp << 6 | (p[i] & 0x3fU);
		lead.low = 0x80;
		lead.high = 0xbf;
	}
	*ret_cp = cp;
	return lead.len;
}

bool
utf8_is_valid(struct text t)
{
	uint32_t cp;
	size_t len;

	while (t.len != 0) {
		len = utf8_decode(t, &cp);
		if (cp == UTF8_INVALID)
			return false;
		t.ptr += len;
		t.len -= len;
	}
	return true;
}

bool
utf8_is_hostile(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

struct text
utf8_cut(struct text t, size_t max)
{
	if (t.len <= max)
		return t;
	t.len = max;
	while (t.len != 0 && utf8_is_continuation(t.ptr[t.len]))
		t.len--;
	return t;
}

static struct lead
lead_of(unsigned char c)
{
	if (c < 0x80)
		return (struct lead){1, 0, 0, 0x7f};
	if (c < 0xc2) /* a continuation, or an overlong form */
		return (struct lead){0, 0, 0, 0};
	if (c < 0xe0)
		return (struct lead){2, 0x80, 0xbf, 0x1f};
	if (c == 0xe0) /* A0: shorter would be overlong */
		return (struct lead){3, 0xa0, 0xbf, 0x0f};
	if (c == 0xed) /* 9F: beyond it are the surrogates */
		return (struct lead){3, 0x80, 0x9f, 0x0f};
	if (c < 0xf0)
		return (struct lead){3, 0x80, 0xbf, 0x0f};
	if (c == 0xf0)
		return (struct lead){4, 0x90, 0xbf, 0x07};
	if (c < 0xf4)
		return (struct lead){4, 0x80, 0xbf, 0x07};
	if (c == 0xf4) /* 8F: the end at U+10FFFF */
		return (struct lead){4, 0x80, 0x8f, 0x07};
	return (struct lead){0, 0, 0, 0};
}
