/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lowest bit of a note tells an ahead (1) from a since, and with a since
 * goes where the queue was when the replay began, so that no later one takes it
 * for its own. The one that gives a new destination its past notes what it gives
 * as well: broken off, it goes on. It takes all notes for its own, since there
 * are none from before: whatever comes while the past is waited for is noted.
 */
#include "config.h"

#include "intake/before.h"
#include "intake/given.h"
#include "intake/take.h"
#include "spool/batch.h"

#define NOTE_NONE UINT64_C(0)
#define NOTE_AHEAD UINT64_C(1)
/* Odd, so that no two places make the same of one state. */
#define SPREAD UINT64_C(0x9e3779b97f4a7c15)

static uint64_t find(const struct taker *taker, const struct before *before,
    const struct outlet *outlet);
static struct ledger_key note_key(const struct taker *taker,
    const struct before *before, const struct outlet *outlet);
static bool is_due(const struct taker *taker, const struct before *before,
    const struct outlet *outlet, uint64_t note);
static uint64_t note_of(const struct taker *taker, const struct before *before,
    const struct outlet *outlet);
static uint64_t ahead(uint64_t state);
static uint64_t since(uint64_t state, const struct outlet *outlet);

bool
given_is_due(const struct taker *taker, const struct before *before,
    const struct outlet *outlet)
{
	return is_due(taker, before, outlet, find(taker, before, outlet));
}

bool
given_is_due_to_any(const struct taker *taker, const struct before *before)
{
	for (size_t i = 0; i < taker->outlet_count; i++)
		if (given_is_due(taker, before, &taker->outlets[i]))
			return true;
	return false;
}

void
given_note(const struct taker *taker, const struct before *before,
    const struct outlet *outlet, bool is_due, int64_t now_ms)
{
	bool is_replay = taker->again_to_ms != 0;
	uint64_t old = find(taker, before, outlet);
	uint64_t note = note_of(taker, before, outlet);

	/* What is not due was given before: by a replay alone, the others have
	 * it as well from now on. */
	if (note != old && (is_due || (!is_replay && old & NOTE_AHEAD)))
		batch_put_ledger(taker->batch, note_key(taker, before, outlet),
		    note, now_ms);
}

/* One that cannot be read says nothing: the commit is about to fail as well. */
static uint64_t
find(const struct taker *taker, const struct before *before,
    const struct outlet *outlet)
{
	struct ledger_key key = note_key(taker, before, outlet);
	uint64_t note;

	if (before_row(taker, key, &note, NULL, NULL) == 1)
		return note;
	return NOTE_NONE;
}

/* Beside the item's own row, so that a page of the table holds both. */
static struct ledger_key
note_key(const struct taker *taker, const struct before *before,
    const struct outlet *outlet)
{
	const struct text parts[] = {
	    {(const char *)&before->key, sizeof(before->key)},
	    {(const char *)&outlet->id, sizeof(outlet->id)},
	};
	struct ledger_key key = ledger_key(taker->spool, parts, 2);

	return ledger_key_near(key, (int64_t)(before->key.hi >> 32) * 1000);
}

static bool
is_due(const struct taker *taker, const struct before *before,
    const struct outlet *outlet, uint64_t note)
{
	if (taker->again_to_ms == 0)
		return note & NOTE_AHEAD ? note != ahead(before->state)
		                         : !before->is_same;
	if (note == NOTE_NONE || !outlet->is_replayed)
		return true;
	/* Whatever it is now: what was given since is no older. */
	if (outlet->replayed_from == 0)
		return note & NOTE_AHEAD && note != ahead(before->state);
	return note != since(before->known, outlet) &&
	    note != since(before->known ^ BEFORE_LACKS, outlet);
}

static uint64_t
note_of(const struct taker *taker, const struct before *before,
    const struct outlet *outlet)
{
	bool is_replay = taker->again_to_ms != 0;

	if (is_replay && taker->is_partial && !before->is_same)
		return ahead(before->state);
	if (outlet->lacks_past ||
	    (outlet->is_replayed && (!is_replay || outlet->replayed_from == 0)))
		return since(before->state, outlet);
	return NOTE_NONE;
}

static uint64_t
ahead(uint64_t state)
{
	return state | NOTE_AHEAD;
}

static uint64_t
since(uint64_t state, const struct outlet *outlet)
{
	return (state ^ outlet->replayed_from * SPREAD) & ~NOTE_AHEAD;
}
