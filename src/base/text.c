/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two questions about a run of octets that are too long to be inline.
 */
#include "config.h"

#include "base/text.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
text_eq_nocase(struct text a, struct text b)
{
	size_t i;

	if (a.len != b.len)
		return false;
	for (i = 0; i < a.len; i++) {
		if (text_lower(a.ptr[i]) != text_lower(b.ptr[i]))
			return false;
	}
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
