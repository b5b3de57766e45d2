/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vendor cases. The state of one is how the last event of its timeline was
 * marked; each change adds an event.
 */
#include "config.h"

#include "base/rng.h"
#include "sim_answer.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_json.h"
#include "sim_list.h"
#include "sim_put.h"
#include "sim_vendors.h"
#include "sim_view.h"
#include "sim_words.h"

#define HOUR_MS 3600000
#define ZONE "+05:30"
#define FIRST_EVENTS_MAX 4

/* What sim_hash is asked for. */
enum purpose {
	PURPOSE_LIST = 1 << 12,
	PURPOSE_DETAIL,
	PURPOSE_OBSERVED,
	PURPOSE_EVENTS,
	PURPOSE_EVENT = 1 << 16, /* + its number */
};

enum key {
	KEY_OBSERVED,
	KEY_MODIFIED,
};

static const char *const keys[] = {
    "firstObservedTime", "lastModifiedTime", NULL};

static int64_t time_of(const struct sim_item *item, unsigned key);
static void put_element(struct sim_answer *a, struct sim_item *item);
static void put_timeline(struct buf *out, const struct sim_item *item);
static void put_event(struct buf *out, const struct sim_item *item,
    uint32_t number, int64_t ms, const char *marked);

void
sim_vendors_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	static const struct sim_view view = {
	    SIM_STREAM_VENDOR_CASES, "vendorCases", time_of, put_element};
	struct sim_list list;

	(void)id;
	if (sim_list_read(&list, a, query, keys) == 0)
		sim_view_list(&list, &view);
}

void
sim_vendors_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	struct sim_item *item;
	struct rng r;

	(void)query;
	item = sim_view_find(
	    a, SIM_STREAM_VENDOR_CASES, id, "Vendor case does not exist");
	if (item == NULL)
		return;
	rng_init(&r, sim_hash(item->key, PURPOSE_DETAIL));
	sim_json_open(&a->body, NULL, '{');
	sim_put_number(&a->body, "vendorCaseId", (int64_t)item->id.low,
	    sim_chance(&r, 50));
	sim_json_member_word(
	    &a->body, "vendorDomain", sim_draw(&r, &sim_domains));
	sim_put_time(&a->body, "firstObservedTime", time_of(item, KEY_OBSERVED),
	    ZONE, rng_next(&r));
	sim_put_time(&a->body, "lastModifiedTime", time_of(item, KEY_MODIFIED),
	    ZONE, rng_next(&r));
	sim_put_insights(&a->body, "highlight", &sim_vendor_highlights, &r);
	put_timeline(&a->body, item);
	sim_json_close(&a->body, '}');
	sim_view_served(a, item);
}

static int64_t
time_of(const struct sim_item *item, unsigned key)
{
	if (key == KEY_MODIFIED)
		return sim_item_now(item)->own_ms;
	return item->time_ms -
	    (int64_t)(sim_hash(item->key, PURPOSE_OBSERVED) %
	        (UINT64_C(72) * HOUR_MS));
}

/* The documents have the id alone. */
static void
put_element(struct sim_answer *a, struct sim_item *item)
{
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_LIST));
	sim_json_open(&a->body, NULL, '{');
	sim_put_number(&a->body, "vendorCaseId", (int64_t)item->id.low,
	    sim_chance(&r, 50));
	sim_json_close(&a->body, '}');
}

/* Oldest first: those of its first state, then one of each change. */
static void
put_timeline(struct buf *out, const struct sim_item *item)
{
	const struct sim_words *words;
	const char *marked;
	uint64_t bits;
	uint32_t count;
	uint32_t i;

	words = &sim_markings;
	bits = sim_hash(item->key, PURPOSE_EVENTS);
	count = (uint32_t)(bits % FIRST_EVENTS_MAX) + 1;
	sim_json_open(out, "timeline", '[');
	for (i = 0; i < count; i++) {
		marked = i + 1 == count
		    ? item->states[0].status
		    : words->word[(bits >> 8) % words->count];
		put_event(out, item, i,
		    item->time_ms - (int64_t)(count - 1 - i) * HOUR_MS, marked);
	}
	for (i = 1; i < item->nstates; i++)
		put_event(out, item, count + i, item->states[i].set_ms,
		    item->states[i].status);
	sim_json_close(out, ']');
}

static void
put_event(struct buf *out, const struct sim_item *item, uint32_t number,
    int64_t ms, const char *marked)
{
	struct rng r;

	rng_init(&r, sim_hash(item->key, PURPOSE_EVENT + number));
	sim_json_open(out, NULL, '{');
	sim_put_time(out, "eventTimestamp", ms, ZONE, rng_next(&r));
	sim_json_key(out, "senderAddress");
	(void)buf_printf(out, "\"accounts@%s\"", sim_draw(&r, &sim_domains));
	sim_put_address(out, "recipientAddress", &r);
	sim_put_subject(out, &r);
	sim_json_member(out, "markedAs", marked);
	if (sim_chance(&r, 25))
		sim_json_member_int(
		    out, "threatId", (int64_t)rng_below(&r, 1000000));
	else
		sim_put_uuid(out, "threatId", &r);
	sim_json_close(out, '}');
}
