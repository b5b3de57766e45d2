/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kit around the normalisers.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/decode.h"
#include "intake/entries.h"
#include "intake/val.h"
#include "normalise_kit.h"

#define KEPT_SIZE 4096

/* What of an item makes another record, in text of its own. */
struct kept {
	char text[KEPT_SIZE];
	size_t len;
};

static struct doc *decode_quoted(struct normalise_kit *kit, const char *json);
static void keep(struct kept *kept, const struct item *item);
static void keep_text(struct kept *kept, struct text text);

int
kit_set_up(void **state)
{
	static struct normalise_kit kit;

	memset(&kit, 0, sizeof(kit));
	kit.decoder = decoder_new();
	arena_init(&kit.arena);
	*state = &kit;
	return 0;
}

int
kit_tear_down(void **state)
{
	struct normalise_kit *kit = *state;

	doc_free(kit->doc);
	for (size_t i = 0; i < NORMALISE_EXTRAS; i++)
		kit_extra(kit, i, NULL);
	decoder_free(kit->decoder);
	arena_clear(&kit->arena);
	return 0;
}

void
kit_extra(struct normalise_kit *kit, size_t i, const char *json)
{
	static const char *const lists[] = {"attachments", "links"};

	doc_free(kit->extras[i]);
	kit->extras[i] = json != NULL ? decode_quoted(kit, json) : NULL;
	kit->context.extras[i] = json != NULL ? doc_root(kit->extras[i]) : NULL;
	entries_free(kit->entries[i]);
	kit->entries[i] = json != NULL
	    ? entries_new(val_member(kit->context.extras[i], lists[i]))
	    : NULL;
	kit->context.entries[i] = kit->entries[i];
}

int
kit_take(struct normalise_kit *kit, normalise_fn *fn, const char *json)
{
	struct err err;

	doc_free(kit->doc);
	arena_reset(&kit->arena);
	kit->doc = decode_quoted(kit, json);
	/* What a normaliser leaves as it was is seen. */
	memset(&kit->item, 0xa5, sizeof(kit->item));
	return fn(doc_root(kit->doc), TEXT("the-parent"), &kit->context,
	    &kit->arena, &kit->item, &err);
}

void
kit_text(const struct normalise_kit *kit, unsigned field, const char *want)
{
	const struct value *v = &kit->item.event.values[field];

	if (want == NULL) {
		assert_int_equal(v->type, VALUE_NONE);
		return;
	}
	assert_int_equal(v->type, VALUE_TEXT);
	if (!text_eq(v->u.text, text_of(want)))
		fail_msg(
		    "%.*s, not %s", (int)v->u.text.len, v->u.text.ptr, want);
}

void
kit_number(const struct normalise_kit *kit, unsigned field, int64_t want)
{
	const struct value *v = &kit->item.event.values[field];

	assert_true(v->type == VALUE_INT || v->type == VALUE_TIME);
	assert_true(
	    (v->type == VALUE_INT ? v->u.number : v->u.time_ms) == want);
}

void
kit_list(const struct normalise_kit *kit, unsigned field,
    const char *const *want, size_t count)
{
	const struct value *v = &kit->item.event.values[field];

	assert_int_equal(v->type, VALUE_LIST);
	assert_int_equal(v->u.list.count, count);
	for (size_t i = 0; i < count; i++)
		assert_true(text_eq(v->u.list.items[i], text_of(want[i])));
}

bool
kit_is_same(struct normalise_kit *kit, normalise_fn *fn, const char *one,
    const char *other)
{
	struct kept a = {.len = 0}, b = {.len = 0};

	assert_int_equal(kit_take(kit, fn, one), 0);
	keep(&a, &kit->item);
	assert_int_equal(kit_take(kit, fn, other), 0);
	keep(&b, &kit->item);
	return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

static struct doc *
decode_quoted(struct normalise_kit *kit, const char *json)
{
	size_t len = strlen(json);
	char *text = test_malloc(len + 1);
	struct doc *doc;
	struct err err;

	memcpy(text, json, len + 1);
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	doc = decode(kit->decoder, (struct text){text, len}, &err);
	assert_non_null(doc);
	test_free(text);
	return doc;
}

static void
keep(struct kept *kept, const struct item *item)
{
	struct text near = {(const char *)&item->near_ms, sizeof(int64_t)};

	keep_text(kept, item->id);
	keep_text(kept, item->rest);
	keep_text(kept, item->recipient);
	keep_text(kept, near);
	for (size_t i = 0; i < ITEM_STATE_PARTS; i++)
		keep_text(kept, item->state[i]);
}

static void
keep_text(struct kept *kept, struct text text)
{
	assert_true(kept->len + sizeof(text.len) + text.len <= KEPT_SIZE);
	memcpy(kept->text + kept->len, &text.len, sizeof(text.len));
	kept->len += sizeof(text.len);
	if (text.len != 0)
		memcpy(kept->text + kept->len, text.ptr, text.len);
	kept->len += text.len;
}
