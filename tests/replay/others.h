/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data of the streams besides threats. An item is one record with all the
 * states that it will ever have; a list shows it by the stamp of the last one.
 */
#ifndef CEFD_TESTS_REPLAY_OTHERS_H
#define CEFD_TESTS_REPLAY_OTHERS_H

#include <stdbool.h>
#include <stdint.h>

#include "script.h"

#define FACETS_MAX 4

struct facet {
	int64_t set_ms;   /* seen from then on */
	int64_t stamp_ms; /* what lists go by */
	const char *status;
	const char *level;
};

struct other {
	enum other_kind kind;
	int64_t born_ms;
	struct facet facets[FACETS_MAX];
	uint32_t facet_count;
};

struct others {
	struct other *items; /* of one kind together */
	uint32_t count, cap;
	uint32_t hidden; /* one that is never shown, for --break */
};

void others_draw(
    struct others *others, const struct script *script, uint64_t seed);
void others_clear(struct others *others);

/* Number of the item's facet at that time, or -1: not visible yet. */
int others_facet_at(
    const struct others *others, uint32_t index, int64_t now_ms);

/* Would one record do for both? */
bool facet_equals(
    enum other_kind kind, const struct facet *a, const struct facet *b);
bool facet_is_scanning(enum other_kind kind, const struct facet *facet);

#endif
