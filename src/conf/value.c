/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading: one function for each type. Fields are reached by the table's
 * offset and width, so that no option needs code of its own.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fingerprint.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "conf/address.h"
#include "conf/conf.h"
#include "conf/options.h"
#include "conf/severity_item.h"
#include "conf/units.h"
#include "conf/value.h"
#include "conf/value_field.h"

static int set_string(const struct option *option, void *object,
    struct text text, struct err *err);
static int set_host(const struct option *option, void *object, struct text text,
    struct err *err);
static const char *string_fault(const struct option *option, struct text text);
static bool has_control(struct text text);
static int set_path(const struct option *option, void *object, const char *text,
    const char *folder, struct err *err);
static int set_quantity(const struct option *option, void *object,
    struct text text, struct err *err);
static int set_bool(const struct option *option, void *object, const char *text,
    struct err *err);
static int set_word(const struct option *option, void *object, struct text text,
    struct err *err);
static int set_time(const struct option *option, void *object, struct text text,
    struct err *err);
static int read_time(struct text text, int64_t *ret_ms);
static int set_start(const struct option *option, void *object,
    struct text text, struct err *err);
static int add_item(const struct option *option, void *object, const char *text,
    struct err *err);
static int length_check(
    const struct option *option, struct text text, struct err *err);
static int refuse(
    struct text text, const char *word, const char *fault, struct err *err);

int
value_set(const struct option *option, void *object, const char *text,
    const char *folder, struct err *err)
{
	struct text t = text_of(text);

	switch (option->type) {
	case OPTION_STRING:
	case OPTION_ASCII:
	case OPTION_SECRET:
	case OPTION_LISTEN:
	case OPTION_PROXY:
		return set_string(option, object, t, err);
	case OPTION_HOST:
		return set_host(option, object, t, err);
	case OPTION_PATH:
	case OPTION_FILE:
	case OPTION_TOKEN_FILE:
	case OPTION_PASSWORD_FILE:
		return set_path(option, object, text, folder, err);
	case OPTION_DURATION:
	case OPTION_SIZE:
	case OPTION_INT:
		return set_quantity(option, object, t, err);
	case OPTION_BOOL:
		return set_bool(option, object, text, err);
	case OPTION_WORD:
	case OPTION_WORDS:
		return set_word(option, object, t, err);
	case OPTION_TIME:
		return set_time(option, object, t, err);
	case OPTION_START:
		return set_start(option, object, t, err);
	case OPTION_NAMES:
	case OPTION_SERVERS:
	case OPTION_SEVERITIES:
	case OPTION_TEXTS:
	case OPTION_DOMAINS:
	case OPTION_FINGERPRINTS:
		break;
	}
	return add_item(option, object, text, err);
}

static int
set_string(const struct option *option, void *object, struct text text,
    struct err *err)
{
	const char *fault;

	if (length_check(option, text, err) == -1)
		return -1;
	fault = string_fault(option, text);
	/* A proxy may hold a password, and one at fault anywhere. */
	if (fault != NULL &&
	    (option->type == OPTION_SECRET || option->type == OPTION_PROXY))
		return err_set(err, ERR_BAD, "%s", fault);
	if (fault != NULL)
		return refuse(text, ":", fault, err);
	field_set_string(option, object,
	    text.len != 0 ? xstrndup(text.ptr, text.len) : NULL);
	return 0;
}

static int
set_host(const struct option *option, void *object, struct text text,
    struct err *err)
{
	char *address = address_of_api(text);
	int result = set_string(option, object, text_of(address), err);

	free(address);
	return result;
}

static const char *
string_fault(const struct option *option, struct text text)
{
	bool ascii =
	    option->type != OPTION_STRING && option->type != OPTION_TEXTS;

	if (has_control(text))
		return "a control character: take it out";
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (ascii && (c == ' ' || c > 0x7e))
			return "a character other than printable ASCII "
			       "without blanks";
	}
	if (!utf8_is_valid(text))
		return "not UTF-8: save the file as UTF-8";
	if (option->type == OPTION_HOST)
		return address_fault(text, false);
	if (option->type == OPTION_LISTEN && text.len != 0)
		return address_listen_fault(text);
	if (option->type == OPTION_PROXY)
		return address_proxy_fault(text);
	return NULL;
}

static bool
has_control(struct text text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return true;
	return false;
}

static int
set_path(const struct option *option, void *object, const char *text,
    const char *folder, struct err *err)
{
	char *path = text[0] == '/' || text[0] == '\0'
	    ? xstrdup(text)
	    : xasprintf("%s/%s", folder, text);
	int bad = length_check(option, text_of(path), err);

	if (bad == 0 && has_control(text_of(path)))
		bad = err_set(err, ERR_BAD, "a control character: take it out");
	if (bad == -1) {
		free(path);
		return -1;
	}
	field_set_string(option, object, path);
	return 0;
}

static int
set_quantity(const struct option *option, void *object, struct text text,
    struct err *err)
{
	struct buf min, max;
	int64_t n;
	int bad;

	if (option->type == OPTION_DURATION)
		bad = units_read_duration(text, &n);
	else if (option->type == OPTION_SIZE)
		bad = units_read_size(text, &n);
	else
		bad = units_read_int(text, &n);
	if (bad == -1)
		return refuse(text, " is not", field_kind(option), err);
	if (n >= option->min && n <= option->max) {
		field_set_number(option, object, n);
		return 0;
	}
	buf_init(&min, 64);
	buf_init(&max, 64);
	field_put_quantity(option, option->min, &min);
	field_put_quantity(option, option->max, &max);
	(void)err_set(err, ERR_BAD, "\"%.*s\" is not within %.*s and %.*s",
	    (int)text.len, text.ptr, (int)min.len, min.data, (int)max.len,
	    max.data);
	buf_clear(&min);
	buf_clear(&max);
	return -1;
}

static int
set_bool(const struct option *option, void *object, const char *text,
    struct err *err)
{
	bool yes = strcmp(text, "true") == 0 || strcmp(text, "yes") == 0;
	bool no = strcmp(text, "false") == 0 || strcmp(text, "no") == 0;

	if (!yes && !no)
		return refuse(
		    text_of(text), " is", "neither true nor false", err);
	field_set_number(option, object, yes);
	return 0;
}

static int
set_word(const struct option *option, void *object, struct text text,
    struct err *err)
{
	const struct option_word *w = option->words;
	struct buf known;

	while (w->name != NULL && !text_eq(text_of(w->name), text))
		w++;
	if (w->name != NULL && option->type == OPTION_WORDS)
		field_set_number(option, object,
		    field_get_number(option, object) | w->value);
	else if (w->name != NULL)
		field_set_number(option, object, w->value);
	if (w->name != NULL)
		return 0;
	buf_init(&known, 500);
	for (w = option->words; w->name != NULL; w++)
		(void)buf_printf(
		    &known, "%s%s", known.len != 0 ? ", " : "", w->name);
	(void)buf_putc(&known, '\0');
	(void)refuse(text, " is not one of:", known.data, err);
	buf_clear(&known);
	return -1;
}

static int
set_time(const struct option *option, void *object, struct text text,
    struct err *err)
{
	int64_t ms;

	if (read_time(text, &ms) == -1)
		return refuse(text, " is not", field_kind(option), err);
	field_set_number(option, object, ms);
	return 0;
}

/* RFC 3339, or a date for its midnight in UTC. */
static int
read_time(struct text text, int64_t *ret_ms)
{
	char *whole;
	int result;

	if (rfc3339_parse(text, ret_ms) == 0)
		return 0;
	whole = xasprintf("%.*sT00:00:00Z", (int)text.len, text.ptr);
	result = rfc3339_parse(text_of(whole), ret_ms);
	free(whole);
	return result;
}

/* It has two fields: which is used depends on the text. */
static int
set_start(const struct option *option, void *object, struct text text,
    struct err *err)
{
	int64_t ms;

	if (read_time(text, &ms) == 0) {
		field_set_time(option, object, ms);
		return 0;
	}
	if (units_read_duration(text, &ms) == 0) {
		field_set_time(option, object, 0);
		return set_quantity(&(struct option){.type = OPTION_DURATION,
		                        .offset = option->offset,
		                        .width = option->width,
		                        .min = option->min,
		                        .max = option->max},
		    object, text, err);
	}
	return refuse(text, " is not", field_kind(option), err);
}

static int
add_item(const struct option *option, void *object, const char *text,
    struct err *err)
{
	struct text t = text_of(text), type;
	struct fingerprint fingerprint;
	const char *fault = NULL;
	int severity;

	if (length_check(option, t, err) == -1)
		return -1;
	if (option->type == OPTION_SERVERS)
		fault = address_fault(t, true);
	if (option->type == OPTION_TEXTS)
		fault = string_fault(option, t);
	if (option->type == OPTION_DOMAINS)
		fault = address_domain_fault(t);
	if (option->type == OPTION_FINGERPRINTS)
		fault = fingerprint_parse(t, &fingerprint);
	if (option->type == OPTION_SEVERITIES &&
	    severity_item_parse(t, &type, &severity) == -1)
		fault = "not an attack type, \"=\" and a number from 0 to 10";
	if (fault != NULL)
		return refuse(t, ":", fault, err);
	field_add_item(option, object, text);
	return 0;
}

static int
length_check(const struct option *option, struct text text, struct err *err)
{
	if (text.len == 0 && option->min > 0)
		return err_set(
		    err, ERR_BAD, "empty: give it a value, or leave it out");
	if (text.len > (size_t)option->max)
		return err_set(err, ERR_BAD,
		    "longer than %lld octets: shorten it",
		    (long long)option->max);
	return 0;
}

static int
refuse(struct text text, const char *word, const char *fault, struct err *err)
{
	struct shown seen = shown(text);

	return err_set(err, ERR_BAD, "\"%.*s%s\"%s %s", seen.len, seen.ptr,
	    seen.dots, word, fault);
}
