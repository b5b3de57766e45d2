/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Beside an item's own row there is one of its number among those that are
 * alike: the n-th is new when n are known by their own rows, and there is no row
 * of that number. Number 0 is the row of one without a rest.
 */
#include "config.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "intake/alike.h"
#include "intake/before.h"
#include "intake/mark.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "intake/val.h"
#include "spool/batch.h"

/* An item of the page at hand. */
struct likeness {
	struct ledger_key plain; /* without its rest */
	struct ledger_key own;   /* with it */
	bool is_twice;           /* it stands further up as well */
};

struct alike {
	struct likeness *items;
	size_t count;
};

static const struct alike *look_over(struct taker *taker);
static struct likeness likeness_of(
    struct taker *taker, const struct val *value, struct arena *arena);
static size_t number_of(
    struct taker *taker, const struct alike *alike, size_t at);
static bool is_twice(const struct likeness *items, const struct likeness *item);
static bool is_known(struct taker *taker, struct ledger_key key);
static bool is_same(struct ledger_key a, struct ledger_key b);
static struct text with_rest(const struct item *item, struct arena *arena);
static struct text with_number(
    const struct item *item, size_t number, struct arena *arena);

void
alike_free(struct alike *alike)
{
	if (alike == NULL)
		return;
	free(alike->items);
	free(alike);
}

void
alike_reset(struct taker *taker)
{
	alike_free(taker->alike);
	taker->alike = NULL;
}

int
alike_settle(struct taker *taker, size_t at, struct item *item, int64_t now_ms,
    struct err *err)
{
	struct text whole, plain = item->recipient;
	struct before own, other;
	size_t number;

	if (text_is_empty(item->rest))
		return 0;
	whole = with_rest(item, &taker->arena);
	item->recipient = whole;
	if (before_find(taker, item, now_ms, &own, err) == -1)
		return -1;
	/* Of how many are alike a part of them does not tell. */
	if (own.is_known || taker->is_partial || taker->is_part)
		return 0;
	number = number_of(taker, look_over(taker), at);
	item->recipient = plain;
	item->recipient = with_number(item, number, &taker->arena);
	if (before_find(taker, item, now_ms, &other, err) == -1)
		return -1;
	if (other.is_known)
		batch_put_ledger(
		    taker->batch, own.key, other.known | other.owner, now_ms);
	before_put(taker, &other, now_ms);
	item->recipient = whole;
	return 0;
}

/* Once a page, and only where one is unknown. */
static const struct alike *
look_over(struct taker *taker)
{
	struct alike *alike = taker->alike;
	struct arena arena;

	if (alike != NULL)
		return alike;
	alike = taker->alike = xcalloc(1, sizeof(*alike));
	alike->count = val_count(taker->items);
	alike->items = xcalloc(alike->count, sizeof(*alike->items));
	arena_init(&arena);
	for (size_t i = 0; i < alike->count; i++) {
		arena_reset(&arena);
		alike->items[i] =
		    likeness_of(taker, val_item(taker->items, i), &arena);
		alike->items[i].is_twice =
		    is_twice(alike->items, &alike->items[i]);
	}
	arena_clear(&arena);
	return alike;
}

/* What cannot be read is like nothing. */
static struct likeness
likeness_of(struct taker *taker, const struct val *value, struct arena *arena)
{
	const struct text none = {NULL, 0};
	struct likeness likeness = {{0, 0}, {0, 0}, false};
	struct item item = {.rest = none};

	if (taker->stream->normalise(
	        value, none, &taker->context, arena, &item, NULL) == -1)
		return likeness;
	item.recipient = take_address(arena, item.recipient);
	likeness.plain = likeness.own = before_key(taker, &item);
	if (text_is_empty(item.rest))
		return likeness;
	item.recipient = with_rest(&item, arena);
	likeness.own = before_key(taker, &item);
	return likeness;
}

/* How many others that are alike come before it: those that are known, and one
 * without a rest. */
static size_t
number_of(struct taker *taker, const struct alike *alike, size_t at)
{
	const struct likeness *it = &alike->items[at];
	size_t number = 0;

	for (size_t i = 0; i < alike->count; i++) {
		const struct likeness *other = &alike->items[i];

		if (!is_same(other->plain, it->plain) ||
		    is_same(other->own, it->own) || other->is_twice)
			continue;
		number += is_same(other->own, other->plain) ||
		    is_known(taker, other->own);
	}
	return number;
}

static bool
is_twice(const struct likeness *items, const struct likeness *item)
{
	for (const struct likeness *other = items; other < item; other++)
		if (is_same(other->own, item->own))
			return true;
	return false;
}

static bool
is_known(struct taker *taker, struct ledger_key key)
{
	uint64_t row;

	return before_row(taker, key, &row, NULL, NULL) == 1;
}

static bool
is_same(struct ledger_key a, struct ledger_key b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static struct text
with_rest(const struct item *item, struct arena *arena)
{
	const struct text parts[] = {item->recipient, item->rest};

	return mark_digest(parts, 2, arena);
}

static struct text
with_number(const struct item *item, size_t number, struct arena *arena)
{
	const struct text parts[] = {
	    item->recipient, TEXT("#"), mark_count(number, arena)};

	return number == 0 ? item->recipient : mark_digest(parts, 3, arena);
}
