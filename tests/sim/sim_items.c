/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of items.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sim.h"
#include "sim_draw.h"
#include "sim_item.h"
#include "sim_items.h"
#include "sim_number.h"
#include "sim_words.h"

/* Numbers of cases have eight digits and come in no order. */
#define NUMBERS 10000000
#define NUMBER_STEP 7368787 /* has no divisor in common with NUMBERS */

/* What sim_hash is asked for. */
enum purpose {
	PURPOSE_STREAM = 1 << 24, /* + the stream */
	PURPOSE_HIGH = 1,
	PURPOSE_LOW,
	PURPOSE_TIME,
	PURPOSE_OLD_STYLE,
	PURPOSE_STATUS,
	PURPOSE_NO_STATUS,
	PURPOSE_MESSAGE_ID,
};

enum ids {
	IDS_NUMBER,  /* sorted by the number */
	IDS_UUID,    /* sorted by the UUID */
	IDS_MESSAGE, /* newest first, and the number of a message */
	IDS_NONE,    /* newest first */
};

static const struct kind {
	enum ids ids;
	const struct sim_words *statuses;
	bool changes;
	bool optional; /* old ones may lack the status */
	bool shows;    /* a document shows that the item was touched */
} kinds[SIM_STREAMS] = {
    [SIM_STREAM_CASES] = {IDS_NUMBER, &sim_case_statuses, true, true, false},
    [SIM_STREAM_VENDOR_CASES] = {IDS_NUMBER, &sim_markings, true, false, true},
    [SIM_STREAM_CAMPAIGNS] = {IDS_UUID, &sim_judgements, true, false, true},
    [SIM_STREAM_NOT_ANALYZED] = {IDS_MESSAGE, &sim_reasons, false, false,
        false},
    [SIM_STREAM_AUDIT] = {IDS_NONE, &sim_audit_actions, false, true, false},
};

static void item_init(struct sim *sim, enum sim_stream stream,
    struct sim_item *item, uint32_t index, const struct sim_items_batch *batch);
static void id_init(struct sim_item *item, enum ids ids, uint64_t base);
static const char *first_status(
    const struct sim_item *item, const struct kind *kind);
static const char *other_status(const struct kind *kind, const char *now);
static bool same_text(const char *a, const char *b);

void
sim_items_clear(struct sim *sim)
{
	struct sim_table *t;
	unsigned stream;
	uint32_t i;

	for (stream = 0; stream < SIM_STREAMS; stream++) {
		t = &sim->tables[stream];
		for (i = 0; i < t->count; i++)
			free(t->items[i].states);
		free(t->items);
		free(t->by_id);
		memset(t, 0, sizeof(*t));
	}
}

void
sim_items_add(struct sim *sim, enum sim_stream stream,
    const struct sim_items_batch *batch)
{
	struct sim_table *t;
	uint32_t first;
	uint32_t want;

	t = &sim->tables[stream];
	first = t->count;
	want = first + batch->count;
	if (want > t->cap) {
		t->cap = want > t->cap * 2 ? want : t->cap * 2;
		t->items = xrealloc(t->items, t->cap, sizeof(*t->items));
		t->by_id = xrealloc(t->by_id, t->cap, sizeof(*t->by_id));
	}
	for (; t->count < want; t->count++) {
		item_init(sim, stream, &t->items[t->count], t->count, batch);
		t->by_id[t->count] = t->items[t->count].id;
	}
	sim_ids_sort_in(t->by_id, first, t->count);
}

bool
sim_items_change(struct sim *sim, enum sim_stream stream, struct sim_item *item,
    const char *status, bool touch)
{
	struct sim_item_state next;
	struct sim_item_state *now;
	const struct kind *kind;

	kind = &kinds[stream];
	now = sim_item_now(item);
	memset(&next, 0, sizeof(next));
	next.set_ms = sim_now_ms(sim);
	next.own_ms = touch ? next.set_ms : now->own_ms;
	if (status == NULL)
		status = other_status(kind, now->status);
	next.status = sim_store_intern(&sim->store, status);
	if (next.status == NULL)
		return false;
	if (stream != SIM_STREAM_VENDOR_CASES &&
	    same_text(next.status, now->status) && !(kind->shows && touch)) {
		now->own_ms = next.own_ms;
		return true;
	}
	item->states =
	    xrealloc(item->states, item->nstates + 1, sizeof(*item->states));
	item->states[item->nstates++] = next;
	return true;
}

bool
sim_items_can_change(enum sim_stream stream)
{
	return kinds[stream].changes;
}

struct sim_item *
sim_items_find(const struct sim *sim, enum sim_stream stream, const char *id)
{
	const struct sim_table *t;
	const struct sim_id *found;
	struct sim_id key;

	t = &sim->tables[stream];
	memset(&key, 0, sizeof(key));
	switch (kinds[stream].ids) {
	case IDS_NUMBER:
		if (sim_uint_parse(id, &key.low) == -1)
			return NULL;
		break;
	case IDS_UUID:
		if (sim_id_parse(id, &key) == -1)
			return NULL;
		break;
	case IDS_MESSAGE:
	case IDS_NONE:
		return NULL;
	}
	found = sim_ids_find(t->by_id, t->count, &key);
	return found != NULL ? &t->items[found->index] : NULL;
}

void
sim_items_put_id(
    struct buf *out, enum sim_stream stream, const struct sim_item *item)
{
	char uuid[SIM_UUID_LEN + 1];

	switch (kinds[stream].ids) {
	case IDS_NUMBER:
		(void)buf_put_int(out, (int64_t)item->id.low);
		break;
	case IDS_UUID:
		sim_id_format(uuid, &item->id);
		(void)buf_puts(out, uuid);
		break;
	case IDS_MESSAGE:
		(void)buf_put_int(out, sim_item_message_id(item));
		break;
	case IDS_NONE:
		break;
	}
}

struct sim_item_state *
sim_item_now(const struct sim_item *item)
{
	return &item->states[item->nstates - 1];
}

int64_t
sim_item_message_id(const struct sim_item *item)
{
	return (int64_t)sim_hash(item->key, PURPOSE_MESSAGE_ID);
}

static void
item_init(struct sim *sim, enum sim_stream stream, struct sim_item *item,
    uint32_t index, const struct sim_items_batch *batch)
{
	const struct kind *kind;
	uint64_t base;
	uint64_t span;

	kind = &kinds[stream];
	base = sim_hash(sim->opt.seed, PURPOSE_STREAM + stream);
	memset(item, 0, sizeof(*item));
	item->key = sim_hash(base, index);
	item->id.index = index;
	item->old_style =
	    sim_hash(item->key, PURPOSE_OLD_STYLE) % 100 < sim->opt.old_style;
	span = (uint64_t)(batch->to_ms - batch->from_ms);
	item->time_ms = batch->from_ms;
	if (span != 0)
		item->time_ms +=
		    (int64_t)(sim_hash(item->key, PURPOSE_TIME) % span);
	id_init(item, kind->ids, base);
	item->states = xcalloc(1, sizeof(*item->states));
	item->nstates = 1;
	item->states->set_ms = batch->now_ms;
	item->states->own_ms = item->time_ms;
	item->states->status =
	    batch->status != NULL ? batch->status : first_status(item, kind);
}

static void
id_init(struct sim_item *item, enum ids ids, uint64_t base)
{
	uint64_t high;
	uint64_t low;

	high = sim_hash(item->key, PURPOSE_HIGH);
	low = sim_hash(item->key, PURPOSE_LOW);
	switch (ids) {
	case IDS_NUMBER:
		item->id.low = NUMBERS +
		    (item->id.index * (uint64_t)NUMBER_STEP + base % NUMBERS) %
		        NUMBERS;
		break;
	case IDS_UUID:
		sim_id_make_uuid(&item->id, high, low);
		break;
	case IDS_MESSAGE:
	case IDS_NONE:
		item->id.high = UINT64_MAX - (uint64_t)item->time_ms;
		item->id.low = low;
		break;
	}
}

static const char *
first_status(const struct sim_item *item, const struct kind *kind)
{
	if (kind->optional && item->old_style &&
	    sim_hash(item->key, PURPOSE_NO_STATUS) % 4 == 0)
		return NULL;
	return kind->statuses
	    ->word[sim_hash(item->key, PURPOSE_STATUS) % kind->statuses->count];
}

static const char *
other_status(const struct kind *kind, const char *now)
{
	size_t i;

	for (i = 0; i < kind->statuses->count - 1; i++) {
		if (same_text(kind->statuses->word[i], now))
			return kind->statuses->word[i + 1];
	}
	return kind->statuses->word[0];
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && !strcmp(a, b));
}
