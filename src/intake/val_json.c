/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json-c's own writer would pass on what is not UTF-8, and words that are no
 * JSON.
 */
#include "config.h"

#include <json-c/json.h>

#include "base/buf.h"
#include "base/json_put.h"
#include "intake/val.h"
#include "intake/val_json.h"

static void put_object(struct buf *out, const struct val *v);
static void put_member(struct text name, const struct val *value, void *arg);
static void put_array(struct buf *out, const struct val *v);
static void put_number(struct buf *out, struct text number);
static bool is_number(const char *p);
static const char *skip_digits(const char *p);
static struct json_object *object_of(const struct val *v);

void
val_each_member(const struct val *v, val_member_fn *fn, void *arg)
{
	struct json_object_iterator at, end;

	if (!val_is_object(v))
		return;
	at = json_object_iter_begin(object_of(v));
	end = json_object_iter_end(object_of(v));
	while (!json_object_iter_equal(&at, &end)) {
		fn(text_of(json_object_iter_peek_name(&at)),
		    (const struct val *)json_object_iter_peek_value(&at), arg);
		json_object_iter_next(&at);
	}
}

/* Recursion goes no deeper than the decoder let the document go. */
void
val_put_json(struct buf *out, const struct val *v)
{
	switch (json_object_get_type(object_of(v))) {
	case json_type_null:
		(void)buf_puts(out, "null");
		return;
	case json_type_object:
		put_object(out, v);
		return;
	case json_type_array:
		put_array(out, v);
		return;
	case json_type_string:
		json_put_quoted(out, val_text(v));
		return;
	case json_type_boolean:
		(void)buf_put_text(out, val_text(v));
		return;
	case json_type_int:
	case json_type_double:
		put_number(out, val_text(v));
		return;
	}
}

static void
put_object(struct buf *out, const struct val *v)
{
	size_t start;

	(void)buf_putc(out, '{');
	start = out->len;
	val_each_member(v, put_member, out);
	if (out->len != start)
		out->len--; /* the last comma */
	(void)buf_putc(out, '}');
}

static void
put_member(struct text name, const struct val *value, void *arg)
{
	struct buf *out = arg;

	json_put_quoted(out, name);
	(void)buf_putc(out, ':');
	val_put_json(out, value);
	(void)buf_putc(out, ',');
}

static void
put_array(struct buf *out, const struct val *v)
{
	(void)buf_putc(out, '[');
	for (size_t i = 0; i < val_count(v); i++) {
		if (i > 0)
			(void)buf_putc(out, ',');
		val_put_json(out, val_item(v, i));
	}
	(void)buf_putc(out, ']');
}

/* As it stood in the document. The parser also takes NaN and Infinity, which
 * JSON has not. */
static void
put_number(struct buf *out, struct text number)
{
	(void)buf_put_text(out, is_number(number.ptr) ? number : TEXT("null"));
}

/* RFC 8259 section 6. */
static bool
is_number(const char *p)
{
	const char *start;

	p += *p == '-';
	start = p;
	p = skip_digits(p);
	if (p == start || (*start == '0' && p > start + 1))
		return false;
	if (*p == '.') {
		start = ++p;
		p = skip_digits(p);
		if (p == start)
			return false;
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '+' || *p == '-';
		start = p;
		p = skip_digits(p);
		if (p == start)
			return false;
	}
	return *p == '\0';
}

static const char *
skip_digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

/* As in decode.c: its readers take a pointer to non-const. */
static struct json_object *
object_of(const struct val *v)
{
	return (struct json_object *)(uintptr_t)v;
}
