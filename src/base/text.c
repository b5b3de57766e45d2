/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The questions about a run of octets that are too long to be inline.
 */
#include "config.h"

#include "base/text.h"

static bool is_blank(char c);
static char fold_word(char c);
static bool eq(struct text a, struct text b, char (*fold)(char c));

bool
text_eq_nocase(struct text a, struct text b)
{
	return eq(a, b, text_lower);
}

bool
text_eq_word(struct text a, struct text b)
{
	return eq(a, b, fold_word);
}

static char
fold_word(char c)
{
	return c == '-' ? ' ' : text_lower(c);
}

static bool
eq(struct text a, struct text b, char (*fold)(char c))
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (fold(a.ptr[i]) != fold(b.ptr[i]))
			return false;
	return true;
}

struct text
text_trim(struct text t)
{
	while (t.len != 0 && is_blank(t.ptr[0])) {
		t.ptr++;
		t.len--;
	}
	while (t.len != 0 && is_blank(t.ptr[t.len - 1]))
		t.len--;
	return t;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
