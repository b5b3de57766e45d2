/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nearly every value is printable ASCII, so that is found out eight octets at a
 * time and costs no copy; everything else goes through code point by code
 * point.
 */
#include "config.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "format/clean.h"
#include "format/swar.h"

static bool is_plain(struct text t);
static struct text repair(struct text in, struct buf *scratch, bool *cut);
static struct text repaired(struct text in, size_t len, uint32_t cp);
static bool is_blanked(uint32_t cp);

struct text
clean(struct text in, size_t max, struct buf *scratch, bool *cut)
{
	if (!is_plain(in))
		in = repair(in, scratch, cut);
	in = clean_trim(in);
	if (max == 0 || in.len <= max)
		return in;
	*cut = true;
	return utf8_cut(in, max);
}

static bool
is_plain(struct text t)
{
	bool has_word = t.len >= sizeof(uint64_t);
	uint64_t word;

	for (; t.len >= sizeof(word); t.len -= sizeof(word)) {
		memcpy(&word, t.ptr, sizeof(word));
		if (!swar_is_plain(word))
			return false;
		t.ptr += sizeof(word);
	}
	if (!has_word)
		return swar_is_plain_tail(t.ptr, t.len);
	/* Some of the last word are looked at again. */
	memcpy(&word, t.ptr + t.len - sizeof(word), sizeof(word));
	return swar_is_plain(word);
}

static struct text
repair(struct text in, struct buf *scratch, bool *cut)
{
	uint32_t cp;
	size_t len;

	buf_reset(scratch);
	while (in.len != 0) {
		len = utf8_decode(in, &cp);
		if (buf_put_text(scratch, repaired(in, len, cp)) == -1) {
			*cut = true;
			break;
		}
		in.ptr += len;
		in.len -= len;
	}
	return (struct text){scratch->data, scratch->len};
}

/* What stands for the code point `cp`, the first `len` octets of `in`. */
static struct text
repaired(struct text in, size_t len, uint32_t cp)
{
	if (cp == UTF8_INVALID)
		return TEXT(UTF8_REPLACEMENT);
	if (is_blanked(cp))
		return TEXT(" ");
	return (struct text){in.ptr, len};
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
