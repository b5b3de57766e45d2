/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which keys were cut stands before the last fields, so these are rehearsed.
 */
#include "config.h"

#include "base/utf8.h"
#include "format/clean.h"
#include "format/event.h"
#include "format/field_name.h"
#include "format/walk.h"
#include "format/walk_field.h"
#include "format/walk_list.h"

static struct text clean_item(struct walk *walk, size_t i, size_t n);
static size_t item_len(struct text item, const char *instead);
static void put_item(struct walk *walk, struct text item, const char *instead);
static void put_key(struct walk *walk, const struct field *field);
static void cut_ahead(struct walk *walk, size_t i);
static bool may_be_cut(struct text t, size_t max);
static void rehearse(struct walk *walk, size_t i);

void
walk_list_put(struct walk *walk, size_t i)
{
	const struct field *field = &walk->event->schema->fields[i];
	size_t count = walk->event->values[i].u.list.count;
	struct text joint = text_of(field->joint);
	size_t len = 0;
	size_t n;

	if (field->min_items > 1 &&
	    walk_list_count(walk, i, field->min_items) < field->min_items)
		return;
	for (n = 0; n < count && !walk->pen.full; n++) {
		struct text item = clean_item(walk, i, n);
		size_t more = item_len(item, field->instead);

		if (more == 0)
			continue;
		if (len != 0)
			more += joint.len;
		if (field->max != 0 && len + more > field->max) {
			walk->cut[i] = true;
			return;
		}
		if (len == 0)
			walk_field_lead(walk, field);
		else
			pen_put(&walk->pen, joint);
		put_item(walk, item, field->instead);
		len += more;
	}
}

static struct text
clean_item(struct walk *walk, size_t i, size_t n)
{
	return clean(walk->event->values[i].u.list.items[n], 0, &walk->scratch,
	    &walk->cut[i]);
}

size_t
walk_list_count(struct walk *walk, size_t i, size_t enough)
{
	size_t count = 0;
	size_t n;

	for (n = 0; n < walk->event->values[i].u.list.count; n++) {
		if (count == enough)
			break;
		if (!text_is_empty(clean_item(walk, i, n)))
			count++;
	}
	return count;
}

static size_t
item_len(struct text item, const char *instead)
{
	size_t len = item.len;
	size_t i;

	if (instead == NULL || len == 0 || memchr(item.ptr, ';', len) == NULL)
		return len;
	for (i = 0; i < item.len; i++) {
		if (item.ptr[i] == ';')
			len += strlen(instead) - 1;
	}
	return len;
}

static void
put_item(struct walk *walk, struct text item, const char *instead)
{
	while (instead != NULL) {
		const char *mark = memchr(item.ptr, ';', item.len);
		struct text front = item;

		if (mark == NULL)
			break;
		front.len = (size_t)(mark - item.ptr);
		walk_field_value(walk, front);
		pen_put(&walk->pen, text_of(instead));
		item.ptr += front.len + 1;
		item.len -= front.len + 1;
	}
	walk_field_value(walk, item);
}

void
walk_put_truncated(struct walk *walk, size_t i)
{
	const struct schema *schema = walk->event->schema;
	bool any = false;
	size_t n;

	cut_ahead(walk, i);
	if (walk->dialect == DIALECT_JSON)
		return; /* it says so elsewhere */
	for (n = 0; n < schema->count; n++) {
		if (!walk->cut[n])
			continue;
		if (any)
			pen_putc(&walk->pen, ',');
		else
			walk_field_lead(walk, &schema->fields[i]);
		any = true;
		put_key(walk, &schema->fields[n]);
	}
}

static void
put_key(struct walk *walk, const struct field *field)
{
	if (walk->dialect == DIALECT_CEF)
		pen_put(&walk->pen, text_of(field->key));
	else
		field_name_put(&walk->pen,
		    field_name(field, walk->event->schema, walk->dialect));
}

/* Find out which of the fields behind `i` are going to be cut or shed. */
static void
cut_ahead(struct walk *walk, size_t i)
{
	const struct event *event = walk->event;

	for (i++; i < event->schema->count; i++) {
		const struct field *field = &event->schema->fields[i];
		const struct value *value = &event->values[i];

		if (field->shed != 0 && field->shed <= walk->shed)
			walk_field_shed(walk, i);
		else if (value->type == VALUE_LIST)
			rehearse(walk, i);
		else if (value->type == VALUE_TEXT &&
		    may_be_cut(value->u.text, field->max))
			(void)clean(value->u.text, field->max, &walk->scratch,
			    &walk->cut[i]);
	}
}

/* One octet may become a mark of three. */
static bool
may_be_cut(struct text t, size_t max)
{
	return max != 0 && t.len > max / UTF8_REPLACEMENT_LEN;
}

/* Put a list only to see what of it is cut. It is further ahead than it will
 * be, so where the record is full now, it will be too. */
static void
rehearse(struct walk *walk, size_t i)
{
	struct pen pen = walk->pen;

	walk_list_put(walk, i);
	walk->pen = pen;
}
