/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A code point counts as one column: what is wider is only in what the other
 * side says, and costs a few columns at the right.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "daemon/screen.h"

#define TEXT_MAX 2048

static void put_ink(struct screen *s, enum screen_ink ink, struct text t);
static void put_text(struct screen *s, struct text t);
static void mark_cut(struct screen *s);
static struct text next_word(struct text *rest);
static size_t columns_of(struct text t);

size_t
screen_room(const struct screen *s)
{
	return s->rows > s->row ? s->rows - s->row : 0;
}

void
screen_put(struct screen *s, enum screen_ink ink, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_ink(s, ink, text_of(text));
}

void
screen_cell(
    struct screen *s, enum screen_ink ink, const char *text, size_t width)
{
	size_t len = columns_of(text_of(text));

	put_ink(s, ink, text_of(text));
	for (; len < width; len++)
		put_text(s, TEXT(" "));
}

void
screen_end(struct screen *s)
{
	/* Blanks at the end of a line would be copied with it. */
	while (!s->is_coloured && s->column > 0 && s->out->len > 0 &&
	    s->out->data[s->out->len - 1] == ' ')
		s->out->len--;
	(void)buf_putc(s->out, '\n');
	s->row++;
	s->column = 0;
	s->is_cut = false;
}

void
screen_wrap(struct screen *s, enum screen_ink ink, size_t indent, size_t lines,
    const char *text)
{
	struct text rest = text_of(text), word;
	bool is_first = true;

	while (s->column < indent)
		put_text(s, TEXT(" "));
	while (!text_is_empty(word = next_word(&rest))) {
		size_t len = columns_of(word);

		if (!is_first && s->column + 1 + len > s->columns &&
		    lines > 1) {
			screen_end(s);
			lines--;
			while (s->column < indent)
				put_text(s, TEXT(" "));
			is_first = true;
		}
		if (!is_first)
			put_text(s, TEXT(" "));
		put_ink(s, ink, word);
		is_first = false;
	}
	screen_end(s);
}

static void
put_ink(struct screen *s, enum screen_ink ink, struct text t)
{
	static const char *const begins[] = {
	    [SCREEN_BOLD] = "\033[1m",
	    [SCREEN_DIM] = "\033[2m",
	    [SCREEN_GOOD] = "\033[32m",
	    [SCREEN_WARN] = "\033[33m",
	    [SCREEN_BAD] = "\033[1;31m",
	};
	bool is_inked = s->is_coloured && ink != SCREEN_PLAIN;

	if (is_inked)
		(void)buf_puts(s->out, begins[ink]);
	put_text(s, t);
	if (is_inked)
		(void)buf_puts(s->out, "\033[0m");
}

/* What would move the cursor, or is no text, is a blank. */
static void
put_text(struct screen *s, struct text t)
{
	while (t.len > 0 && s->column < s->columns) {
		uint32_t cp;
		size_t len = utf8_decode(t, &cp);

		if (s->column == s->columns - 1)
			s->last = s->out->len;
		if (cp == UTF8_INVALID || utf8_is_hostile(cp))
			(void)buf_putc(s->out, ' ');
		else
			(void)buf_put(s->out, t.ptr, len);
		s->column++;
		t.ptr += len;
		t.len -= len;
	}
	if (!s->is_cut && !text_is_empty(text_trim(t)))
		mark_cut(s);
}

/* Instead of the last column; its ink ended behind it. */
static void
mark_cut(struct screen *s)
{
	s->is_cut = true;
	s->out->len = s->last;
	(void)buf_puts(s->out, s->cut);
	if (s->is_coloured)
		(void)buf_puts(s->out, "\033[0m");
}

static struct text
next_word(struct text *rest)
{
	struct text word = text_trim(*rest);

	*rest = word;
	for (word.len = 0; word.len < rest->len; word.len++)
		if (rest->ptr[word.len] == ' ' || rest->ptr[word.len] == '\n')
			break;
	rest->ptr += word.len;
	rest->len -= word.len;
	return word;
}

static size_t
columns_of(struct text t)
{
	size_t count = 0;

	for (size_t i = 0; i < t.len; i++)
		count += !utf8_is_continuation(t.ptr[i]);
	return count;
}
