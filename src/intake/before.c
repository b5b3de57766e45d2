/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row's 64 bits: 40 of the state's hash, 24 of its owner's. Who says what is
 * not known yet becomes the owner, and what the owner before has said goes to a
 * row beside it. So what a document has said last is always in one of the two,
 * and there is a second row only where two documents show one thing.
 */
#include "config.h"

#include "intake/before.h"
#include "intake/mark.h"
#include "intake/normalise.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "io/log.h"
#include "spool/batch.h"

#define OWNER_MASK UINT64_C(0xffffff)
/* A row that is met again after so long is written anew. */
#define CONFIRM_MS (INT64_C(30) * 24 * 3600 * 1000)

static int find_row(struct taker *taker, const struct item *item,
    struct before *ret, uint64_t *ret_row, struct err *err);
static int find_said(
    struct taker *taker, struct before *before, struct err *err);
static void compare(const struct taker *taker, struct before *before);
static bool is_state(const struct before *before, uint64_t other);
static uint64_t state_now(const struct before *before);
static bool is_others(const struct taker *taker, const struct before *before);
static struct ledger_key said_key(
    const struct taker *taker, const struct before *before, uint32_t owner);
static struct ledger_key plain_key(
    const struct taker *taker, const struct item *item);

uint32_t
before_owner(struct taker *taker, struct text id)
{
	uint64_t sum = ledger_state(taker->spool, &id, 1) & OWNER_MASK;

	if (text_is_empty(id))
		return 0;
	return sum != 0 ? (uint32_t)sum : 1;
}

struct ledger_key
before_key(const struct taker *taker, const struct item *item)
{
	return ledger_key_near(plain_key(taker, item), item->near_ms);
}

int
before_find(struct taker *taker, const struct item *item, int64_t now_ms,
    struct before *ret, struct err *err)
{
	uint64_t row = 0;
	int found;

	ret->state = ledger_state(taker->spool, item->state, ITEM_STATE_PARTS) &
	    ~OWNER_MASK;
	ret->seen_ms = now_ms;
	found = find_row(taker, item, ret, &row, err);
	if (found == -1)
		return -1;
	if (found == LEDGER_DAMAGED)
		log_warn("intake",
		    "what the spool knew of it is damaged, and it may be sent "
		    "again: check the disk id=%.*s source=%.*s stream=%s",
		    (int)item->id.len, item->id.ptr,
		    (int)taker->context.source_name.len,
		    taker->context.source_name.ptr, taker->stream->name);
	ret->is_known = found == 1;
	ret->known = row & ~OWNER_MASK;
	ret->owner = (uint32_t)(row & OWNER_MASK);
	ret->said = ret->known;
	if (is_others(taker, ret) && find_said(taker, ret, err) == -1)
		return -1;
	compare(taker, ret);
	return 0;
}

void
before_put(struct taker *taker, const struct before *before, int64_t now_ms)
{
	if (is_others(taker, before))
		batch_put_ledger(taker->batch,
		    said_key(taker, before, before->owner), before->known,
		    now_ms);
	batch_put_ledger(taker->batch, before->key,
	    state_now(before) | taker->owner, now_ms);
}

void
before_confirm(struct taker *taker, const struct before *before, int64_t now_ms)
{
	if (before->said != state_now(before) ||
	    now_ms - before->seen_ms > CONFIRM_MS)
		before_put(taker, before, now_ms);
}

/* A thing that had no time when it was taken, and has one now, lies where those
 * without one do, with all that lies beside it, and stays there; one whose time
 * was corrected a little, perhaps in the hour before or after. */
static int
find_row(struct taker *taker, const struct item *item, struct before *ret,
    uint64_t *ret_row, struct err *err)
{
	const int64_t others[] = {
	    0, item->near_ms - MARK_NEAR_MS, item->near_ms + MARK_NEAR_MS};
	size_t count = item->near_ms == 0 ? 0 : item->shares_id ? 1 : 3;
	struct ledger_key plain = plain_key(taker, item), other;
	int found;

	ret->key = ledger_key_near(plain, item->near_ms);
	found = before_row(taker, ret->key, ret_row, &ret->seen_ms, err);
	for (size_t i = 0; found == 0 && i < count; i++) {
		other = ledger_key_near(plain, others[i]);
		found = before_row(taker, other, ret_row, &ret->seen_ms, err);
		if (found == 1)
			ret->key = other;
	}
	return found;
}

/* One that is damaged has said nothing. Both are written anew in time. */
static int
find_said(struct taker *taker, struct before *before, struct err *err)
{
	struct ledger_key key = said_key(taker, before, taker->owner);
	int64_t seen_ms = before->seen_ms;
	uint64_t row;
	int found = before_row(taker, key, &row, &seen_ms, err);

	before->said = found == 1 ? row & ~OWNER_MASK : 0;
	if (found == 1 && seen_ms < before->seen_ms)
		before->seen_ms = seen_ms;
	return found == -1 ? -1 : 0;
}

static void
compare(const struct taker *taker, struct before *before)
{
	uint64_t like =
	    is_state(before, before->known) ? before->known : before->said;

	before->is_same = before->is_known && is_state(before, like);
	before->lacks = before->is_same && like != before->state;
	before->will_lack = taker->addition != ADDITION_HERE &&
	    (before->is_same ? before->lacks
	                     : taker->addition == ADDITION_OWED);
}

static bool
is_state(const struct before *before, uint64_t other)
{
	return other == before->state ||
	    other == (before->state ^ BEFORE_LACKS);
}

/* As it is to be noted. */
static uint64_t
state_now(const struct before *before)
{
	return before->will_lack ? before->state ^ BEFORE_LACKS : before->state;
}

/* What is known was said by another document. */
static bool
is_others(const struct taker *taker, const struct before *before)
{
	return before->is_known && before->owner != 0 && taker->owner != 0 &&
	    before->owner != taker->owner;
}

/* Beside the thing's own row, so that a page of the table holds both. */
static struct ledger_key
said_key(const struct taker *taker, const struct before *before, uint32_t owner)
{
	const struct text parts[] = {
	    TEXT("said"),
	    {(const char *)&before->key, sizeof(before->key)},
	    {(const char *)&owner, sizeof(owner)},
	};
	struct ledger_key key = ledger_key(taker->spool, parts, 3);

	return ledger_key_near(key, (int64_t)(before->key.hi >> 32) * 1000);
}

static struct ledger_key
plain_key(const struct taker *taker, const struct item *item)
{
	const struct text parts[] = {taker->context.source_name,
	    text_of(taker->stream->name), item->id, item->recipient};

	return ledger_key(taker->spool, parts, 4);
}

int
before_row(const struct taker *taker, struct ledger_key key, uint64_t *ret_row,
    int64_t *ret_seen_ms, struct err *err)
{
	if (batch_get_ledger(taker->batch, key, ret_row) == 1)
		return 1;
	return ledger_get(taker->spool, key, ret_row, ret_seen_ms, err);
}
