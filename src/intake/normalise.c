/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which stream a document is of shows in its members. The first row that it
 * has a member of decides.
 */
#include "config.h"

#include "base/arena.h"
#include "base/err.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct shape {
	const char *member;
	bool is_list; /* the member holds the records */
	normalise_fn *normalise;
};

static const struct shape shapes[] = {
    {"messages", true, normalise_threat},
    {"auditLogs", true, normalise_audit},
    {"results", true, normalise_not_analyzed},
    {"campaignId", false, normalise_campaign},
    {"vendorCaseId", false, normalise_vendor_case},
    {"caseId", false, normalise_case},
    {"abx_message_id", false, normalise_not_analyzed},
    {"abxMessageIdStr", false, normalise_threat},
    {"abxMessageId", false, normalise_threat},
    {"receivedTime", false, normalise_threat},
    {"sourceIp", false, normalise_audit},
    {"actionDetails", false, normalise_audit},
    {"action", false, normalise_audit},
};

static const struct shape *shape_of(const struct val *root);

int
normalise_document(const struct val *root,
    const struct normalise_context *context, struct arena *arena, item_fn *fn,
    void *arg, struct err *err)
{
	const struct shape *shape = shape_of(root);
	struct text id = val_member_text(root, "threatId");
	const struct val *items, *value;
	struct err failure;
	struct item item;
	size_t count;

	if (!val_is_object(root))
		return err_set(err, ERR_BAD, "not a JSON object");
	if (shape == NULL)
		return err_set(err, ERR_BAD,
		    "neither a detail nor a record of any known kind");
	items = val_member(root, shape->member);
	if (shape->is_list && !val_is_array(items))
		return err_set(
		    err, ERR_BAD, "%s is not an array", shape->member);
	count = shape->is_list ? val_count(items) : 1;
	for (size_t i = 0; i < count; i++) {
		arena_reset(arena);
		value = shape->is_list ? val_item(items, i) : root;
		if (shape->normalise(
		        value, id, context, arena, &item, &failure) == -1) {
			fn(NULL, &failure, arg);
			continue;
		}
		item.value = value;
		fn(&item, NULL, arg);
	}
	return 0;
}

static const struct shape *
shape_of(const struct val *root)
{
	for (size_t i = 0; i < COUNT(shapes); i++)
		if (val_member(root, shapes[i].member) != NULL)
			return &shapes[i];
	return NULL;
}
