/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in, read-only values out. No other file knows which JSON library it is.
 *
 * Values belong to their document and live as long as it does. `null` and
 * absent are the same thing to every reader here, because the API uses both.
 */
#ifndef CEFD_INTAKE_DECODE_H
#define CEFD_INTAKE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct decoder;
struct doc;
struct err;
struct val; /* never defined: a name for the library's own type */

/* Nesting that a document may have; the API's own needs six. */
#define DECODE_DEPTH_MAX 32

/* A decoder keeps its working memory between documents. */
struct decoder *decoder_new(void);
void decoder_free(struct decoder *decoder);

/*
 * Decode one whole document; anything but blanks behind it is an error.
 * Returns NULL and ERR_BAD with the place in *err when it is not JSON.
 */
struct doc *decode(struct decoder *decoder, struct text json, struct err *err);
void doc_free(struct doc *doc);
const struct val *doc_root(const struct doc *doc);

/* A member of an object; NULL when `v` is no object, or has none, or null. */
const struct val *val_member(const struct val *v, const char *name);

/* Number of items of an array; 0 for anything else. */
size_t val_count(const struct val *v);
const struct val *val_item(const struct val *v, size_t i);

bool val_is_array(const struct val *v);
bool val_is_object(const struct val *v);

/*
 * The text of a string, or of a number or boolean as it stood in the document
 * (64-bit integers exactly). Empty for NULL, arrays and objects.
 */
struct text val_text(const struct val *v);

/* The value of a member as val_text gives it. */
struct text val_member_text(const struct val *v, const char *name);

/* True and *ret when `v` is an integer, or a string of one. */
bool val_int(const struct val *v, int64_t *ret);

/* True and *ret when `v` is a boolean, or "true" or "false". */
bool val_bool(const struct val *v, bool *ret);

#endif
