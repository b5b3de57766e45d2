/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/shown.h"

#define SHOWN_MAX 30
#define BEGIN 8
#define SENTENCE_MAX 4096

struct shown
shown(struct text text)
{
	int len = BEGIN;

	if (text.len <= SHOWN_MAX)
		return (struct shown){(int)text.len, text.ptr, ""};
	/* No part of a character of UTF-8. */
	while (len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
		len--;
	return (struct shown){len, text.ptr, "..."};
}

char *
shown_in(const char *sentence)
{
	struct buf out;
	struct shown seen;

	buf_init(&out, SENTENCE_MAX);
	while (*sentence != '\0') {
		size_t len = strcspn(sentence, " \t'\"");

		seen = shown((struct text){sentence, len});
		(void)buf_printf(&out, "%.*s%s", seen.len, seen.ptr, seen.dots);
		sentence += len;
		if (*sentence != '\0')
			(void)buf_putc(&out, *sentence++);
	}
	(void)buf_putc(&out, '\0');
	return out.data;
}

bool
shown_hides_path(const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (len > SHOWN_MAX && memchr(path, '.', len) == NULL)
			return true;
		path += len + (path[len] == '/');
	}
	return false;
}
