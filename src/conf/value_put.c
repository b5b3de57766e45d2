/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values out of their fields: written, compared, freed.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/address.h"
#include "conf/conf.h"
#include "conf/options.h"
#include "conf/units.h"
#include "conf/value.h"
#include "conf/value_field.h"

/* Long enough for a token and for what a reader must see of it. */
#define HIDDEN "(hidden)"

/* How the field is stored, whatever it means. */
enum storage { STORED_NUMBER, STORED_STRING, STORED_STRINGS, STORED_START };

static enum storage storage(const struct option *option);
static bool put_string(
    const struct option *option, const void *object, struct buf *out);
static void put_proxy(const char *url, struct buf *out);
static void put_number(const struct option *option, int64_t n, struct buf *out);
static void put_word(const struct option *option, int64_t n, struct buf *out);
static void put_words(const struct option *option, int64_t n, struct buf *out);
static bool put_strings(const struct conf_strings *list, struct buf *out);
static void put_time(struct buf *out, int64_t ms);
static bool strings_equal(
    const struct conf_strings *a, const struct conf_strings *b);

bool
value_put(const struct option *option, const void *object, struct buf *out)
{
	int64_t n;

	switch (storage(option)) {
	case STORED_STRING:
		return put_string(option, object, out);
	case STORED_STRINGS:
		return put_strings(field_get_strings(option, object), out);
	case STORED_NUMBER:
		n = field_get_number(option, object);
		if (n == 0 &&
		    (option->type == OPTION_TIME ||
		        option->type == OPTION_WORDS))
			return false;
		put_number(option, n, out);
		return true;
	case STORED_START:
		break;
	}
	if (field_get_time(option, object) != 0) {
		put_time(out, field_get_time(option, object));
		return true;
	}
	(void)buf_putc(out, '"');
	units_put_duration(out, field_get_number(option, object));
	(void)buf_putc(out, '"');
	return true;
}

static enum storage
storage(const struct option *option)
{
	switch (option->type) {
	case OPTION_STRING:
	case OPTION_ASCII:
	case OPTION_SECRET:
	case OPTION_PATH:
	case OPTION_FILE:
	case OPTION_TOKEN_FILE:
	case OPTION_PASSWORD_FILE:
	case OPTION_HOST:
	case OPTION_LISTEN:
	case OPTION_PROXY:
		return STORED_STRING;
	case OPTION_NAMES:
	case OPTION_SERVERS:
	case OPTION_SEVERITIES:
	case OPTION_TEXTS:
	case OPTION_DOMAINS:
	case OPTION_FINGERPRINTS:
		return STORED_STRINGS;
	case OPTION_START:
		return STORED_START;
	case OPTION_DURATION:
	case OPTION_SIZE:
	case OPTION_INT:
	case OPTION_BOOL:
	case OPTION_WORD:
	case OPTION_WORDS:
	case OPTION_TIME:
		break;
	}
	return STORED_NUMBER;
}

static bool
put_string(const struct option *option, const void *object, struct buf *out)
{
	const char *s = field_get_string(option, object);

	if (s == NULL && option->type == OPTION_LISTEN)
		s = "";
	if (s == NULL)
		return false;
	if (option->type == OPTION_SECRET)
		value_put_quoted(out, HIDDEN);
	else if (option->type == OPTION_PROXY)
		put_proxy(s, out);
	else
		value_put_quoted(out, s);
	return true;
}

static void
put_proxy(const char *url, struct buf *out)
{
	struct text t = text_of(url), password = address_password(t);
	const char *end = password.ptr + password.len;
	char *shown;

	if (password.len == 0) {
		value_put_quoted(out, url);
		return;
	}
	shown =
	    xasprintf("%.*s%s%s", (int)(password.ptr - url), url, HIDDEN, end);
	value_put_quoted(out, shown);
	free(shown);
}

static void
put_number(const struct option *option, int64_t n, struct buf *out)
{
	bool quotes =
	    option->type == OPTION_DURATION || option->type == OPTION_SIZE;

	if (option->type == OPTION_BOOL) {
		(void)buf_puts(out, n != 0 ? "true" : "false");
	} else if (option->type == OPTION_WORD) {
		put_word(option, n, out);
	} else if (option->type == OPTION_WORDS) {
		put_words(option, n, out);
	} else if (option->type == OPTION_TIME) {
		put_time(out, n);
	} else {
		(void)buf_puts(out, quotes ? "\"" : "");
		field_put_quantity(option, n, out);
		(void)buf_puts(out, quotes ? "\"" : "");
	}
}

static void
put_word(const struct option *option, int64_t n, struct buf *out)
{
	const struct option_word *w = option->words;

	while (w->name != NULL && w->value != n)
		w++;
	if (w->name != NULL)
		value_put_quoted(out, w->name);
}

static void
put_words(const struct option *option, int64_t n, struct buf *out)
{
	const char *between = "";

	(void)buf_putc(out, '{');
	for (const struct option_word *w = option->words; w->name != NULL;
	     w++) {
		if ((n & w->value) == 0)
			continue;
		(void)buf_puts(out, between);
		value_put_quoted(out, w->name);
		between = ", ";
	}
	(void)buf_putc(out, '}');
}

static bool
put_strings(const struct conf_strings *list, struct buf *out)
{
	if (list->count == 0)
		return false;
	(void)buf_putc(out, '{');
	for (size_t i = 0; i < list->count; i++) {
		(void)buf_puts(out, i != 0 ? ", " : "");
		value_put_quoted(out, list->items[i]);
	}
	(void)buf_putc(out, '}');
	return true;
}

static void
put_time(struct buf *out, int64_t ms)
{
	char text[RFC3339_MS_LEN + 1];

	rfc3339_ms(text, ms);
	value_put_quoted(out, text);
}

void
value_put_quoted(struct buf *out, const char *text)
{
	(void)buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\' || *text == '$')
			(void)buf_putc(out, '\\');
		(void)buf_putc(out, *text);
	}
	(void)buf_putc(out, '"');
}

bool
value_equal(const struct option *option, const void *a, const void *b)
{
	const char *s, *t;

	switch (storage(option)) {
	case STORED_STRING:
		s = field_get_string(option, a);
		t = field_get_string(option, b);
		if (s == NULL || t == NULL)
			return s == t;
		return strcmp(s, t) == 0;
	case STORED_STRINGS:
		return strings_equal(
		    field_get_strings(option, a), field_get_strings(option, b));
	case STORED_NUMBER:
		return field_get_number(option, a) ==
		    field_get_number(option, b);
	case STORED_START:
		break;
	}
	return field_get_time(option, a) == field_get_time(option, b) &&
	    field_get_number(option, a) == field_get_number(option, b);
}

static bool
strings_equal(const struct conf_strings *a, const struct conf_strings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

void
value_clear(const struct option *option, void *object)
{
	const struct conf_strings *list;

	switch (storage(option)) {
	case STORED_STRING:
		field_set_string(option, object, NULL);
		break;
	case STORED_STRINGS:
		list = field_get_strings(option, object);
		for (size_t i = 0; i < list->count; i++)
			free(list->items[i]);
		free(list->items);
		break;
	case STORED_NUMBER:
	case STORED_START:
		break;
	}
}
