/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header ends with the seventh bar. In the extension a key is the word
 * before an equals sign without a backslash.
 */
#include "config.h"

#include "cef_line.h"

#define HEADER_BARS 7
#define CLASS_BAR 4

static const char *skip_header(
    struct cef_line *line, const char *at, const char *end);
static bool read_pairs(struct cef_line *line, const char *at, const char *end);

bool
cef_line_read(struct cef_line *ret, struct text record)
{
	const char *end = record.ptr + record.len;
	const char *at = memmem(record.ptr, record.len, "CEF:0|", 6);

	ret->count = 0;
	if (at == NULL)
		return false;
	at = skip_header(ret, at, end);
	return at != NULL && read_pairs(ret, at, end);
}

struct text
cef_line_get(const struct cef_line *line, const char *key)
{
	for (size_t i = 0; i < line->count; i++)
		if (text_eq(line->keys[i], text_of(key)))
			return line->values[i];
	return (struct text){NULL, 0};
}

bool
cef_line_says(const struct cef_line *line, const char *key, const char *value)
{
	return text_eq(cef_line_get(line, key), text_of(value));
}

static const char *
skip_header(struct cef_line *line, const char *at, const char *end)
{
	const char *start = at;

	for (int bars = 0; at < end; at++) {
		if (*at == '\\')
			at++;
		if (at >= end || *at != '|')
			continue;
		if (++bars == CLASS_BAR + 1)
			line->class_id =
			    (struct text){start, (size_t)(at - start)};
		if (bars == HEADER_BARS)
			return at + 1;
		start = at + 1;
	}
	return NULL;
}

static bool
read_pairs(struct cef_line *line, const char *at, const char *end)
{
	const char *word = at;

	for (; at < end; at++) {
		if (*at == ' ')
			word = at + 1;
		if (*at == '\\')
			at++;
		if (at >= end || *at != '=')
			continue;
		if (line->count == CEF_LINE_PAIRS)
			return false;
		/* The value before ends where this key's blank is. */
		if (line->count > 0) {
			struct text *before = &line->values[line->count - 1];

			before->len = (size_t)(word - 1 - before->ptr);
		}
		line->keys[line->count] =
		    (struct text){word, (size_t)(at - word)};
		line->values[line->count++] =
		    (struct text){at + 1, (size_t)(end - at - 1)};
	}
	return line->count > 0;
}
