/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nearly every value is printable ASCII, so that is found out eight octets at a
 * time and costs no copy; everything else goes through code point by code
 * point.
 */
#include "config.h"

#include <stdint.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "format/clean.h"

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

static bool is_plain(struct text t);
static bool is_blanked(uint32_t cp);
static struct text repair(struct text in, struct buf *scratch, bool *cut);
static struct text trim_blanks(struct text t);

struct text
clean(struct text in, size_t max, struct buf *scratch, bool *cut)
{
	bool plain = is_plain(in);

	if (!plain)
		in = repair(in, scratch, cut);
	in = trim_blanks(in);
	if (max == 0 || in.len <= max)
		return in;
	*cut = true;
	if (plain)
		in.len = max;
	else
		in = utf8_cut(in, max);
	return in;
}

/* Nothing but 0x20-0x7e. */
static bool
is_plain(struct text t)
{
	const char *p = t.ptr;
	uint64_t found = 0, word;
	size_t left = t.len;

	for (; left >= 8; left -= 8, p += 8) {
		memcpy(&word, p, 8);
		/* High bit set; below a blank; DEL, which plus one is. */
		found |= word | (word - EACH(0x20)) | (word + EACH(1));
	}
	for (; left > 0; left--, p++)
		found |= *p < 0x20 || *p == 0x7f ? EACH(0x80) : 0;
	return (found & EACH(0x80)) == 0;
}

static struct text
repair(struct text in, struct buf *scratch, bool *cut)
{
	uint32_t cp;
	size_t n;

	buf_reset(scratch);
	while (in.len > 0) {
		n = utf8_decode(in, &cp);
		if (cp == UTF8_INVALID)
			(void)buf_put(
			    scratch, UTF8_REPLACEMENT, UTF8_REPLACEMENT_LEN);
		else if (is_blanked(cp))
			(void)buf_putc(scratch, ' ');
		else
			(void)buf_put(scratch, in.ptr, n);
		in.ptr += n;
		in.len -= n;
	}
	if (scratch->overflow)
		*cut = true;
	return (struct text){scratch->data, scratch->len};
}

/* CR and LF stay: they become "\n" when the value is escaped. */
static bool
is_blanked(uint32_t cp)
{
	if (cp < 0x20)
		return cp != '\r' && cp != '\n';
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0x2028 || cp == 0x2029 ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static struct text
trim_blanks(struct text t)
{
	while (t.len > 0 && t.ptr[0] == ' ') {
		t.ptr++;
		t.len--;
	}
	while (t.len > 0 && t.ptr[t.len - 1] == ' ')
		t.len--;
	return t;
}
