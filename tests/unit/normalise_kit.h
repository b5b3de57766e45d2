/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in, an item out, and what to expect of it. In the JSON, single quotes
 * stand for double ones.
 */
#ifndef CEFD_TEST_NORMALISE_KIT_H
#define CEFD_TEST_NORMALISE_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "intake/normalise.h"

struct normalise_kit {
	struct decoder *decoder;
	struct doc *doc;
	struct doc *extras[NORMALISE_EXTRAS];
	struct entries *entries[NORMALISE_EXTRAS];
	struct arena arena;
	struct normalise_context context;
	struct item item;
};

/* For cmocka: *state becomes a kit, without extras. */
int kit_set_up(void **state);
int kit_tear_down(void **state);

/* The document beside those that are taken from now on; NULL: none. */
void kit_extra(struct normalise_kit *kit, size_t i, const char *json);

/* What the normaliser returns; the item is in the kit. The parent's id is
 * "the-parent". */
int kit_take(struct normalise_kit *kit, normalise_fn *fn, const char *json);

/* NULL: the field has no value. */
void kit_text(
    const struct normalise_kit *kit, unsigned field, const char *want);

void kit_number(const struct normalise_kit *kit, unsigned field, int64_t want);
void kit_list(const struct normalise_kit *kit, unsigned field,
    const char *const *want, size_t count);

/* Do the two documents have the same id, recipient, near_ms and state? */
bool kit_is_same(struct normalise_kit *kit, normalise_fn *fn, const char *one,
    const char *other);

#endif
