/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that compare equal when nothing has changed.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rfc3339.h"
#include "format/event.h"
#include "intake/mark.h"
#include "intake/val.h"
#include "intake/val_json.h"
#include "io/digest.h"

#define DIGEST_DIGITS 16
#define NUMBER_SIZE 24
#define MS_DIGITS 3

static const char *const none = NULL;

/* The members of an object that say something. */
struct members {
	const char *const *known;
	struct arena *arena;
	struct text *parts;
	size_t count, room;
};

static void count_member(struct text name, const struct val *value, void *arg);
static void take_member(struct text name, const struct val *value, void *arg);
static int compare(const void *a, const void *b);
static struct text gathered(
    const struct text *parts, size_t count, struct arena *arena);

struct text
mark_id(const struct val *v, const char *member, struct text otherwise)
{
	struct text id = text_trim(val_member_text(v, member));

	return text_is_empty(id) ? otherwise : id;
}

struct text
mark_time(const struct event *event, unsigned field, struct text otherwise,
    struct arena *arena)
{
	const struct value *value = &event->values[field];
	char *out;

	if (value->type != VALUE_TIME)
		return otherwise;
	out = arena_alloc(arena, RFC3339_MS_LEN + 1);
	rfc3339_ms(out, value->u.time_ms);
	return (struct text){out, RFC3339_MS_LEN};
}

struct text
mark_instant(const struct event *event, unsigned field, struct text written,
    struct arena *arena)
{
	struct text time = mark_time(event, field, written, arena);
	const char *end = written.ptr + written.len;
	const char *dot =
	    written.len > 0 ? memchr(written.ptr, '.', written.len) : NULL;
	struct text rest;
	char *out;

	if (event->values[field].type != VALUE_TIME || dot == NULL)
		return time;
	rest.ptr = dot + 1;
	rest.len = 0;
	while (rest.ptr + rest.len < end && rest.ptr[rest.len] >= '0' &&
	    rest.ptr[rest.len] <= '9')
		rest.len++;
	while (rest.len > 0 && rest.ptr[rest.len - 1] == '0')
		rest.len--;
	if (rest.len <= MS_DIGITS)
		return time;
	rest.ptr += MS_DIGITS;
	rest.len -= MS_DIGITS;
	out = arena_alloc(arena, time.len + rest.len);
	memcpy(out, time.ptr, time.len);
	memcpy(out + time.len, rest.ptr, rest.len);
	return (struct text){out, time.len + rest.len};
}

int64_t
mark_near(const struct event *event, unsigned field)
{
	const struct value *value = &event->values[field];

	if (value->type != VALUE_TIME)
		return 0;
	return value->u.time_ms / MARK_NEAR_MS * MARK_NEAR_MS;
}

struct text
mark_set(const struct event *event, unsigned field, struct arena *arena)
{
	const struct value *value = &event->values[field];
	struct text *items;
	size_t size;

	if (value->type != VALUE_LIST)
		return (struct text){NULL, 0};
	size = value->u.list.count * sizeof(*items);
	items = arena_alloc(arena, size);
	memcpy(items, value->u.list.items, size);
	qsort(items, value->u.list.count, sizeof(*items), compare);
	return gathered(items, value->u.list.count, arena);
}

/* Recursion goes no deeper than the decoder let the document go. */
struct text
mark_rest(const struct val *v, const char *const *known, struct arena *arena)
{
	struct members m = {.known = known, .arena = arena};

	if (!val_is_object(v) && !val_is_array(v))
		return text_trim(val_text(v));
	val_each_member(v, count_member, &m);
	m.room += val_count(v);
	m.parts = arena_alloc(arena, (m.room + 1) * sizeof(*m.parts));
	val_each_member(v, take_member, &m);
	qsort(m.parts, m.count, sizeof(*m.parts), compare);
	for (size_t i = 0; i < val_count(v); i++)
		m.parts[m.count++] = mark_rest(val_item(v, i), &none, arena);
	return m.count > 0 ? gathered(m.parts, m.count, arena)
	                   : (struct text){NULL, 0};
}

struct text
mark_rests(const struct text *rests, size_t count, struct arena *arena)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += rests[i].len;
	return len > 0 ? mark_digest(rests, count, arena)
	               : (struct text){NULL, 0};
}

struct text
mark_count(size_t count, struct arena *arena)
{
	char *out = arena_alloc(arena, NUMBER_SIZE);
	int len = snprintf(out, NUMBER_SIZE, "%zu", count);

	return (struct text){out, (size_t)len};
}

struct text
mark_digest(const struct text *parts, size_t count, struct arena *arena)
{
	struct text all = gathered(parts, count, arena);
	char *out = arena_alloc(arena, DIGEST_DIGITS + 1);

	(void)snprintf(
	    out, DIGEST_DIGITS + 1, "%016" PRIx64, digest64(all.ptr, all.len));
	return (struct text){out, DIGEST_DIGITS};
}

static void
count_member(struct text name, const struct val *value, void *arg)
{
	struct members *m = arg;

	(void)name;
	(void)value;
	m->room++;
}

static void
take_member(struct text name, const struct val *value, void *arg)
{
	struct members *m = arg;
	struct text parts[2] = {name};

	for (const char *const *k = m->known; *k != NULL; k++)
		if (text_eq(name, text_of(*k)))
			return;
	parts[1] = mark_rest(value, &none, m->arena);
	if (!text_is_empty(parts[1]))
		m->parts[m->count++] = gathered(parts, 2, m->arena);
}

static int
compare(const void *a, const void *b)
{
	const struct text *x = a;
	const struct text *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->ptr, y->ptr, len);

	if (order != 0)
		return order;
	return (x->len > y->len) - (x->len < y->len);
}

static struct text
gathered(const struct text *parts, size_t count, struct arena *arena)
{
	size_t len = digest_parts_bytes(parts, count);
	char *out = arena_alloc(arena, len);

	digest_parts_put(out, parts, count);
	return (struct text){out, len};
}
