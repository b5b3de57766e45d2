/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RELP server's octets. What is a frame is one at every cut: the beginnings
 * of it are never refused. Its parts are within it and within the ceilings.
 */
#include "config.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "deliver/relp.h"
#include "fuzz.h"

static void
look_at(const struct relp_frame *frame, struct text in)
{
	struct relp_reply reply;
	struct err err;

	assert(frame->txnr <= RELP_TXNR_MAX);
	assert(frame->size <= in.len && frame->size <= RELP_FRAME_MAX);
	assert(frame->data.len <= RELP_DATA_MAX);
	assert(in.ptr[frame->size - 1] == '\n');
	if (relp_reply(frame->data, &reply, &err) == -1)
		return;
	assert(reply.code <= 999);
	assert(reply.words.len + reply.rest.len <= frame->data.len);
	(void)relp_check_offers(reply.rest, &err);
}

static void
cut(struct text in)
{
	struct relp_frame frame;

	for (size_t len = 0; len < in.len; len++) {
		struct text part = {in.ptr, len};

		assert(relp_parse(part, &frame, NULL) == RELP_MORE);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* No octet to spare, so a sanitizer sees. */
	char *copy = xmalloc(size + (size == 0));
	struct text in = {copy, size};
	struct relp_frame frame;
	struct err err;

	if (size != 0)
		memcpy(copy, data, size);
	while (relp_parse(in, &frame, &err) == RELP_FRAME) {
		look_at(&frame, in);
		cut((struct text){in.ptr, frame.size});
		in.ptr += frame.size;
		in.len -= frame.size;
	}
	free(copy);
	return 0;
}
