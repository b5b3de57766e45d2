/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function for each rule of the grammar.
 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "strict_json.h"

#define DEPTH_MAX 64

static int check_octets(struct strict_reader *r);
static int value(struct strict_reader *r, int depth);
static int object(struct strict_reader *r, int depth);
static int array(struct strict_reader *r, int depth);
static int string(struct strict_reader *r);
static int escape(struct strict_reader *r, bool *after_high);
static int number(struct strict_reader *r);
static bool digits(struct strict_reader *r);
static int word(struct strict_reader *r, const char *text);
static int peek(const struct strict_reader *r);

int
strict_json_check(const void *line, size_t len, char *why)
{
	struct strict_reader r = {line, line, NULL, why};
	const unsigned char *last;

	r.end = r.start + len;
	if (check_octets(&r) == -1)
		return -1;
	if (peek(&r) != '{')
		return strict_fail(&r, "no object");
	if (object(&r, 0) == -1)
		return -1;
	if (r.at != r.end)
		return strict_fail(&r, "something behind the object");
	last = memmem(r.start, len, "\"cefd\":{\"kind\":\"", 16);
	if (last == NULL || memcmp(r.end - 2, "}}", 2) != 0)
		return strict_fail(&r, "the last member is not cefd");
	return 0;
}

/* U+0085, U+2028 and U+2029 are line ends to some. */
static int
check_octets(struct strict_reader *r)
{
	size_t len = (size_t)(r->end - r->start);

	if (!strict_is_utf8(r->start, len))
		return strict_fail(r, "not UTF-8");
	for (r->at = r->start; r->at != r->end; r->at++)
		if (*r->at < 0x20 || *r->at == 0x7f)
			return strict_fail(r, "a control");
	r->at = r->start;
	if (memmem(r->start, len, "\xc2\x85", 2) != NULL ||
	    memmem(r->start, len, "\xe2\x80\xa8", 3) != NULL ||
	    memmem(r->start, len, "\xe2\x80\xa9", 3) != NULL)
		return strict_fail(r, "a line end");
	return 0;
}

static int
value(struct strict_reader *r, int depth)
{
	if (depth == DEPTH_MAX)
		return strict_fail(r, "too deep");
	switch (peek(r)) {
	case '{':
		return object(r, depth + 1);
	case '[':
		return array(r, depth + 1);
	case '"':
		return string(r);
	case 't':
		return word(r, "true");
	case 'f':
		return word(r, "false");
	case 'n':
		return word(r, "null");
	default:
		return number(r);
	}
}

static int
object(struct strict_reader *r, int depth)
{
	r->at++;
	if (peek(r) == '}') {
		r->at++;
		return 0;
	}
	for (;;) {
		if (peek(r) != '"' || string(r) == -1)
			return strict_fail(r, "no name");
		if (word(r, ":") == -1 || value(r, depth) == -1)
			return -1;
		if (peek(r) != ',')
			return word(r, "}");
		r->at++;
	}
}

static int
array(struct strict_reader *r, int depth)
{
	r->at++;
	if (peek(r) == ']') {
		r->at++;
		return 0;
	}
	for (;;) {
		if (value(r, depth) == -1)
			return -1;
		if (peek(r) != ',')
			return word(r, "]");
		r->at++;
	}
}

static int
string(struct strict_reader *r)
{
	bool after_high = false;

	for (r->at++; peek(r) != -1;) {
		if (peek(r) == '\\') {
			if (escape(r, &after_high) == -1)
				return -1;
			continue;
		}
		if (after_high)
			break;
		if (*r->at++ == '"')
			return 0;
	}
	return strict_fail(r, "a string without its end");
}

static int
escape(struct strict_reader *r, bool *after_high)
{
	char hex[5] = "";
	bool low, high;

	r->at++;
	if (peek(r) != 'u') {
		if (*after_high || peek(r) <= 0 ||
		    strchr("\"\\/bfnrt", peek(r)) == NULL)
			return strict_fail(r, "a bad escape");
		r->at++;
		return 0;
	}
	for (size_t i = 0; i < 4; i++) {
		r->at++;
		if (!isxdigit(peek(r)))
			return strict_fail(r, "a bad \\u");
		hex[i] = (char)tolower(*r->at);
	}
	r->at++;
	high = hex[0] == 'd' && strchr("89ab", hex[1]) != NULL;
	low = hex[0] == 'd' && strchr("cdef", hex[1]) != NULL;
	if (low != *after_high)
		return strict_fail(r, "a lone surrogate");
	*after_high = high;
	return 0;
}

static int
number(struct strict_reader *r)
{
	bool good;

	if (peek(r) == '-')
		r->at++;
	if (peek(r) == '0') {
		r->at++;
		good = !isdigit(peek(r));
	} else {
		good = digits(r);
	}
	if (good && peek(r) == '.') {
		r->at++;
		good = digits(r);
	}
	if (good && (peek(r) == 'e' || peek(r) == 'E')) {
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		good = digits(r);
	}
	return good ? 0 : strict_fail(r, "no value");
}

static bool
digits(struct strict_reader *r)
{
	const unsigned char *start = r->at;

	while (isdigit(peek(r)))
		r->at++;
	return r->at != start;
}

static int
word(struct strict_reader *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len) != 0)
		return strict_fail(r, "something else was expected");
	r->at += len;
	return 0;
}

/* -1 at the end. */
static int
peek(const struct strict_reader *r)
{
	return r->at == r->end ? -1 : *r->at;
}
