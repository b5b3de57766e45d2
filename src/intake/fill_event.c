/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most fields of every kind are rows of a table: a member, and where it goes.
 * What the API writes in several ways (a list as a string, a summary as a
 * list) is put straight here, once.
 */
#include "config.h"

#include "base/arena.h"
#include "base/rfc3339.h"
#include "intake/fill_event.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A name that comes from outside; even with every octet escaped, it leaves the
 * shortest record room. */
#define NAME_MAX_BYTES 128

static const struct {
	struct text status;
	struct text outcome;
} outcomes[] = {
    {TEXT("Auto-Remediated"), TEXT("success")},
    {TEXT("Auto Remediated"), TEXT("success")},
    {TEXT("Post Remediated"), TEXT("success")},
    {TEXT("Remediated"), TEXT("success")},
    {TEXT("Manually Remediated"), TEXT("success")},
    {TEXT("No Action Done"), TEXT("failure")},
    {TEXT("Would Remediate"), TEXT("failure")},
    {TEXT("Not Remediated"), TEXT("failure")},
    {TEXT("Remediation Attempted"), TEXT("attempt")},
};

static struct text text_of_row(const struct val *v, const struct fill_row *row);
static size_t items_of_array(const struct val *v, const char *member,
    struct text **ret_items, struct arena *arena);
static size_t items_of_string(
    struct text s, struct text **ret_items, struct arena *arena);
static struct text joined(
    const struct text *items, size_t count, struct arena *arena);

void
fill_begin(struct event *event, const struct schema *schema)
{
	memset(event, 0, sizeof(*event));
	event->schema = schema;
	event->time_ms = EVENT_NO_TIME;
}

void
fill_texts(struct event *event, const struct val *v,
    const struct fill_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fill_text(event, rows[i].field, text_of_row(v, &rows[i]));
}

void
fill_times(struct event *event, const struct val *v,
    const struct fill_row *rows, size_t count)
{
	int64_t ms;

	for (size_t i = 0; i < count; i++) {
		struct value *value = &event->values[rows[i].field];

		if (rfc3339_parse(text_of_row(v, &rows[i]), &ms) == -1)
			continue;
		value->type = VALUE_TIME;
		value->u.time_ms = ms;
		if (event->time_ms == EVENT_NO_TIME)
			event->time_ms = ms;
	}
}

void
fill_list(struct event *event, unsigned field, const struct val *v,
    struct arena *arena)
{
	struct text *items = NULL;
	size_t count;

	if (val_is_array(v))
		count = items_of_array(v, NULL, &items, arena);
	else
		count = items_of_string(val_text(v), &items, arena);
	fill_items(event, field, items, count);
}

void
fill_members(struct event *event, unsigned field, const struct val *array,
    const char *member, struct arena *arena)
{
	struct text *items = NULL;
	size_t count = items_of_array(array, member, &items, arena);

	fill_items(event, field, items, count);
}

void
fill_prose(struct event *event, unsigned field, const struct val *v,
    struct arena *arena)
{
	struct text *items = NULL;
	size_t count;

	if (!val_is_array(v)) {
		fill_text(event, field, text_trim(val_text(v)));
		return;
	}
	count = items_of_array(v, NULL, &items, arena);
	if (count > 0)
		fill_text(event, field, joined(items, count, arena));
}

void
fill_outcome(struct event *event, unsigned field, struct text status)
{
	for (size_t i = 0; i < COUNT(outcomes); i++) {
		if (!text_eq_nocase(status, outcomes[i].status))
			continue;
		fill_text(event, field, outcomes[i].outcome);
		return;
	}
}

void
fill_name(struct event *event, struct text text, struct text otherwise)
{
	text = text_trim(text);
	if (text_is_empty(text) || text.len > NAME_MAX_BYTES)
		text = otherwise;
	event->name = text;
}

void
fill_end(struct event *event, unsigned dvchost,
    const struct normalise_context *context, struct text id)
{
	fill_text(event, dvchost, context->api_host);
	fill_text(event, dvchost + 1, context->source_name);
	fill_text(event, (unsigned)event->schema->count - 1, id);
}

static struct text
text_of_row(const struct val *v, const struct fill_row *row)
{
	struct text t = val_member_text(v, row->member);

	if (text_is_empty(t) && row->other != NULL)
		t = val_member_text(v, row->other);
	return t;
}

/* With a `member`, that of each item. */
static size_t
items_of_array(const struct val *v, const char *member, struct text **ret_items,
    struct arena *arena)
{
	size_t n = val_count(v), count = 0;

	if (n > FILL_ITEMS_MAX)
		n = FILL_ITEMS_MAX;
	if (n == 0)
		return 0;
	*ret_items = arena_alloc(arena, n * sizeof(**ret_items));
	for (size_t i = 0; i < n; i++) {
		const struct val *item = val_item(v, i);
		struct text t;

		if (member != NULL)
			item = val_member(item, member);
		t = text_trim(val_text(item));
		if (!text_is_empty(t))
			(*ret_items)[count++] = t;
	}
	return count;
}

/* Older replies write a list as "a, b" or "a,b". */
static size_t
items_of_string(struct text s, struct text **ret_items, struct arena *arena)
{
	size_t n = 1, count = 0, start = 0;

	if (text_is_empty(s))
		return 0;
	for (size_t i = 0; i < s.len && n < FILL_ITEMS_MAX; i++)
		n += s.ptr[i] == ',';
	*ret_items = arena_alloc(arena, n * sizeof(**ret_items));
	for (size_t i = 0; i <= s.len && count < n; i++) {
		struct text t = {s.ptr + start, i - start};

		if (i < s.len && s.ptr[i] != ',')
			continue;
		t = text_trim(t);
		if (!text_is_empty(t))
			(*ret_items)[count++] = t;
		start = i + 1;
	}
	return count;
}

static struct text
joined(const struct text *items, size_t count, struct arena *arena)
{
	size_t len = 0;
	char *out;

	for (size_t i = 0; i < count; i++)
		len += items[i].len + 1;
	out = arena_alloc(arena, len);
	len = 0;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			out[len++] = ' ';
		memcpy(out + len, items[i].ptr, items[i].len);
		len += items[i].len;
	}
	return (struct text){out, len};
}
