/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each field takes a member of the message's entries.
 */
#include "config.h"

#include "base/arena.h"
#include "format/event.h"
#include "intake/enrich.h"
#include "intake/entries.h"
#include "intake/fill_event.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* With a mark between each, more than any field holds; so what is beyond is
 * told as cut. */
#define ITEMS_MAX (FIELD_MAX_CS / 2 + 1)

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

static void fill_rows(struct event *event, const struct fill_row *rows,
    size_t row_count, const struct entries *entries, struct text id,
    struct arena *arena);
static size_t count_of(const struct entries *entries, struct text id);

bool
enrich_threat(struct event *event, const struct normalise_context *context,
    struct text id, struct arena *arena)
{
	fill_rows(event, attachment_rows, COUNT(attachment_rows),
	    context->entries[EXTRA_ATTACHMENTS], id, arena);
	fill_rows(event, link_rows, COUNT(link_rows),
	    context->entries[EXTRA_LINKS], id, arena);
	for (size_t f = THREAT_ATTACHMENTS; f <= THREAT_LINK_TEXTS; f++)
		if (event->values[f].type != VALUE_NONE)
			return true;
	return false;
}

static void
fill_rows(struct event *event, const struct fill_row *rows, size_t row_count,
    const struct entries *entries, struct text id, struct arena *arena)
{
	size_t count = count_of(entries, id);

	for (size_t r = 0; r < row_count && count > 0; r++) {
		struct text *items = arena_alloc(arena, count * sizeof(*items));
		const struct entry *entry = entries_next(entries, id, NULL);
		size_t n = 0;

		for (; entry != NULL && n < count;
		     entry = entries_next(entries, id, entry)) {
			struct text t = text_trim(
			    val_member_text(entry->val, rows[r].member));

			if (!text_is_empty(t))
				items[n++] = t;
		}
		fill_items(event, rows[r].field, items, n);
	}
}

/* Counting stops at ITEMS_MAX. */
static size_t
count_of(const struct entries *entries, struct text id)
{
	const struct entry *entry = entries_next(entries, id, NULL);
	size_t count = 0;

	for (; entry != NULL && count < ITEMS_MAX;
	     entry = entries_next(entries, id, entry))
		count++;
	return count;
}
