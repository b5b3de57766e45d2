/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over the schema writes the extension. A record that comes out too
 * long, which is rare, is walked again with the next rank of fields left out.
 */
#include "config.h"

#include <arpa/inet.h>

#include "base/buf.h"
#include "format/cef.h"
#include "format/clean.h"
#include "format/event.h"
#include "format/record.h"

#define VENDOR_MAX 63
#define PRODUCT_MAX 63
#define CLASS_MAX 1023
#define NAME_MAX_BYTES 512
#define ADDRESS_MAX 64
#define SCRATCH_MAX (1U << 20)

/* One walk. */
struct writer {
	struct buf *out;
	const struct event *event;
	unsigned shed;      /* fields of this rank and lower are left out */
	struct buf scratch; /* of the hygiene */
	bool gap;           /* a pair has been written */
	bool cut[SCHEMA_FIELDS_MAX];
};

static void put_header(struct writer *w, const struct style *style);
static void put_header_field(struct writer *w, struct text t, size_t max);
static void put_extension(struct writer *w);
static void put_field(struct writer *w, size_t i);
static bool is_shed(struct writer *w, size_t i);
static void put_value(struct writer *w, size_t i, const struct field *field);
static void put_address(
    struct writer *w, const struct field *field, struct text t);
static void put_list(struct writer *w, size_t i, const struct field *field);
static size_t item_len(struct text item, const char *instead);
static void put_item(struct buf *out, struct text item, const char *instead);
static void put_truncated(struct writer *w, const struct field *field);
static void put_key(struct writer *w, const struct field *field);
static void put_escaped(struct buf *out, struct text t);
static size_t plain_run(struct text t);

int
cef_put(struct buf *out, const struct event *event, const struct style *style,
    size_t max)
{
	size_t before = out->len;
	bool overflow = out->overflow;
	struct writer w;
	unsigned last = 0;
	int result = -1;

	for (size_t i = 0; i < event->schema->count; i++)
		if (event->schema->fields[i].shed > last)
			last = event->schema->fields[i].shed;
	memset(&w, 0, sizeof(w));
	w.out = out;
	w.event = event;
	buf_init(&w.scratch, SCRATCH_MAX);
	for (; w.shed <= last && result == -1; w.shed++) {
		out->len = before;
		out->overflow = overflow;
		w.gap = false;
		memset(w.cut, 0, sizeof(w.cut));
		put_header(&w, style);
		put_extension(&w);
		if (out->len - before <= max && !out->overflow)
			result = 0;
	}
	buf_clear(&w.scratch);
	if (result == -1) {
		out->len = before;
		out->overflow = overflow;
	}
	return result;
}

static void
put_header(struct writer *w, const struct style *style)
{
	const struct event *event = w->event;
	bool cut = false;
	struct text name =
	    clean(event->name, NAME_MAX_BYTES, &w->scratch, &cut);

	(void)buf_put(w->out, "CEF:0|", 6);
	put_header_field(w, text_of(style->vendor), VENDOR_MAX);
	put_header_field(w, text_of(style->product), PRODUCT_MAX);
	put_header_field(w, TEXT(SCHEMA_VERSION), CLASS_MAX);
	put_header_field(w,
	    text_is_empty(event->class_id) ? text_of(event->schema->kind)
	                                   : event->class_id,
	    CLASS_MAX);
	put_header_field(w, text_is_empty(name) ? TEXT("Other") : event->name,
	    NAME_MAX_BYTES);
	(void)buf_put_int(w->out, event->severity);
	(void)buf_putc(w->out, '|');
}

/* The CEF header escapes "\" and "|" and nothing else; it has no line ends. */
static void
put_header_field(struct writer *w, struct text t, size_t max)
{
	bool cut = false;

	t = clean(t, max, &w->scratch, &cut);
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];

		if (c == '\\' || c == '|')
			(void)buf_putc(w->out, '\\');
		if (c == '\r' || c == '\n')
			c = ' ';
		(void)buf_putc(w->out, c);
	}
	(void)buf_putc(w->out, '|');
}

static void
put_extension(struct writer *w)
{
	for (size_t i = 0; i < w->event->schema->count; i++)
		if (!is_shed(w, i))
			put_field(w, i);
}

/* A field that has no value has nothing to lose. */
static bool
is_shed(struct writer *w, size_t i)
{
	const struct field *field = &w->event->schema->fields[i];
	const struct value *value = &w->event->values[i];

	if (field->shed == 0 || field->shed > w->shed)
		return false;
	w->cut[i] = value->type != VALUE_NONE &&
	    (value->type != VALUE_LIST ||
	        (value->u.list.count > 0 &&
	            value->u.list.count >= field->min_items));
	return true;
}

static void
put_field(struct writer *w, size_t i)
{
	const struct field *field = &w->event->schema->fields[i];
	const struct value *value = &w->event->values[i];

	if (field->kind == FIELD_TRUNCATED) {
		put_truncated(w, field);
		return;
	}
	switch (value->type) {
	case VALUE_NONE:
		return;
	case VALUE_TEXT:
		put_value(w, i, field);
		return;
	case VALUE_LIST:
		put_list(w, i, field);
		return;
	case VALUE_TIME:
		put_key(w, field);
		(void)buf_put_int(w->out, value->u.time_ms);
		return;
	case VALUE_INT:
		put_key(w, field);
		(void)buf_put_int(w->out, value->u.number);
		return;
	case VALUE_BOOL:
		put_key(w, field);
		(void)buf_put_text(
		    w->out, value->u.flag ? TEXT("true") : TEXT("false"));
		return;
	}
}

static void
put_value(struct writer *w, size_t i, const struct field *field)
{
	struct text t = clean(
	    w->event->values[i].u.text, field->max, &w->scratch, &w->cut[i]);

	if (text_is_empty(t))
		return;
	if (field->kind == FIELD_ADDRESS) {
		put_address(w, field, t);
		return;
	}
	put_key(w, field);
	put_escaped(w->out, t);
}

/* CEF 0 has IPv4 under src only; IPv6 goes to the custom address that is
 * customary for a source. What is neither is left out. */
static void
put_address(struct writer *w, const struct field *field, struct text t)
{
	static const struct field v6 = {
	    .key = "c6a2", .label = "SourceIPv6Address"};
	unsigned char address[16];
	char text[ADDRESS_MAX];

	if (t.len >= sizeof(text))
		return;
	memcpy(text, t.ptr, t.len);
	text[t.len] = '\0';
	if (strlen(text) != t.len)
		return;
	if (inet_pton(AF_INET, text, address) == 1)
		put_key(w, field);
	else if (inet_pton(AF_INET6, text, address) == 1)
		put_key(w, &v6);
	else
		return;
	(void)buf_put_text(w->out, t);
}

/* Cut by whole items: half an address or half a name misleads. */
static void
put_list(struct writer *w, size_t i, const struct field *field)
{
	const struct value *value = &w->event->values[i];
	size_t joint_len = strlen(field->joint), len = 0;

	if (value->u.list.count < field->min_items)
		return;
	for (size_t n = 0; n < value->u.list.count; n++) {
		struct text item =
		    clean(value->u.list.items[n], 0, &w->scratch, &w->cut[i]);
		size_t more = item_len(item, field->instead);

		if (more == 0)
			continue;
		if (len > 0)
			more += joint_len;
		if ((field->max > 0 && len + more > field->max) ||
		    w->out->overflow) {
			w->cut[i] = true;
			return;
		}
		if (len == 0)
			put_key(w, field);
		else
			(void)buf_put(w->out, field->joint, joint_len);
		put_item(w->out, item, field->instead);
		len += more;
	}
}

static size_t
item_len(struct text item, const char *instead)
{
	size_t len = item.len;

	if (instead == NULL)
		return len;
	for (size_t i = 0; i < item.len; i++)
		if (item.ptr[i] == ';')
			len += strlen(instead) - 1;
	return len;
}

static void
put_item(struct buf *out, struct text item, const char *instead)
{
	const char *mark;
	size_t len;

	while (instead != NULL && item.len > 0) {
		mark = memchr(item.ptr, ';', item.len);
		if (mark == NULL)
			break;
		len = (size_t)(mark - item.ptr);
		put_escaped(out, (struct text){item.ptr, len});
		(void)buf_puts(out, instead);
		item.ptr += len + 1;
		item.len -= len + 1;
	}
	put_escaped(out, item);
}

static void
put_truncated(struct writer *w, const struct field *field)
{
	const struct schema *schema = w->event->schema;
	bool any = false;

	for (size_t i = 0; i < schema->count; i++) {
		if (!w->cut[i])
			continue;
		if (!any)
			put_key(w, field);
		else
			(void)buf_putc(w->out, ',');
		any = true;
		(void)buf_puts(w->out, schema->fields[i].key);
	}
}

static void
put_key(struct writer *w, const struct field *field)
{
	struct buf *out = w->out;

	if (w->gap)
		(void)buf_putc(out, ' ');
	w->gap = true;
	if (field->label != NULL) {
		(void)buf_puts(out, field->key);
		(void)buf_put(out, "Label=", 6);
		(void)buf_puts(out, field->label);
		(void)buf_putc(out, ' ');
	}
	(void)buf_puts(out, field->key);
	(void)buf_putc(out, '=');
}

/* In values exactly "\", "=" and line ends are escaped; a "|" is bare. */
static void
put_escaped(struct buf *out, struct text t)
{
	while (t.len > 0) {
		size_t run = plain_run(t);

		(void)buf_put(out, t.ptr, run);
		t.ptr += run;
		t.len -= run;
		if (t.len == 0)
			return;
		if (t.ptr[0] == '\r' || t.ptr[0] == '\n') {
			(void)buf_put(out, "\\n", 2);
			if (t.len > 1 && t.ptr[0] == '\r' && t.ptr[1] == '\n') {
				t.ptr++;
				t.len--;
			}
		} else {
			(void)buf_putc(out, '\\');
			(void)buf_putc(out, t.ptr[0]);
		}
		t.ptr++;
		t.len--;
	}
}

/* Octets up to the first that is escaped. */
static size_t
plain_run(struct text t)
{
	static const bool special[256] = {
	    ['\\'] = true, ['='] = true, ['\r'] = true, ['\n'] = true};
	size_t i = 0;

	while (i < t.len && !special[(unsigned char)t.ptr[i]])
		i++;
	return i;
}
