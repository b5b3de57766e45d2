/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over a document finds the message's entries; each field then takes
 * a member of them.
 */
#include "config.h"

#include "base/arena.h"
#include "format/event.h"
#include "intake/enrich.h"
#include "intake/fill_event.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Places of the documents in struct normalise_context. */
enum { EXTRA_ATTACHMENTS, EXTRA_LINKS };

static const struct fill_row attachment_rows[] = {
    {THREAT_ATTACHMENTS, "attachmentName", NULL},
};

static const struct fill_row link_rows[] = {
    {THREAT_LINK_URLS, "linkUrl", NULL},
    {THREAT_LINK_DOMAINS, "domainLink", NULL},
    {THREAT_LINK_TEXTS, "displayText", NULL},
};

static size_t find_entries(const struct val *entries, struct text id,
    const struct val ***ret_found, struct arena *arena);
static void fill_rows(struct event *event, const struct fill_row *rows,
    size_t row_count, const struct val *const *found, size_t count,
    struct arena *arena);

bool
enrich_threat(struct event *event, const struct normalise_context *context,
    struct text id, struct arena *arena)
{
	const struct val **found = NULL;
	size_t count;

	count = find_entries(
	    val_member(context->extras[EXTRA_ATTACHMENTS], "attachments"), id,
	    &found, arena);
	fill_rows(event, attachment_rows, COUNT(attachment_rows), found, count,
	    arena);
	count = find_entries(val_member(context->extras[EXTRA_LINKS], "links"),
	    id, &found, arena);
	fill_rows(event, link_rows, COUNT(link_rows), found, count, arena);
	for (size_t f = THREAT_ATTACHMENTS; f <= THREAT_LINK_TEXTS; f++)
		if (event->values[f].type != VALUE_NONE)
			return true;
	return false;
}

/* The number is only looked at when there is no text: a program on the way
 * may have passed it through a double. */
static size_t
find_entries(const struct val *entries, struct text id,
    const struct val ***ret_found, struct arena *arena)
{
	size_t n = val_count(entries), count = 0;

	if (n > FILL_ITEMS_MAX)
		n = FILL_ITEMS_MAX;
	if (n == 0)
		return 0;
	*ret_found = arena_alloc(arena, n * sizeof(**ret_found));
	for (size_t i = 0; i < n; i++) {
		const struct val *entry = val_item(entries, i);
		struct text t =
		    text_trim(val_member_text(entry, "abxMessageIdStr"));

		if (text_is_empty(t))
			t = val_member_text(entry, "abxMessageId");
		if (text_eq(t, id))
			(*ret_found)[count++] = entry;
	}
	return count;
}

static void
fill_rows(struct event *event, const struct fill_row *rows, size_t row_count,
    const struct val *const *found, size_t count, struct arena *arena)
{
	for (size_t r = 0; r < row_count && count > 0; r++) {
		struct text *items = arena_alloc(arena, count * sizeof(*items));
		size_t n = 0;

		for (size_t i = 0; i < count; i++) {
			struct text t = text_trim(
			    val_member_text(found[i], rows[r].member));

			if (!text_is_empty(t))
				items[n++] = t;
		}
		fill_items(event, rows[r].field, items, n);
	}
}
