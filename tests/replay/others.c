/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases and vendor cases change, campaigns are judged, reports and events of
 * the audit log stand as they are.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_clock.h"
#include "others.h"

#define LATE_MAX_MS (60 * HOUR_MS)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct drawing {
	struct others *others;
	const struct script *script;
	struct rng rng;
};

static const char *const case_statuses[] = {"Action Required",
    "Acknowledged (In progress)", "Acknowledged (Attack resolved)"};
static const char *const levels[] = {"LOW", "MEDIUM", "HIGH"};
static const char *const marks[] = {"Malicious", "Suspicious", "Fraudulent"};
static const char *const judgements[] = {"Malicious", "Spam", "Safe"};
static const char *const reasons[] = {
    "PHISHING_SIMULATION", "CUSTOM_FILTER", "UNKNOWN_REPORTER"};
static const char *const actions[] = {
    "search_messages", "view_message_content", "update_remediation_status"};
static const char scanning[] = "Scanning";

static const char *const *const statuses[OTHER_KINDS] = {
    [OTHER_CASES] = case_statuses,
    [OTHER_VENDOR_CASES] = marks,
    [OTHER_CAMPAIGNS] = judgements,
    [OTHER_NOT_ANALYZED] = reasons,
    [OTHER_AUDIT] = actions,
};

static void draw_item(struct drawing *d, enum other_kind kind);
static bool draw_later(struct drawing *d, struct other *item);
static void draw_first(struct drawing *d, struct other *item);
static int64_t draw_delay(struct drawing *d);

void
others_draw(struct others *others, const struct script *script, uint64_t seed)
{
	struct drawing d = {.others = others, .script = script};

	memset(others, 0, sizeof(*others));
	others->hidden = UINT32_MAX;
	rng_init(&d.rng, seed * 4 + 3);
	for (enum other_kind kind = 0; kind < OTHER_KINDS; kind++) {
		int64_t count = draw_between(&d.rng, 8, 40);

		for (int64_t i = 0; i < count && script->others & 1U << kind;
		     i++)
			draw_item(&d, kind);
	}
}

void
others_clear(struct others *others)
{
	free(others->items);
	memset(others, 0, sizeof(*others));
}

int
others_facet_at(const struct others *others, uint32_t index, int64_t now_ms)
{
	const struct other *item = &others->items[index];
	int at = -1;

	if (index == others->hidden)
		return -1;
	for (uint32_t i = 0; i < item->facet_count; i++)
		if (item->facets[i].set_ms <= now_ms)
			at = (int)i;
	return at;
}

bool
facet_equals(enum other_kind kind, const struct facet *a, const struct facet *b)
{
	bool by_stamp = kind == OTHER_VENDOR_CASES || kind == OTHER_CAMPAIGNS;

	return a->status == b->status && a->level == b->level &&
	    (!by_stamp || a->stamp_ms == b->stamp_ms);
}

bool
facet_is_scanning(enum other_kind kind, const struct facet *facet)
{
	return kind == OTHER_CAMPAIGNS && facet->status == scanning;
}

static void
draw_item(struct drawing *d, enum other_kind kind)
{
	struct others *others = d->others;
	int64_t from_ms = d->script->start_ms - d->script->start_ago_ms;
	struct other *item;

	if (others->count == others->cap) {
		others->cap = others->cap * 2 + 64;
		others->items =
		    xrealloc(others->items, others->cap, sizeof(*item));
	}
	item = &others->items[others->count];
	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->born_ms = draw_between(&d->rng, from_ms, d->script->quiet_ms);
	draw_first(d, item);
	if (item->facets[0].set_ms >= d->script->quiet_ms)
		return;
	others->count++;
	if (kind == OTHER_AUDIT || kind == OTHER_NOT_ANALYZED)
		return;
	while (item->facet_count < FACETS_MAX && draw_later(d, item))
		;
}

static void
draw_first(struct drawing *d, struct other *item)
{
	struct facet *facet = &item->facets[0];

	facet->stamp_ms = item->born_ms;
	facet->set_ms = item->born_ms + draw_delay(d);
	facet->status = statuses[item->kind][rng_below(&d->rng, 3)];
	facet->level = levels[rng_below(&d->rng, 3)];
	if (item->kind == OTHER_CAMPAIGNS && draw_chance(&d->rng, 50))
		facet->status = scanning;
	item->facet_count = 1;
}

/* False when there is no other state. */
static bool
draw_later(struct drawing *d, struct other *item)
{
	struct facet *facet = &item->facets[item->facet_count];
	bool was_scanning = facet_is_scanning(item->kind, facet - 1);
	bool is_quick = was_scanning && draw_chance(&d->rng, 80);

	if (!was_scanning && !draw_chance(&d->rng, 50))
		return false;
	*facet = facet[-1];
	facet->set_ms += is_quick
	    ? draw_log(&d->rng, 10 * SECOND_MS, 6 * HOUR_MS)
	    : draw_log(&d->rng, 30 * HOUR_MS, 8 * DAY_MS);
	if (facet->set_ms >= d->script->quiet_ms)
		return false;
	facet->status = statuses[item->kind][rng_below(&d->rng, 3)];
	if (item->kind == OTHER_CASES)
		facet->level = levels[rng_below(&d->rng, 3)];
	/* A list does not show what is looked at again by itself. */
	if (draw_chance(&d->rng, 50) ||
	    (!is_quick &&
	        (d->script->scope != SCOPE_FULL ||
	            d->script->retention_ms != 0)))
		facet->stamp_ms =
		    facet->set_ms - draw_between(&d->rng, 0, 45 * SECOND_MS);
	item->facet_count++;
	return true;
}

static int64_t
draw_delay(struct drawing *d)
{
	if (d->script->scope == SCOPE_BARE || draw_chance(&d->rng, 70))
		return draw_between(&d->rng, 0, 90 * SECOND_MS);
	return draw_between(&d->rng, MINUTE_MS, LATE_MAX_MS);
}
