/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escapes, eight octets at a time. A word that has nothing to escape is stored
 * as it is; the others, and the ends of short texts, go octet by octet.
 */
#include "config.h"

#include "base/buf.h"
#include "format/pen.h"
#include "format/swar.h"

#define WORD sizeof(uint64_t)
#define INT64_DIGITS 20 /* of -9223372036854775808 */

static inline bool put_plain(struct pen *pen, struct text t, char special);
static inline char *put_tail(
    char *at, struct text t, size_t rest, char special);
static inline char *put_octets(
    char *at, const char *p, size_t len, char special);
static inline void put_any(
    struct pen *pen, struct text t, char special, struct text newline);
static bool overflows(struct pen *pen, char *at);

int
pen_open(struct pen *pen, struct buf *out, size_t max)
{
	size_t room = out->max - out->len;

	if (room < PEN_SLACK)
		return -1;
	if (max > room - PEN_SLACK)
		max = room - PEN_SLACK;
	(void)buf_reserve(out, max + PEN_SLACK);
	pen->at = out->data + out->len;
	pen->end = pen->at + max;
	pen->full = false;
	return 0;
}

int
pen_close(const struct pen *pen, struct buf *out)
{
	if (pen->full)
		return -1;
	out->len = (size_t)(pen->at - out->data);
	return 0;
}

void
pen_put(struct pen *pen, struct text t)
{
	if (t.len > (size_t)(pen->end - pen->at)) {
		pen->full = true;
		return;
	}
	if (t.len != 0)
		memcpy(pen->at, t.ptr, t.len);
	pen->at += t.len;
}

void
pen_put_int(struct pen *pen, int64_t n)
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
	pen_put(pen, (struct text){p, (size_t)(digits + sizeof(digits) - p)});
}

bool
pen_put_plain_value(struct pen *pen, struct text t)
{
	return put_plain(pen, t, '=');
}

bool
pen_put_plain_header(struct pen *pen, struct text t)
{
	return put_plain(pen, t, '|');
}

void
pen_put_value(struct pen *pen, struct text t)
{
	put_any(pen, t, '=', TEXT("\\n"));
}

void
pen_put_header(struct pen *pen, struct text t)
{
	put_any(pen, t, '|', TEXT(" "));
}

/* For what is seldom long: octet by octet. */
void
pen_put_escaped(
    struct pen *pen, struct text t, struct text specials, struct text newline)
{
	for (size_t i = 0; i < t.len && !pen->full; i++) {
		char c = t.ptr[i];

		if (c == '\r' || c == '\n') {
			pen_put(pen, newline);
			i += c == '\r' && i + 1 < t.len && t.ptr[i + 1] == '\n';
			continue;
		}
		if (memchr(specials.ptr, c, specials.len) != NULL)
			pen_putc(pen, '\\');
		pen_putc(pen, c);
	}
}

static inline bool
put_plain(struct pen *pen, struct text t, char special)
{
	const char *p = t.ptr;
	const char *end = t.ptr + t.len;
	char *at = pen->at;
	uint64_t word;

	for (; end - p >= (ptrdiff_t)WORD && at <= pen->end; p += WORD) {
		memcpy(&word, p, WORD);
		if (!swar_is_plain(word))
			return false;
		if (swar_has(word, '\\') || swar_has(word, special)) {
			at = put_octets(at, p, WORD, special);
		} else {
			memcpy(at, &word, WORD);
			at += WORD;
		}
	}
	if (at > pen->end)
		return false;
	at = put_tail(at, t, (size_t)(end - p), special);
	if (at == NULL || at > pen->end)
		return false;
	pen->at = at;
	return true;
}

/*
 * The last `rest` octets of `t`, fewer than WORD. Where they can be had as the
 * end of a whole word with nothing to escape in it, the word goes over what is
 * there of it already. NULL where they are not plain.
 */
static inline char *
put_tail(char *at, struct text t, size_t rest, char special)
{
	const char *p = t.ptr + t.len - rest;
	uint64_t word;

	if (t.len >= WORD) {
		memcpy(&word, p + rest - WORD, WORD);
		if (!swar_is_plain(word))
			return NULL;
		if (!swar_has(word, '\\') && !swar_has(word, special)) {
			memcpy(at + rest - WORD, &word, WORD);
			return at + rest;
		}
	} else if (!swar_is_plain_tail(p, rest)) {
		return NULL;
	}
	return put_octets(at, p, rest, special);
}

/* At most WORD octets, which take at most twice that. */
static inline char *
put_octets(char *at, const char *p, size_t len, char special)
{
	for (; len != 0; len--, p++) {
		if (*p == '\\' || *p == special)
			*at++ = '\\';
		*at++ = *p;
	}
	return at;
}

static inline void
put_any(struct pen *pen, struct text t, char special, struct text newline)
{
	const char *p = t.ptr;
	const char *end = t.ptr + t.len;
	char *at = pen->at;

	for (; p != end; p++) {
		if (overflows(pen, at))
			return;
		if (*p != '\r' && *p != '\n') {
			at = put_octets(at, p, 1, special);
			continue;
		}
		if (*p == '\r' && p + 1 != end && p[1] == '\n')
			p++;
		memcpy(at, newline.ptr, newline.len);
		at += newline.len;
	}
	if (!overflows(pen, at))
		pen->at = at;
}

static bool
overflows(struct pen *pen, char *at)
{
	if (at > pen->end)
		pen->full = true;
	return pen->full;
}
