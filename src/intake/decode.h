/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in, read-only values (intake/val.h) out. No other file knows which JSON
 * library it is.
 */
#ifndef CEFD_INTAKE_DECODE_H
#define CEFD_INTAKE_DECODE_H

#include "base/text.h"
#include "intake/val.h"

struct decoder;
struct doc;
struct err;

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

#endif
