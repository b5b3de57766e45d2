/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger is asked twice: in the batch that is being gathered, then in the
 * spool. Records and ledger entries go into the same batch, so a crash between
 * the two cannot be.
 *
 * The state of what was sent without its addition is noted with a mark. So the
 * addition is told to just those, and once, in a record of its own.
 */
#include "config.h"

#include "base/err.h"
#include "intake/alike.h"
#include "intake/api.h"
#include "intake/before.h"
#include "intake/decode.h"
#include "intake/fill_event.h"
#include "intake/given.h"
#include "intake/json_members.h"
#include "intake/keyset.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "intake/val_json.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/ledger.h"

/* Over any max-size that the configuration allows. */
#define LINE_MAX_BYTES (1U << 20)

static const struct val *items_of(
    const struct stream *stream, const struct val *root);
static void set_owner(struct taker *taker, struct text parent_id);
static int take_value(struct taker *taker, const struct val *value, size_t at,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err);
static bool is_told(struct taker *taker, const struct val *value,
    struct text parent_id, int64_t now_ms);
static int take_item(struct taker *taker, struct item *item, int64_t now_ms,
    struct keyset *seen, struct taken *taken, struct err *err);
static void note_recipient(struct taker *taker, const struct item *item,
    struct ledger_key key, struct taken *taken);
static bool is_left_out(const struct taker *taker, const struct item *item);
static bool is_since(const struct event *event, int64_t since_ms);
static bool wants_members(const struct taker *taker);
static void put_records(struct taker *taker, const struct item *item,
    const struct before *before, int64_t now_ms, struct taken *taken);
static void put_record(struct taker *taker, const struct item *item,
    const struct outlet *outlet, int64_t now_ms, struct taken *taken);
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
	keyset_clear(&taker->page);
	alike_free(taker->alike);
}

int
take_page(struct taker *taker, const struct val *root, struct text parent_id,
    int64_t now_ms, struct keyset *seen, struct taken *taken, struct err *err)
{
	const struct stream *stream = taker->stream;
	const struct val *items = items_of(stream, root);
	struct text own_id = val_member_text(root, stream->id);

	if (api_check_detail(root, stream, parent_id, err) == -1)
		return -1;
	if (text_is_empty(own_id))
		own_id = parent_id;
	set_owner(taker, own_id);
	keyset_clear(&taker->page);
	if (stream->items == NULL)
		return take_value(
		    taker, root, 0, own_id, now_ms, seen, taken, err);
	for (size_t i = 0; i < val_count(items); i++)
		if (take_value(taker, val_item(items, i), i, own_id, now_ms,
		        seen, taken, err) == -1)
			return -1;
	return 0;
}

int
take_items(struct taker *taker, const struct val *items, size_t from, size_t to,
    int64_t now_ms, struct keyset *seen, struct taken *taken, struct err *err)
{
	const struct text none = {NULL, 0};

	set_owner(taker, none);
	if (from == 0) {
		keyset_clear(&taker->page);
		alike_reset(taker);
	}
	taker->items = items;
	for (size_t i = from; i < to; i++)
		if (take_value(taker, val_item(items, i), i, none, now_ms, seen,
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
	struct before before;
	struct item item;

	set_owner(taker, parent_id);
	for (size_t i = 0; i < count; i++) {
		arena_reset(&taker->arena);
		item.shares_id = false;
		if (stream->normalise(
		        stream->items != NULL ? val_item(items, i) : root,
		        parent_id, &taker->context, &taker->arena, &item,
		        NULL) == -1)
			continue;
		item.recipient = take_address(&taker->arena, item.recipient);
		if (before_find(taker, &item, 0, &before, NULL) == -1 ||
		    !before.is_same || taker->again_to_ms != 0)
			return true;
	}
	return false;
}

void
take_notice(struct taker *taker, const struct item *item, int64_t now_ms,
    struct taken *taken)
{
	if (taker->dry == NULL)
		put_records(taker, item, NULL, now_ms, taken);
}

static const struct val *
items_of(const struct stream *stream, const struct val *root)
{
	return stream->items != NULL ? val_member(root, stream->items) : NULL;
}

/* A record that is a document itself has no other that could differ. */
static void
set_owner(struct taker *taker, struct text parent_id)
{
	bool has_parent = taker->stream->items != NULL;

	arena_reset(&taker->arena);
	taker->owner = has_parent
	    ? before_owner(taker, take_address(&taker->arena, parent_id))
	    : 0;
}

/* One record's JSON. What cannot be taken is counted; -1 is for the ledger. */
static int
take_value(struct taker *taker, const struct val *value, size_t at,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err)
{
	struct err why = {ERR_NONE, ""};
	struct item item;

	arena_reset(&taker->arena);
	item.unsettled = false;
	item.update_field = 0;
	item.shares_id = false;
	item.rest = (struct text){NULL, 0};
	if (taker->stream->normalise(value, parent_id, &taker->context,
	        &taker->arena, &item, &why) == 0) {
		item.value = value;
		item.recipient = take_address(&taker->arena, item.recipient);
		if (alike_settle(taker, at, &item, now_ms, &why) == 0 &&
		    take_item(taker, &item, now_ms, seen, taken, &why) == 0)
			return 0;
	}
	if (why.code == ERR_IO || why.code == ERR_CORRUPT) {
		if (err != NULL)
			*err = why;
		return -1;
	}
	if (is_told(taker, value, parent_id, now_ms))
		return 0;
	taken->failed++;
	if (taken->why != NULL)
		*taken->why = why;
	return 0;
}

/* It is looked at again and again, and a notice each time would be noise; a
 * replay was asked for, and says what it lacks. */
static bool
is_told(struct taker *taker, const struct val *value, struct text parent_id,
    int64_t now_ms)
{
	struct text parts[] = {taker->context.source_name,
	    text_of(taker->stream->name), TEXT("failed"), parent_id, {NULL, 0}};
	struct ledger_key key;
	uint64_t state;

	if (taker->again_to_ms != 0)
		return false;
	buf_reset(&taker->line);
	val_put_json(&taker->line, value);
	parts[4] = (struct text){taker->line.data, taker->line.len};
	key = ledger_key(taker->spool, parts, 5);
	if (before_row(taker, key, &state, NULL, NULL) == 1)
		return true;
	batch_put_ledger(taker->batch, key, 0, now_ms);
	return false;
}

static int
take_item(struct taker *taker, struct item *item, int64_t now_ms,
    struct keyset *seen, struct taken *taken, struct err *err)
{
	struct before before;
	struct ledger_key key = before_key(taker, item);
	size_t queued = batch_records(taker->batch);

	if (!keyset_add(&taker->page, key))
		return 0;
	note_recipient(taker, item, key, taken);
	/* On an earlier page it may have been in an earlier state: pages move
	 * while they are asked for. What is sent again is sent once. */
	if (keyset_add(seen, key))
		taken->fresh++;
	else if (taker->again_to_ms != 0 || taker->dry != NULL)
		return 0;
	if (is_left_out(taker, item))
		return 0;
	if (taker->quiet_before_ms != 0 && !item->unsettled &&
	    !is_since(&item->event, taker->quiet_before_ms)) {
		taken->left++;
		return 0;
	}
	if (taker->hold_unsettled && item->unsettled) {
		taken->held++;
		return 0;
	}
	if (item->unsettled && taker->is_awaited)
		return 0;
	if (before_find(taker, item, now_ms, &before, err) == -1)
		return -1;
	item->is_update = before.is_same && before.lacks && !before.will_lack &&
	    item->update_field != 0 && taker->again_to_ms == 0;
	if (before.is_same && taker->again_to_ms == 0 && !item->is_update &&
	    (taker->dry != NULL || !given_is_due_to_any(taker, &before))) {
		before_confirm(taker, &before, now_ms);
		return 0;
	}
	if (item->is_update)
		fill_text(&item->event, item->update_field, TEXT("enriched"));
	if (wants_members(taker))
		members_fill(&item->event, item->value, &taker->arena);
	if (taker->dry == NULL)
		put_records(taker, item, &before, now_ms, taken);
	else if (put_dry(taker, &item->event, now_ms, err) == -1)
		return -1;
	if (!taker->is_partial)
		before_put(taker, &before, now_ms);
	if (taker->again_to_ms == 0 || batch_records(taker->batch) > queued)
		taken->records++;
	taken->without += before.will_lack;
	taken->updates += before.is_known;
	return 0;
}

/* One that is not named is somebody, too. */
static void
note_recipient(struct taker *taker, const struct item *item,
    struct ledger_key key, struct taken *taken)
{
	if (taken->recipients == NULL)
		return;
	if (!text_is_empty(item->recipient))
		key = ledger_key(taker->spool, &item->recipient, 1);
	(void)keyset_add(taken->recipients, key);
}

struct text
take_address(struct arena *arena, struct text spelled)
{
	struct text name = text_trim(spelled);
	char *lower = arena_alloc(arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		lower[i] = text_lower(name.ptr[i]);
	return (struct text){lower, name.len};
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

/* One of its times is. */
static bool
is_since(const struct event *event, int64_t since_ms)
{
	for (size_t i = 0; i < event->schema->count; i++)
		if (event->values[i].type == VALUE_TIME &&
		    event->values[i].u.time_ms >= since_ms)
			return true;
	return false;
}

static bool
wants_members(const struct taker *taker)
{
	for (size_t i = 0; i < taker->outlet_count; i++)
		if (taker->outlets[i].style.format == FORMAT_JSON)
			return true;
	return false;
}

/* What is added later is no part of the API's own object, so JSON has nothing to
 * tell. Our own notices no ledger knows. */
static void
put_records(struct taker *taker, const struct item *item,
    const struct before *before, int64_t now_ms, struct taken *taken)
{
	for (size_t i = 0; i < taker->outlet_count; i++) {
		const struct outlet *outlet = &taker->outlets[i];
		bool is_due;

		if (!filter_passes(&outlet->filter, &item->event)) {
			taken->unwanted++;
			continue;
		}
		if (item->is_update && outlet->style.format == FORMAT_JSON)
			continue;
		is_due = before == NULL || item->is_update ||
		    given_is_due(taker, before, outlet);
		if (is_due)
			put_record(taker, item, outlet, now_ms, taken);
		if (before != NULL && !item->is_update)
			given_note(taker, before, outlet, is_due, now_ms);
	}
}

/* One that cannot be made to fit its destination must neither hold up the
 * others nor be tried for ever: it is counted, and told with its id. */
static void
put_record(struct taker *taker, const struct item *item,
    const struct outlet *outlet, int64_t now_ms, struct taken *taken)
{
	struct err why;

	buf_reset(&taker->line);
	if (record_put(&taker->line, &item->event, &outlet->style, now_ms,
	        *outlet->sequence, &why) == 0) {
		batch_put_record(taker->batch, outlet->queue, taker->line.data,
		    taker->line.len);
		++*outlet->sequence;
		return;
	}
	taken->failed++;
	if (taken->why != NULL)
		(void)err_set(taken->why, ERR_FULL, "message %.*s: %s",
		    (int)item->id.len, item->id.ptr, why.text);
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
		return err_set(err, ERR_FULL,
		    "too much to show: name a source with fewer streams");
	}
	return 0;
}
