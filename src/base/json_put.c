/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text, straight into the buffer: nothing is built first.
 */
#include "config.h"

#include <assert.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/json_put.h"
#include "base/utf8.h"

static void lead(struct json_put *j, const char *name);
static size_t plain_len(struct text t);
static void put_other(struct buf *out, const char *p, size_t len);
static void put_hostile(struct buf *out, uint32_t code_point);

void
json_put_init(struct json_put *j, struct buf *out)
{
	*j = (struct json_put){.out = out};
}

void
json_put_open(struct json_put *j, const char *name, char bracket)
{
	assert(bracket == '{' || bracket == '[');
	lead(j, name);
	(void)buf_putc(j->out, bracket);
	j->comma = false;
}

void
json_put_close(struct json_put *j, char bracket)
{
	assert(bracket == '}' || bracket == ']');
	(void)buf_putc(j->out, bracket);
	j->comma = true;
}

void
json_put_text(struct json_put *j, const char *name, struct text value)
{
	lead(j, name);
	json_put_quoted(j->out, value);
}

void
json_put_string(struct json_put *j, const char *name, const char *value)
{
	if (value != NULL) {
		json_put_text(j, name, text_of(value));
		return;
	}
	lead(j, name);
	(void)buf_puts(j->out, "null");
}

void
json_put_int(struct json_put *j, const char *name, int64_t value)
{
	lead(j, name);
	(void)buf_put_int(j->out, value);
}

void
json_put_uint(struct json_put *j, const char *name, uint64_t value)
{
	lead(j, name);
	(void)buf_printf(j->out, "%" PRIu64, value);
}

void
json_put_milli(struct json_put *j, const char *name, int64_t value)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	lead(j, name);
	(void)buf_printf(j->out, "%s%" PRIu64 ".%03u", value < 0 ? "-" : "",
	    size / 1000, (unsigned)(size % 1000));
}

void
json_put_bool(struct json_put *j, const char *name, bool value)
{
	lead(j, name);
	(void)buf_puts(j->out, value ? "true" : "false");
}

/* What stands before a value: the comma that is due, and its name. */
static void
lead(struct json_put *j, const char *name)
{
	if (j->comma)
		(void)buf_puts(j->out, ", ");
	j->comma = true;
	if (name == NULL)
		return;
	json_put_quoted(j->out, text_of(name));
	(void)buf_puts(j->out, ": ");
}

void
json_put_quoted(struct buf *out, struct text t)
{
	(void)buf_putc(out, '"');
	while (t.len != 0) {
		size_t len = plain_len(t);
		uint32_t code_point;

		if (len != 0) {
			(void)buf_put(out, t.ptr, len);
		} else {
			len = utf8_decode(t, &code_point);
			if (code_point == UTF8_INVALID)
				(void)buf_put(out, UTF8_REPLACEMENT,
				    UTF8_REPLACEMENT_LEN);
			else if (utf8_is_hostile(code_point))
				put_hostile(out, code_point);
			else
				put_other(out, t.ptr, len);
		}
		t.ptr += len;
		t.len -= len;
	}
	(void)buf_putc(out, '"');
}

/* How much of the front is ASCII that needs no thought. */
static size_t
plain_len(struct text t)
{
	size_t i = 0;

	while (i < t.len && t.ptr[i] >= 0x20 && t.ptr[i] < 0x7f &&
	    t.ptr[i] != '"' && t.ptr[i] != '\\')
		i++;
	return i;
}

static void
put_other(struct buf *out, const char *p, size_t len)
{
	if (*p == '"' || *p == '\\')
		(void)buf_putc(out, '\\');
	(void)buf_put(out, p, len);
}

/* RFC 8259, section 7. Most of them need not be escaped, but a terminal or a
 * reader of lines may take them for more than text. */
static void
put_hostile(struct buf *out, uint32_t code_point)
{
	if (code_point == '\n')
		(void)buf_puts(out, "\\n");
	else if (code_point == '\r')
		(void)buf_puts(out, "\\r");
	else if (code_point == '\t')
		(void)buf_puts(out, "\\t");
	else
		(void)buf_printf(out, "\\u%04x", (unsigned)code_point);
}
