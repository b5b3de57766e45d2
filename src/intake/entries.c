/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of chains, filled from the back, so that each has the document's
 * order.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "intake/entries.h"
#include "intake/val.h"
#include "io/digest.h"

struct entries {
	size_t mask;                 /* one less than there are chains */
	const struct entry **chains; /* by hash of the id */
	struct entry *all;
};

static struct text id_of(const struct val *v);
static size_t chain_of(const struct entries *entries, struct text id);

struct entries *
entries_new(const struct val *array)
{
	struct entries *entries = xcalloc(1, sizeof(*entries));
	size_t count = val_count(array), chains = 1;

	while (chains < count)
		chains *= 2;
	entries->mask = chains - 1;
	entries->chains = xcalloc(chains, sizeof(*entries->chains));
	entries->all = xcalloc(count + 1, sizeof(*entries->all));
	for (size_t i = count; i-- > 0;) {
		struct entry *entry = &entries->all[i];
		size_t chain;

		entry->val = val_item(array, i);
		entry->id = id_of(entry->val);
		if (text_is_empty(entry->id))
			continue;
		chain = chain_of(entries, entry->id);
		entry->next = entries->chains[chain];
		entries->chains[chain] = entry;
	}
	return entries;
}

void
entries_free(struct entries *entries)
{
	if (entries == NULL)
		return;
	free(entries->chains);
	free(entries->all);
	free(entries);
}

const struct entry *
entries_next(
    const struct entries *entries, struct text id, const struct entry *after)
{
	const struct entry *entry;

	if (entries == NULL)
		return NULL;
	entry = after != NULL ? after->next
	                      : entries->chains[chain_of(entries, id)];
	while (entry != NULL && !text_eq(entry->id, id))
		entry = entry->next;
	return entry;
}

/* The number is only looked at when there is no text: a program on the way
 * may have passed it through a double. */
static struct text
id_of(const struct val *v)
{
	struct text t = text_trim(val_member_text(v, "abxMessageIdStr"));

	return text_is_empty(t) ? val_member_text(v, "abxMessageId") : t;
}

static size_t
chain_of(const struct entries *entries, struct text id)
{
	return (size_t)digest64(id.ptr, id.len) & entries->mask;
}
