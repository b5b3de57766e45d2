/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model. Code points are told apart by asking for each length whether so
 * many octets are valid; controls are a list.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "hygiene_model.h"

#define MARK "\xef\xbf\xbd"

static const char *const controls[] = {"\xe2\x80\xa8", "\xe2\x80\xa9",
    "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad",
    "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8",
    "\xe2\x81\xa9"};

static size_t valid_len(const unsigned char *p, size_t len);
static size_t broken_len(const unsigned char *p, size_t len);
static bool is_control(const unsigned char *p, size_t len);

struct strict_text
model_clean(const void *data, size_t len, size_t max, bool *cut)
{
	const unsigned char *p = data;
	char *out = malloc(3 * len + 1);
	size_t n = 0;
	size_t start = 0;
	struct strict_text result;

	if (out == NULL)
		abort();
	for (size_t take; len != 0; p += take, len -= take) {
		take = valid_len(p, len);
		if (take == 0) {
			take = broken_len(p, len);
			memcpy(out + n, MARK, 3);
			n += 3;
		} else if (is_control(p, take)) {
			out[n++] = ' ';
		} else {
			memcpy(out + n, p, take);
			n += take;
		}
	}
	while (n > start && out[n - 1] == ' ')
		n--;
	while (start < n && out[start] == ' ')
		start++;
	if (max != 0 && n - start > max) {
		*cut = true;
		n = start + max;
		while (!strict_is_utf8(out + start, n - start))
			n--;
	}
	result = strict_text_new(out + start, n - start);
	free(out);
	return result;
}

void
model_fold_lines(struct strict_text *t)
{
	size_t to = 0;
	size_t i;

	for (i = 0; i < t->len; i++) {
		if (t->ptr[i] == '\r' && i + 1 < t->len &&
		    t->ptr[i + 1] == '\n')
			continue;
		t->ptr[to++] = t->ptr[i] == '\r' ? '\n' : t->ptr[i];
	}
	t->len = to;
	t->ptr[to] = '\0';
}

/* Octets of the code point here, or 0. */
static size_t
valid_len(const unsigned char *p, size_t len)
{
	size_t n;

	for (n = 1; n <= 4 && n <= len; n++) {
		if (strict_is_utf8(p, n))
			return n;
	}
	return 0;
}

/* The longest piece that some continuation would have made valid. With two
 * octets given, which others follow does not matter. */
static size_t
broken_len(const unsigned char *p, size_t len)
{
	unsigned char whole[4] = {0x80, 0x80, 0x80, 0x80};
	size_t best = 1;
	size_t have;
	size_t n;

	for (have = 2; have <= 3 && have <= len; have++) {
		memcpy(whole, p, have);
		for (n = have + 1; n <= 4; n++) {
			if (strict_is_utf8(whole, n) &&
			    valid_len(whole, n) == n)
				best = have;
		}
	}
	return best;
}

static bool
is_control(const unsigned char *p, size_t len)
{
	size_t i;

	if (len == 1)
		return (p[0] < 0x20 && p[0] != '\r' && p[0] != '\n') ||
		    p[0] == 0x7f;
	if (len == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (len == 3 && memcmp(p, controls[i], 3) == 0)
			return true;
	}
	return false;
}
