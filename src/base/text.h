/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run of octets that somebody else owns. Not NUL-terminated; may hold any
 * octet, since it usually comes from outside.
 */
#ifndef CEFD_BASE_TEXT_H
#define CEFD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
	const char *ptr;
	size_t len;
};

/* The text of a string literal. */
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

/* The text of a NUL-terminated string; NULL gives the empty text. */
static inline struct text
text_of(const char *s)
{
	return (struct text){s, s != NULL ? strlen(s) : 0};
}

static inline bool
text_is_empty(struct text t)
{
	return t.len == 0;
}

static inline bool
text_eq(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

/* Of an ASCII letter; what is none stays. */
static inline char
text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Equal when ASCII letters are compared without regard to case. */
bool text_eq_nocase(struct text a, struct text b);

/* The same, and a hyphen is a blank. */
bool text_eq_word(struct text a, struct text b);

/* Without blanks (SP, TAB, CR, LF) at both ends. */
struct text text_trim(struct text t);

#endif
