/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a configuration file, and at the same time the text that
 * libconfuse is given instead of it. That text has the same lines, but
 *  - comments are blank, since libconfuse stumbles over one inside a list;
 *  - ${NAME} in double quotes is the variable's value, and an unset variable
 *    is an error, where libconfuse would put nothing;
 *  - words stand in quotes, since libconfuse skips some characters in silence;
 *  - a quote that is missing costs one line and not the rest of the file.
 */
#ifndef CEFD_CONF_TOKEN_H
#define CEFD_CONF_TOKEN_H

#include <stddef.h>

#include "base/text.h"

struct buf;
struct findings;

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* quoted or not */
	TOKEN_OPEN,   /* { */
	TOKEN_CLOSE,  /* } */
	TOKEN_EQUALS, /* = */
	TOKEN_APPEND, /* += */
	TOKEN_COMMA,
	TOKEN_PAREN, /* ( or ) */
};

struct token {
	enum token_kind kind;
	int line;
	struct text text; /* TOKEN_WORD: as in the file, without quotes */
	size_t mark;      /* where its form begins in the text given on */
};

struct tokens {
	struct text in;
	size_t pos;
	int line;
	struct buf *out;
	struct findings *findings;
};

void tokens_init(struct tokens *t, struct text in, struct buf *out,
    struct findings *findings);

/* The next one. Its form has been appended to `out`. */
struct token tokens_next(struct tokens *t);

#endif
