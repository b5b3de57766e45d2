/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts a stream of octets into JSON documents: one in a file, one on a line,
 * or simply one after the other. A broken one costs itself and as few of its
 * neighbours as can be told apart from it.
 */
#ifndef CEFD_CTL_DOCUMENTS_H
#define CEFD_CTL_DOCUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

struct err;

#define DOCUMENT_MAX (64U << 20) /* octets */

enum document_result {
	DOCUMENT_END,
	DOCUMENT_READ,
	DOCUMENT_BAD,    /* told in *err; there may be more */
	DOCUMENT_FAILED, /* reading failed; there is no more */
};

struct documents {
	int fd; /* borrowed */
	struct buf in;
	size_t start;  /* of what is not handed out yet */
	size_t taken;  /* octets of the document handed out last */
	uint64_t line; /* of start, from 1 */
	bool ended;
	int failed; /* errno, or 0 */
};

void documents_init(struct documents *d, int fd);
void documents_clear(struct documents *d);

/*
 * The next document in *ret, valid until the next call, and the line it begins
 * on. Its brackets match; whether it is JSON is for a decoder to say.
 */
enum document_result documents_next(
    struct documents *d, struct text *ret, uint64_t *ret_line, struct err *err);

#endif
