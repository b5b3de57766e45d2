/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document is a threat detail with its messages, or one message on its own.
 */
#include "config.h"

#include "base/arena.h"
#include "base/err.h"
#include "intake/decode.h"
#include "intake/normalise.h"

int
normalise_document(const struct val *root,
    const struct normalise_context *context, struct arena *arena, item_fn *fn,
    void *arg, struct err *err)
{
	const struct val *messages = val_member(root, "messages");
	struct text threat_id = val_member_text(root, "threatId");
	struct err failure;
	struct item item;
	size_t count;

	if (!val_is_object(root))
		return err_set(err, ERR_BAD, "not a JSON object");
	if (messages == NULL && val_member(root, "receivedTime") == NULL &&
	    val_member(root, "abxMessageId") == NULL &&
	    val_member(root, "abxMessageIdStr") == NULL)
		return err_set(err, ERR_BAD,
		    "neither a threat detail with messages nor a message");
	if (messages != NULL && !val_is_array(messages))
		return err_set(err, ERR_BAD, "messages is not an array");
	count = messages != NULL ? val_count(messages) : 1;
	for (size_t i = 0; i < count; i++) {
		arena_reset(arena);
		if (normalise_threat(
		        messages != NULL ? val_item(messages, i) : root,
		        threat_id, context, arena, &item, &failure) == -1)
			fn(NULL, &failure, arg);
		else
			fn(&item, NULL, arg);
	}
	return 0;
}
