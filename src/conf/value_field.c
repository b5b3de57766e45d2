/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies in and out by width, since the structs use the types that suit their
 * users.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/options.h"
#include "conf/units.h"
#include "conf/value_field.h"

static char *
at(const struct option *option, void *object)
{
	return (char *)object + option->offset;
}

static const char *
at_const(const struct option *option, const void *object)
{
	return (const char *)object + option->offset;
}

void
field_set_number(const struct option *option, void *object, int64_t n)
{
	uint8_t one = (uint8_t)n;
	uint32_t four = (uint32_t)n;

	assert(option->width == 0 || option->width == sizeof(one) ||
	    option->width == sizeof(four) || option->width == sizeof(n));
	if (option->width == sizeof(one))
		memcpy(at(option, object), &one, sizeof(one));
	else if (option->width == sizeof(four))
		memcpy(at(option, object), &four, sizeof(four));
	else if (option->width == sizeof(n))
		memcpy(at(option, object), &n, sizeof(n));
}

int64_t
field_get_number(const struct option *option, const void *object)
{
	uint8_t one;
	uint32_t four;
	int64_t n = 0;

	if (option->width == sizeof(one)) {
		memcpy(&one, at_const(option, object), sizeof(one));
		n = one;
	} else if (option->width == sizeof(four)) {
		memcpy(&four, at_const(option, object), sizeof(four));
		n = four;
	} else if (option->width == sizeof(n)) {
		memcpy(&n, at_const(option, object), sizeof(n));
	}
	return n;
}

_Static_assert(offsetof(struct conf_source, start_ms) ==
        offsetof(struct conf_source, start_ago_ms) + sizeof(int64_t),
    "the two of start lie together");
_Static_assert(offsetof(struct conf_destination, start_ms) ==
        offsetof(struct conf_destination, start_ago_ms) + sizeof(int64_t),
    "the two of start lie together");

void
field_set_time(const struct option *option, void *object, int64_t ms)
{
	memcpy(at(option, object) + option->width, &ms, sizeof(ms));
}

int64_t
field_get_time(const struct option *option, const void *object)
{
	int64_t ms;

	memcpy(&ms, at_const(option, object) + option->width, sizeof(ms));
	return ms;
}

void
field_set_string(const struct option *option, void *object, char *s)
{
	char *old;

	memcpy(&old, at(option, object), sizeof(old));
	secret_free(old);
	memcpy(at(option, object), &s, sizeof(s));
}

const char *
field_get_string(const struct option *option, const void *object)
{
	const char *s;

	memcpy(&s, at_const(option, object), sizeof(s));
	return s;
}

void
field_add_item(const struct option *option, void *object, const char *item)
{
	struct conf_strings list;

	memcpy(&list, at(option, object), sizeof(list));
	list.items = xrealloc(list.items, list.count + 1, sizeof(*list.items));
	list.items[list.count++] = xstrdup(item);
	memcpy(at(option, object), &list, sizeof(list));
}

const struct conf_strings *
field_get_strings(const struct option *option, const void *object)
{
	return (const void *)at_const(option, object);
}

void
field_put_quantity(const struct option *option, int64_t n, struct buf *out)
{
	if (option->type == OPTION_DURATION)
		units_put_duration(out, n);
	else if (option->type == OPTION_SIZE)
		units_put_size(out, n);
	else
		(void)buf_put_int(out, n);
}

const char *
field_kind(const struct option *option)
{
	switch (option->type) {
	case OPTION_DURATION:
		return "a duration like 500ms, 30s, 10m, 24h or 7d";
	case OPTION_SIZE:
		return "a size like 8000, 64KiB, 16MiB or 2GiB";
	case OPTION_INT:
		return "a number";
	case OPTION_BOOL:
		return "true or false";
	case OPTION_TIME:
		return "a date like 2027-01-31 or an RFC 3339 time";
	case OPTION_START:
		return "a duration like 24h or a time like "
		       "2027-01-31T10:20:30Z";
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
	case OPTION_WORD:
	case OPTION_WORDS:
	case OPTION_NAMES:
	case OPTION_SERVERS:
	case OPTION_SEVERITIES:
	case OPTION_TEXTS:
	case OPTION_DOMAINS:
	case OPTION_FINGERPRINTS:
		break;
	}
	return "a text";
}
