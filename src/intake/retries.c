/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An unordered array: it is short but on very bad days.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "intake/retries.h"
#include "spool/batch.h"
#include "spool/ledger.h"

/* In the row it is a bit of the attempts, which are never so many. */
#define HELD_BIT (UINT32_C(1) << 31)

struct entry {
	char *id;
	size_t id_len;
	uint32_t attempts;
	bool is_held; /* it came the last time, and is not settled yet */
	int64_t first_ms;
	int64_t next_ms;
};

struct retries {
	char *stream;
	int64_t first_delay_ms;
	struct entry *entries;
	size_t count, cap;
};

static int64_t age_ms(const struct entry *entry, int64_t now_ms);
static bool is_due(const struct entry *entry, int64_t now_ms);
static bool fail_entry(struct retries *retries, struct batch *batch,
    struct entry *entry, int64_t now_ms);
static void take_off(
    struct retries *retries, struct batch *batch, struct entry *entry);
static struct entry *find(const struct retries *retries, struct text id);
static struct entry *find_or_add(
    struct retries *retries, struct text id, int64_t now_ms);
static struct entry *add(struct retries *retries, struct text id);
static void drop(struct retries *retries, struct entry *entry);
static bool load_one(const struct retry *retry, void *arg);
static void put(const struct retries *retries, struct batch *batch,
    const struct entry *entry);
static int64_t delay_ms(const struct retries *retries, uint32_t attempts);

struct retries *
retries_new(const char *stream, int64_t first_delay_ms)
{
	struct retries *retries = xcalloc(1, sizeof(*retries));

	retries->stream = xstrdup(stream);
	retries->first_delay_ms = first_delay_ms;
	return retries;
}

void
retries_free(struct retries *retries)
{
	if (retries == NULL)
		return;
	while (retries->count > 0)
		drop(retries, &retries->entries[0]);
	free(retries->entries);
	free(retries->stream);
	free(retries);
}

int
retries_load(struct retries *retries, struct spool *spool, struct err *err)
{
	while (retries->count > 0)
		drop(retries, &retries->entries[0]);
	return retry_each(spool, retries->stream, load_one, retries, err);
}

size_t
retries_count(const struct retries *retries)
{
	return retries->count;
}

bool
retries_due(const struct retries *retries, int64_t now_ms, size_t i,
    struct text *ret_id)
{
	for (size_t n = 0; n < retries->count; n++) {
		const struct entry *entry = &retries->entries[n];

		if (!is_due(entry, now_ms) || i-- > 0)
			continue;
		*ret_id = (struct text){entry->id, entry->id_len};
		return true;
	}
	return false;
}

bool
retries_fail(struct retries *retries, struct batch *batch, struct text id,
    int64_t now_ms)
{
	return fail_entry(
	    retries, batch, find_or_add(retries, id, now_ms), now_ms);
}

void
retries_hold(struct retries *retries, struct batch *batch, struct text id,
    int64_t now_ms)
{
	struct entry *entry = find_or_add(retries, id, now_ms);
	int64_t wait_ms;

	entry->attempts++;
	entry->is_held = true;
	wait_ms = delay_ms(retries, entry->attempts);
	if (wait_ms > RETRY_HOLD_MAX_MS)
		wait_ms = RETRY_HOLD_MAX_MS;
	entry->next_ms = now_ms + wait_ms;
	put(retries, batch, entry);
}

int64_t
retries_age_ms(const struct retries *retries, struct text id, int64_t now_ms)
{
	const struct entry *entry = find(retries, id);

	return entry != NULL ? age_ms(entry, now_ms) : -1;
}

int64_t
retries_failing_ms(const struct retries *retries, int64_t now_ms)
{
	int64_t longest_ms = -1;

	for (size_t i = 0; i < retries->count; i++) {
		const struct entry *entry = &retries->entries[i];
		int64_t failing_ms = age_ms(entry, now_ms);

		if (entry->is_held)
			failing_ms -= RETRY_UNSETTLED_MS + RETRY_HOLD_MAX_MS;
		if (failing_ms >= 0 && failing_ms > longest_ms)
			longest_ms = failing_ms;
	}
	return longest_ms;
}

size_t
retries_fail_due(struct retries *retries, struct batch *batch, int64_t now_ms)
{
	size_t count = retries->count;

	/* From the end, since the last one takes the place of who goes. */
	for (size_t i = count; i-- > 0;)
		if (is_due(&retries->entries[i], now_ms))
			(void)fail_entry(
			    retries, batch, &retries->entries[i], now_ms);
	return count - retries->count;
}

bool
retries_done(struct retries *retries, struct batch *batch, struct text id)
{
	struct entry *entry = find(retries, id);

	if (entry == NULL)
		return false;
	take_off(retries, batch, entry);
	return true;
}

/* A clock set back makes nothing older. */
static int64_t
age_ms(const struct entry *entry, int64_t now_ms)
{
	return now_ms > entry->first_ms ? now_ms - entry->first_ms : 0;
}

/* A clock that has stepped back must not put it off for long. */
static bool
is_due(const struct entry *entry, int64_t now_ms)
{
	return entry->next_ms <= now_ms ||
	    entry->next_ms - now_ms > RETRY_DELAY_MAX_MS;
}

static bool
fail_entry(struct retries *retries, struct batch *batch, struct entry *entry,
    int64_t now_ms)
{
	if (now_ms - entry->first_ms >= RETRY_GIVE_UP_MS &&
	    entry->attempts + 1 >= RETRY_GIVE_UP_MIN) {
		take_off(retries, batch, entry);
		return false;
	}
	entry->attempts++;
	entry->next_ms = now_ms + delay_ms(retries, entry->attempts);
	put(retries, batch, entry);
	return true;
}

static void
take_off(struct retries *retries, struct batch *batch, struct entry *entry)
{
	entry->attempts = 0;
	entry->is_held = false;
	put(retries, batch, entry);
	drop(retries, entry);
}

static struct entry *
find(const struct retries *retries, struct text id)
{
	for (size_t i = 0; i < retries->count; i++) {
		struct entry *entry = &retries->entries[i];

		if (entry->id_len == id.len &&
		    memcmp(entry->id, id.ptr, id.len) == 0)
			return entry;
	}
	return NULL;
}

static struct entry *
find_or_add(struct retries *retries, struct text id, int64_t now_ms)
{
	struct entry *entry = find(retries, id);

	if (entry != NULL)
		return entry;
	entry = add(retries, id);
	entry->first_ms = now_ms;
	return entry;
}

static struct entry *
add(struct retries *retries, struct text id)
{
	struct entry *entry;

	if (retries->count == retries->cap) {
		retries->cap = retries->cap == 0 ? 16 : retries->cap * 2;
		retries->entries = xrealloc(
		    retries->entries, retries->cap, sizeof(*retries->entries));
	}
	entry = &retries->entries[retries->count++];
	memset(entry, 0, sizeof(*entry));
	entry->id = xstrndup(id.ptr, id.len);
	entry->id_len = id.len;
	return entry;
}

static void
drop(struct retries *retries, struct entry *entry)
{
	free(entry->id);
	*entry = retries->entries[--retries->count];
}

static bool
load_one(const struct retry *retry, void *arg)
{
	struct entry *entry = add(arg, retry->id);

	entry->attempts = retry->attempts & ~HELD_BIT;
	entry->is_held = (retry->attempts & HELD_BIT) != 0;
	entry->first_ms = retry->first_ms;
	entry->next_ms = retry->next_ms;
	return true;
}

static void
put(const struct retries *retries, struct batch *batch,
    const struct entry *entry)
{
	const struct retry retry = {
	    .stream = text_of(retries->stream),
	    .id = {entry->id, entry->id_len},
	    .attempts = entry->attempts | (entry->is_held ? HELD_BIT : 0),
	    .first_ms = entry->first_ms,
	    .next_ms = entry->next_ms,
	};

	batch_put_retry(batch, &retry);
}

static int64_t
delay_ms(const struct retries *retries, uint32_t attempts)
{
	int64_t delay = retries->first_delay_ms;

	while (--attempts > 0 && delay < RETRY_DELAY_MAX_MS)
		delay *= 2;
	return delay < RETRY_DELAY_MAX_MS ? delay : RETRY_DELAY_MAX_MS;
}
