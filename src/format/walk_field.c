/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of field in its own way. Nearly every value is plain ASCII that
 * fits: it is checked, escaped and copied in one go, and only what turns out
 * not to be plain goes through the hygiene first.
 */
#include "config.h"

#include <arpa/inet.h>

#include "base/utf8.h"
#include "format/cef_field.h"
#include "format/clean.h"
#include "format/event.h"

/* The longest text of an address, and one NUL. */
#define ADDRESS_SIZE INET6_ADDRSTRLEN

static void put_lead(struct cef_walk *walk, const struct field *field);
static void put_text(struct cef_walk *walk, size_t i);
static void put_address(struct cef_walk *walk, size_t i);
static void put_list(struct cef_walk *walk, size_t i);
static struct text clean_item(struct cef_walk *walk, size_t i, size_t n);
static size_t count_items(struct cef_walk *walk, size_t i, size_t enough);
static size_t item_len(struct text item, const char *instead);
static void put_item(struct pen *pen, struct text item, const char *instead);
static void put_truncated(struct cef_walk *walk, size_t i);
static void cut_ahead(struct cef_walk *walk, size_t i);
static bool may_be_cut(struct text t, size_t max);
static void rehearse(struct cef_walk *walk, size_t i);
static struct text trim_blanks(struct text t);

void
cef_field_put(struct cef_walk *walk, size_t i)
{
	const struct field *field = &walk->event->schema->fields[i];
	const struct value *value = &walk->event->values[i];

	if (field->kind == FIELD_TRUNCATED) {
		put_truncated(walk, i);
		return;
	}
	switch (value->type) {
	case VALUE_NONE:
		return;
	case VALUE_TEXT:
		if (field->kind == FIELD_ADDRESS)
			put_address(walk, i);
		else
			put_text(walk, i);
		return;
	case VALUE_LIST:
		put_list(walk, i);
		return;
	case VALUE_TIME:
		put_lead(walk, field);
		pen_put_int(&walk->pen, value->u.time_ms);
		return;
	case VALUE_INT:
		put_lead(walk, field);
		pen_put_int(&walk->pen, value->u.number);
		return;
	case VALUE_BOOL:
		put_lead(walk, field);
		pen_put(
		    &walk->pen, value->u.flag ? TEXT("true") : TEXT("false"));
		return;
	}
}

void
cef_field_shed(struct cef_walk *walk, size_t i)
{
	const struct value *value = &walk->event->values[i];
	const struct field *field = &walk->event->schema->fields[i];
	size_t least = field->min_items > 1 ? field->min_items : 1;
	bool cut = false;

	switch (value->type) {
	case VALUE_NONE:
		return;
	case VALUE_TEXT:
		walk->cut[i] = !text_is_empty(
		    clean(value->u.text, 0, &walk->scratch, &cut));
		return;
	case VALUE_LIST:
		walk->cut[i] = count_items(walk, i, least) == least;
		return;
	case VALUE_TIME:
	case VALUE_INT:
	case VALUE_BOOL:
		walk->cut[i] = true;
		return;
	}
}

/* All of `lead` is copied, because a copy of fixed size is three moves. */
static void
put_lead(struct cef_walk *walk, const struct field *field)
{
	struct pen *pen = &walk->pen;

	_Static_assert(sizeof(field->lead) <= PEN_SLACK, "fits behind the end");
	if (field->lead_len > (size_t)(pen->end - pen->at)) {
		pen->full = true;
		return;
	}
	memcpy(pen->at, field->lead, sizeof(field->lead));
	pen->at += field->lead_len;
}

static void
put_text(struct cef_walk *walk, size_t i)
{
	const struct field *field = &walk->event->schema->fields[i];
	struct text t = trim_blanks(walk->event->values[i].u.text);
	char *before = walk->pen.at;

	if (text_is_empty(t))
		return;
	put_lead(walk, field);
	if ((field->max == 0 || t.len <= field->max) &&
	    pen_put_plain_value(&walk->pen, t))
		return;
	t = clean(t, field->max, &walk->scratch, &walk->cut[i]);
	if (text_is_empty(t)) {
		walk->pen.at = before;
		return;
	}
	pen_put_value(&walk->pen, t);
}

/* CEF 0 has IPv4 under src only; IPv6 goes to the custom address that is
 * customary for a source. What is neither is left out. */
static void
put_address(struct cef_walk *walk, size_t i)
{
	static const struct field v6 = {
	    FIELD_LABELLED("c6a2", "SourceIPv6Address")};
	struct text t = clean(
	    walk->event->values[i].u.text, 0, &walk->scratch, &walk->cut[i]);
	unsigned char address[sizeof(struct in6_addr)];
	char name[ADDRESS_SIZE];

	if (text_is_empty(t) || t.len >= sizeof(name))
		return;
	memcpy(name, t.ptr, t.len);
	name[t.len] = '\0';
	if (inet_pton(AF_INET, name, address) == 1)
		put_lead(walk, &walk->event->schema->fields[i]);
	else if (inet_pton(AF_INET6, name, address) == 1)
		put_lead(walk, &v6);
	else
		return;
	pen_put(&walk->pen, t);
}

/* Cut by whole items: half an address or half a name misleads. */
static void
put_list(struct cef_walk *walk, size_t i)
{
	const struct field *field = &walk->event->schema->fields[i];
	size_t count = walk->event->values[i].u.list.count;
	struct text joint = text_of(field->joint);
	size_t len = 0;
	size_t n;

	if (field->min_items > 1 &&
	    count_items(walk, i, field->min_items) < field->min_items)
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
			put_lead(walk, field);
		else
			pen_put(&walk->pen, joint);
		put_item(&walk->pen, item, field->instead);
		len += more;
	}
}

static struct text
clean_item(struct cef_walk *walk, size_t i, size_t n)
{
	return clean(walk->event->values[i].u.list.items[n], 0, &walk->scratch,
	    &walk->cut[i]);
}

/* How many items have any text; counting stops at `enough`. */
static size_t
count_items(struct cef_walk *walk, size_t i, size_t enough)
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
put_item(struct pen *pen, struct text item, const char *instead)
{
	while (instead != NULL) {
		const char *mark = memchr(item.ptr, ';', item.len);
		struct text front = item;

		if (mark == NULL)
			break;
		front.len = (size_t)(mark - item.ptr);
		pen_put_value(pen, front);
		pen_put(pen, text_of(instead));
		item.ptr += front.len + 1;
		item.len -= front.len + 1;
	}
	if (!pen_put_plain_value(pen, item))
		pen_put_value(pen, item);
}

/* The keys in the order of output, those behind this field among them. */
static void
put_truncated(struct cef_walk *walk, size_t i)
{
	const struct schema *schema = walk->event->schema;
	bool any = false;
	size_t n;

	cut_ahead(walk, i);
	for (n = 0; n < schema->count; n++) {
		if (!walk->cut[n])
			continue;
		if (any)
			pen_putc(&walk->pen, ',');
		else
			put_lead(walk, &schema->fields[i]);
		any = true;
		pen_put(&walk->pen, text_of(schema->fields[n].key));
	}
}

/* Find out which of the fields behind `i` are going to be cut or shed. */
static void
cut_ahead(struct cef_walk *walk, size_t i)
{
	const struct event *event = walk->event;

	for (i++; i < event->schema->count; i++) {
		const struct field *field = &event->schema->fields[i];
		const struct value *value = &event->values[i];

		if (field->shed != 0 && field->shed <= walk->shed)
			cef_field_shed(walk, i);
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
rehearse(struct cef_walk *walk, size_t i)
{
	struct pen pen = walk->pen;

	put_list(walk, i);
	walk->pen = pen;
}

static struct text
trim_blanks(struct text t)
{
	while (t.len != 0 && t.ptr[0] == ' ') {
		t.ptr++;
		t.len--;
	}
	while (t.len != 0 && t.ptr[t.len - 1] == ' ')
		t.len--;
	return t;
}
