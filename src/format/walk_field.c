/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of field in its own way. Nearly every value is plain ASCII that
 * fits: it is checked, escaped and copied in one go, and only what turns out
 * not to be plain goes through the hygiene first.
 */
#include "config.h"

#include <arpa/inet.h>

#include "format/clean.h"
#include "format/event.h"
#include "format/field_name.h"
#include "format/walk.h"
#include "format/walk_field.h"
#include "format/walk_list.h"

/* The longest text of an address, and one NUL. */
#define ADDRESS_SIZE INET6_ADDRSTRLEN

static void put_field(struct walk *walk, size_t i);
static void put_any_lead(struct walk *walk, const struct field *field);
static bool is_bare(const struct walk *walk, const struct field *field);
static void put_text(struct walk *walk, size_t i);
static void put_address(struct walk *walk, size_t i);

void
walk_field_put(struct walk *walk, size_t i)
{
	char *before = walk->pen.at;

	put_field(walk, i);
	if (walk->pen.at != before &&
	    !is_bare(walk, &walk->event->schema->fields[i]))
		pen_putc(&walk->pen, '"');
}

void
walk_field_shed(struct walk *walk, size_t i)
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
		walk->cut[i] = walk_list_count(walk, i, least) == least;
		return;
	case VALUE_TIME:
	case VALUE_INT:
	case VALUE_BOOL:
		walk->cut[i] = true;
		return;
	}
}

/* All of CEF's `lead` is copied, because a copy of fixed size is three moves. */
void
walk_field_lead(struct walk *walk, const struct field *field)
{
	struct pen *pen = &walk->pen;

	_Static_assert(sizeof(field->lead) <= PEN_SLACK, "fits behind the end");
	if (walk->dialect != DIALECT_CEF) {
		put_any_lead(walk, field);
		return;
	}
	if (field->lead_len > (size_t)(pen->end - pen->at)) {
		pen->full = true;
		return;
	}
	memcpy(pen->at, field->lead, sizeof(field->lead));
	pen->at += field->lead_len;
}

static void
put_any_lead(struct walk *walk, const struct field *field)
{
	struct text name =
	    field_name(field, walk->event->schema, walk->dialect);

	switch (walk->dialect) {
	case DIALECT_CEF:
		return;
	case DIALECT_LEEF:
		pen_putc(&walk->pen, '\t');
		field_name_put(&walk->pen, name);
		pen_putc(&walk->pen, '=');
		return;
	case DIALECT_SD:
		pen_putc(&walk->pen, ' ');
		field_name_put(&walk->pen, name);
		pen_put(&walk->pen, TEXT("=\""));
		return;
	case DIALECT_JSON:
		pen_put(&walk->pen, TEXT(",\""));
		field_name_put(&walk->pen, name);
		pen_put(&walk->pen,
		    is_bare(walk, field) ? TEXT("\":") : TEXT("\":\""));
		return;
	}
}

/* Does it stand without quotes? */
static bool
is_bare(const struct walk *walk, const struct field *field)
{
	if (walk->dialect == DIALECT_CEF || walk->dialect == DIALECT_LEEF)
		return true;
	return walk->dialect == DIALECT_JSON &&
	    (field->kind == FIELD_TIME || field->kind == FIELD_INT ||
	        field->kind == FIELD_BOOL);
}

void
walk_field_value(struct walk *walk, struct text t)
{
	if (walk->dialect != DIALECT_CEF || !pen_put_plain_value(&walk->pen, t))
		walk_put_escaped(walk, t);
}

static void
put_field(struct walk *walk, size_t i)
{
	const struct field *field = &walk->event->schema->fields[i];
	const struct value *value = &walk->event->values[i];

	if (field->kind == FIELD_TRUNCATED) {
		walk_put_truncated(walk, i);
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
		walk_list_put(walk, i);
		return;
	case VALUE_TIME:
		walk_field_lead(walk, field);
		pen_put_int(&walk->pen, value->u.time_ms);
		return;
	case VALUE_INT:
		walk_field_lead(walk, field);
		pen_put_int(&walk->pen, value->u.number);
		return;
	case VALUE_BOOL:
		walk_field_lead(walk, field);
		pen_put(
		    &walk->pen, value->u.flag ? TEXT("true") : TEXT("false"));
		return;
	}
}

static void
put_text(struct walk *walk, size_t i)
{
	const struct field *field = &walk->event->schema->fields[i];
	struct text t = clean_trim(walk->event->values[i].u.text);
	char *before = walk->pen.at;

	if (text_is_empty(t))
		return;
	walk_field_lead(walk, field);
	if (walk->dialect == DIALECT_CEF &&
	    (field->max == 0 || t.len <= field->max) &&
	    pen_put_plain_value(&walk->pen, t))
		return;
	t = clean(t, field->max, &walk->scratch, &walk->cut[i]);
	if (text_is_empty(t)) {
		walk->pen.at = before;
		return;
	}
	walk_put_escaped(walk, t);
}

/* CEF 0 has IPv4 under src only; IPv6 goes to the custom address that is
 * customary for a source. What is neither is left out, everywhere. */
static void
put_address(struct walk *walk, size_t i)
{
	static const struct field v6 = {
	    FIELD_LABELLED("c6a2", "SourceIPv6Address")};
	struct text t = clean(
	    walk->event->values[i].u.text, 0, &walk->scratch, &walk->cut[i]);
	const struct field *field = &walk->event->schema->fields[i];
	unsigned char address[sizeof(struct in6_addr)];
	char name[ADDRESS_SIZE];

	if (text_is_empty(t) || t.len >= sizeof(name))
		return;
	memcpy(name, t.ptr, t.len);
	name[t.len] = '\0';
	if (inet_pton(AF_INET, name, address) != 1) {
		if (inet_pton(AF_INET6, name, address) != 1)
			return;
		if (walk->dialect == DIALECT_CEF)
			field = &v6;
	}
	walk_field_lead(walk, field);
	pen_put(&walk->pen, t);
}
