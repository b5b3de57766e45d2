/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger is asked twice: in the batch that is being gathered, then in the
 * spool. Records and ledger entries go into the same batch, so a crash between
 * the two cannot be.
 */
#include "config.h"

#include "base/err.h"
#include "intake/decode.h"
#include "intake/json_members.h"
#include "intake/keyset.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "spool/batch.h"
#include "spool/ledger.h"

/* Over any max-size that the configuration allows. */
#define LINE_MAX_BYTES (1U << 20)
/* A ledger row that is met again after so long is written anew. */
#define CONFIRM_MS (INT64_C(30) * 24 * 3600 * 1000)

static const struct val *items_of(
    const struct stream *stream, const struct val *root);
static int take_value(struct taker *taker, const struct val *value,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err);
static int take_item(struct taker *taker, struct item *item, int64_t now_ms,
    struct keyset *seen, struct taken *taken, struct err *err);
static bool is_left_out(const struct taker *taker, const struct item *item);
static struct ledger_key key_of(
    const struct taker *taker, const struct item *item, uint64_t *ret_state);
static int find_state(struct taker *taker, struct ledger_key key,
    uint64_t *ret_state, int64_t *ret_seen_ms, struct err *err);
static bool wants_members(const struct taker *taker);
static void put_records(struct taker *taker, const struct item *item,
    int64_t now_ms, struct taken *taken);
static int put_dry(struct taker *taker, const struct event *event,
    int64_t now_ms, struct err *err);

void
taker_init(struct taker *taker, struct spool *spool, struct batch *batch,
    const struct stream *stream)
{
	memset(taker, 0, sizeof(*taker));
	taker->spool = spool;
	taker->batch = batch;
	taker->stream = stream;
	arena_init(&taker->arena);
	buf_init(&taker->line, LINE_MAX_BYTES);
}

void
taker_clear(struct taker *taker)
{
	arena_clear(&taker->arena);
	buf_clear(&taker->line);
}

int
take_page(struct taker *taker, const struct val *root, struct text parent_id,
    int64_t now_ms, struct keyset *seen, struct taken *taken, struct err *err)
{
	const struct stream *stream = taker->stream;
	const struct val *items = items_of(stream, root);
	struct text own_id = val_member_text(root, stream->id);

	/* Whatever else is answered with 200 must not pass for an empty one. */
	if (stream->items != NULL ? !val_is_array(items)
	                          : text_is_empty(own_id))
		return err_set(
		    err, ERR_BAD, "the reply is no detail of %s", stream->name);
	/* Nor the reply to a request for another, from whoever mixed them up:
	 * this one would count as fetched. */
	if (text_is_empty(own_id))
		own_id = parent_id;
	else if (!text_is_empty(parent_id) &&
	    !text_eq_nocase(own_id, parent_id))
		return err_set(err, ERR_BAD,
		    "the reply is about another one of %s", stream->name);
	if (stream->items == NULL)
		return take_value(
		    taker, root, own_id, now_ms, seen, taken, err);
	for (size_t i = 0; i < val_count(items); i++)
		if (take_value(taker, val_item(items, i), own_id, now_ms, seen,
		        taken, err) == -1)
			return -1;
	return 0;
}

int
take_items(struct taker *taker, const struct val *items, int64_t now_ms,
    struct keyset *seen, struct taken *taken, struct err *err)
{
	const struct text none = {NULL, 0};

	for (size_t i = 0; i < val_count(items); i++)
		if (take_value(taker, val_item(items, i), none, now_ms, seen,
		        taken, err) == -1)
			return -1;
	return 0;
}

bool
take_has_news(
    struct taker *taker, const struct val *root, struct text parent_id)
{
	const struct stream *stream = taker->stream;
	const struct val *items = items_of(stream, root);
	size_t count = stream->items != NULL ? val_count(items) : 1;
	uint64_t state, known_state;
	struct ledger_key key;
	struct item item;

	for (size_t i = 0; i < count; i++) {
		arena_reset(&taker->arena);
		if (stream->normalise(
		        stream->items != NULL ? val_item(items, i) : root,
		        parent_id, &taker->context, &taker->arena, &item,
		        NULL) == -1)
			continue;
		key = key_of(taker, &item, &state);
		if (find_state(taker, key, &known_state, NULL, NULL) != 1 ||
		    known_state != state || taker->again_to_ms != 0)
			return true;
	}
	return false;
}

void
take_notice(struct taker *taker, const struct item *item, int64_t now_ms,
    struct taken *taken)
{
	if (taker->dry == NULL)
		put_records(taker, item, now_ms, taken);
}

static const struct val *
items_of(const struct stream *stream, const struct val *root)
{
	return stream->items != NULL ? val_member(root, stream->items) : NULL;
}

/* One record's JSON. What cannot be taken is counted; -1 is for the ledger. */
static int
take_value(struct taker *taker, const struct val *value, struct text parent_id,
    int64_t now_ms, struct keyset *seen, struct taken *taken, struct err *err)
{
	struct err why = {ERR_NONE, ""};
	struct item item;

	arena_reset(&taker->arena);
	item.unsettled = false;
	if (taker->stream->normalise(value, parent_id, &taker->context,
	        &taker->arena, &item, &why) == 0) {
		item.value = value;
		if (take_item(taker, &item, now_ms, seen, taken, &why) == 0)
			return 0;
	}
	if (why.code == ERR_IO || why.code == ERR_CORRUPT) {
		if (err != NULL)
			*err = why;
		return -1;
	}
	taken->failed++;
	if (taken->why != NULL)
		*taken->why = why;
	return 0;
}

static int
take_item(struct taker *taker, struct item *item, int64_t now_ms,
    struct keyset *seen, struct taken *taken, struct err *err)
{
	uint64_t state, known_state = 0;
	struct ledger_key key = key_of(taker, item, &state);
	int64_t seen_ms = now_ms;
	int known;

	if (!keyset_add(seen, key))
		return 0;
	taken->fresh++;
	if (is_left_out(taker, item))
		return 0;
	if (taker->hold_unsettled && item->unsettled) {
		taken->held++;
		return 0;
	}
	known = find_state(taker, key, &known_state, &seen_ms, err);
	if (known == -1)
		return -1;
	if (known && known_state == state && taker->again_to_ms == 0) {
		/* So that pruning spares what the API still shows. */
		if (now_ms - seen_ms > CONFIRM_MS)
			batch_put_ledger(taker->batch, key, state, now_ms);
		return 0;
	}
	if (wants_members(taker))
		members_fill(&item->event, item->value, &taker->arena);
	if (taker->dry == NULL)
		put_records(taker, item, now_ms, taken);
	else if (put_dry(taker, &item->event, now_ms, err) == -1)
		return -1;
	if (!taker->is_partial)
		batch_put_ledger(taker->batch, key, state, now_ms);
	taken->records++;
	if (known)
		taken->updates++;
	return 0;
}

/* A campaign may be older than the span that is asked for again. */
static bool
is_left_out(const struct taker *taker, const struct item *item)
{
	int64_t time_ms = item->event.time_ms;

	return taker->again_to_ms != 0 && taker->stream->items != NULL &&
	    time_ms != EVENT_NO_TIME &&
	    (time_ms < taker->again_from_ms || time_ms >= taker->again_to_ms);
}

static struct ledger_key
key_of(const struct taker *taker, const struct item *item, uint64_t *ret_state)
{
	const struct text parts[] = {taker->context.source_name,
	    text_of(taker->stream->name), item->id, item->recipient};

	*ret_state = ledger_state(taker->spool, item->state, ITEM_STATE_PARTS);
	return ledger_key_near(
	    ledger_key(taker->spool, parts, 4), item->near_ms);
}

static int
find_state(struct taker *taker, struct ledger_key key, uint64_t *ret_state,
    int64_t *ret_seen_ms, struct err *err)
{
	if (batch_get_ledger(taker->batch, key, ret_state))
		return 1;
	return ledger_get(taker->spool, key, ret_state, ret_seen_ms, err);
}

static bool
wants_members(const struct taker *taker)
{
	for (size_t i = 0; i < taker->outlet_count; i++)
		if (taker->outlets[i].style.format == FORMAT_JSON)
			return true;
	return false;
}

/*
 * A record that cannot be made to fit one destination must neither hold up the
 * others nor be tried for ever: it is counted, and told with its id.
 */
static void
put_records(struct taker *taker, const struct item *item, int64_t now_ms,
    struct taken *taken)
{
	struct err why;

	for (size_t i = 0; i < taker->outlet_count; i++) {
		const struct outlet *outlet = &taker->outlets[i];

		if (!filter_passes(&outlet->filter, &item->event))
			continue;
		buf_reset(&taker->line);
		if (record_put(&taker->line, &item->event, &outlet->style,
		        now_ms, *outlet->sequence, &why) == 0) {
			batch_put_record(taker->batch, outlet->queue,
			    taker->line.data, taker->line.len);
			++*outlet->sequence;
			continue;
		}
		taken->failed++;
		if (taken->why != NULL)
			(void)err_set(taken->why, ERR_FULL, "message %.*s: %s",
			    (int)item->id.len, item->id.ptr, why.text);
	}
}

/* As the first destination that wants it would get it. */
static int
put_dry(struct taker *taker, const struct event *event, int64_t now_ms,
    struct err *err)
{
	const struct outlet *outlet = taker->outlets;
	const struct outlet *end = outlet + taker->outlet_count;
	size_t before = taker->dry->len;

	while (outlet < end && !filter_passes(&outlet->filter, event))
		outlet++;
	if (outlet == end)
		return 0;
	if (record_put(taker->dry, event, &outlet->style, now_ms,
	        *outlet->sequence, err) == -1)
		return -1;
	if (buf_putc(taker->dry, '\n') == -1) {
		taker->dry->len = before;
		return err_set(err, ERR_FULL, "too much to show");
	}
	return 0;
}
