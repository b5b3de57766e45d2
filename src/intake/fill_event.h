/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling an event's fields from a document: what the normalisers of all kinds
 * share. What the document has not, or has as null or "", leaves a field as it
 * is. Memory is the document's and the arena's.
 */
#ifndef CEFD_INTAKE_FILL_EVENT_H
#define CEFD_INTAKE_FILL_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "format/event.h"

struct arena;
struct normalise_context;
struct val;

/* Far beyond what the API sends: a ceiling on one record's cost. */
#define FILL_ITEMS_MAX 10000

/* Where a member goes. */
struct fill_row {
	unsigned field;     /* index in the event's schema */
	const char *member; /* and, where the API spells it in two ways, */
	const char *other;  /* the second; or NULL */
};

static inline void
fill_text(struct event *event, unsigned field, struct text text)
{
	if (text_is_empty(text))
		return;
	event->values[field].type = VALUE_TEXT;
	event->values[field].u.text = text;
}

/* What fill_text put: looking there is cheaper than in the document. */
static inline struct text
fill_text_at(const struct event *event, unsigned field)
{
	if (event->values[field].type != VALUE_TEXT)
		return (struct text){NULL, 0};
	return event->values[field].u.text;
}

static inline void
fill_int(struct event *event, unsigned field, int64_t number)
{
	event->values[field].type = VALUE_INT;
	event->values[field].u.number = number;
}

/* Nothing when there are no items. */
static inline void
fill_items(
    struct event *event, unsigned field, const struct text *items, size_t count)
{
	if (count == 0)
		return;
	event->values[field] =
	    (struct value){.type = VALUE_LIST, .u.list = {items, count}};
}

/* An empty event of a schema, without a time. */
void fill_begin(struct event *event, const struct schema *schema);

void fill_texts(struct event *event, const struct val *v,
    const struct fill_row *rows, size_t count);

/* The event's own time is that of the first row that has one. */
void fill_times(struct event *event, const struct val *v,
    const struct fill_row *rows, size_t count);

/* An array of texts, or one text of them between commas. */
void fill_list(struct event *event, unsigned field, const struct val *v,
    struct arena *arena);

/* `member` of each object of an array. */
void fill_members(struct event *event, unsigned field, const struct val *array,
    const char *member, struct arena *arena);

/* All the texts of an array in one, a blank between them; or one text. */
void fill_prose(struct event *event, unsigned field, const struct val *v,
    struct arena *arena);

/* success, failure or attempt, where a remediation's status is one. */
void fill_outcome(struct event *event, unsigned field, struct text status);

/* The event's name: `text`, or `otherwise` when it is empty or longer than a
 * name should be. */
void fill_name(struct event *event, struct text text, struct text otherwise);

/* Where it is from, in the fields `dvchost` and the next, and in the schema's
 * last one its id. */
void fill_end(struct event *event, unsigned dvchost,
    const struct normalise_context *context, struct text id);

#endif
