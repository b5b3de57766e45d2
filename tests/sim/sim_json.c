/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON writer. The buffer's ceiling is the only thing that can fail; its
 * owner checks `overflow` once, at the end.
 */
#include "config.h"

#include "base/buf.h"
#include "sim_json.h"

void
sim_json_sep(struct buf *b)
{
	char last;

	last = b->len != 0 ? b->data[b->len - 1] : '{';
	if (last != '{' && last != '[' && last != ':')
		(void)buf_putc(b, ',');
}

void
sim_json_key(struct buf *b, const char *name)
{
	sim_json_sep(b);
	(void)buf_putc(b, '"');
	(void)buf_puts(b, name);
	(void)buf_put(b, "\":", 2);
}

void
sim_json_open(struct buf *b, const char *name, char bracket)
{
	if (name != NULL)
		sim_json_key(b, name);
	else
		sim_json_sep(b);
	(void)buf_putc(b, bracket);
}

void
sim_json_close(struct buf *b, char bracket)
{
	(void)buf_putc(b, bracket);
}

void
sim_json_text(struct buf *b, struct text t)
{
	size_t i;
	char c;

	(void)buf_putc(b, '"');
	for (i = 0; i < t.len; i++) {
		c = t.ptr[i];
		if (c == '"' || c == '\\')
			(void)buf_putc(b, '\\');
		if ((unsigned char)c < 0x20)
			(void)buf_printf(b, "\\u%04x", (unsigned)c);
		else
			(void)buf_putc(b, c);
	}
	(void)buf_putc(b, '"');
}

void
sim_json_member(struct buf *b, const char *name, const char *value)
{
	sim_json_key(b, name);
	sim_json_text(b, text_of(value));
}

void
sim_json_member_int(struct buf *b, const char *name, int64_t value)
{
	sim_json_key(b, name);
	(void)buf_put_int(b, value);
}

void
sim_json_member_raw(struct buf *b, const char *name, const char *json)
{
	sim_json_key(b, name);
	(void)buf_puts(b, json);
}

void
sim_json_word(struct buf *b, const char *word)
{
	sim_json_sep(b);
	(void)buf_putc(b, '"');
	(void)buf_puts(b, word);
	(void)buf_putc(b, '"');
}

void
sim_json_member_word(struct buf *b, const char *name, const char *word)
{
	sim_json_key(b, name);
	sim_json_word(b, word);
}
