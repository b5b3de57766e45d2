/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two strict parsers share: a place in a line, and a sentence about
 * what is wrong with it. They know nothing of cefd's own code on purpose.
 */
#ifndef CEFD_STRICT_TEXT_H
#define CEFD_STRICT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define STRICT_WHY_MAX 160

/* A run of octets of the parser's own, with a NUL behind it. */
struct strict_text {
	char *ptr;
	size_t len;
};

struct strict_reader {
	const unsigned char *start;
	const unsigned char *at;
	const unsigned char *end;
	char *why; /* STRICT_WHY_MAX octets */
};

/* Say what is wrong at the present place. Returns -1. */
int strict_fail(struct strict_reader *r, const char *what);

/* Is it UTF-8 as RFC 3629 has it? */
bool strict_is_utf8(const void *data, size_t len);

struct strict_text strict_text_new(const void *data, size_t len);
void strict_text_free(struct strict_text *t);

#endif
