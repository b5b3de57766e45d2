/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables. Adding few threats to many inserts them into the index; adding
 * many sorts it again.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim_state.h"
#include "sim_store.h"

#define WORDS_MAX 1024 /* distinct statuses that control requests may set */

/* Messages of one campaign arrive within this time. */
#define CAMPAIGN_MS 300000

/* What sim_hash is asked for. */
enum purpose {
	PURPOSE_KEY,
	PURPOSE_ID_HIGH,
	PURPOSE_ID_LOW,
	PURPOSE_RECEIVED,
	PURPOSE_RECIPIENTS,
	PURPOSE_OLD_STYLE,
	PURPOSE_ARRIVAL = 1 << 20, /* + the message's number */
};

static int uuid_parse(const char *text, struct sim_id *ret);
static void threat_init(struct sim_store *s, const struct sim_batch *batch);
static void message_init(
    struct sim_threat *t, uint32_t n, const struct sim_batch *batch);
static void threat_note(struct sim_threat *t, const struct sim_message *m);
static void index_add(struct sim_store *s, uint32_t first);
static int compare_ids(const void *a, const void *b);

void
sim_store_init(struct sim_store *s, uint64_t seed, unsigned old_percent)
{
	memset(s, 0, sizeof(*s));
	s->seed = seed;
	s->old_percent = old_percent;
	rng_init(&s->rng, sim_hash(seed, UINT64_MAX));
}

void
sim_store_clear(struct sim_store *s)
{
	struct sim_threat *t;
	uint32_t i;
	size_t w;

	for (t = s->threats; t != s->threats + s->nthreats; t++) {
		for (i = 0; i < t->nmessages; i++)
			free(t->messages[i].changes);
		free(t->messages);
	}
	for (w = 0; w < s->nwords; w++)
		free(s->words[w]);
	free(s->threats);
	free(s->by_id);
	free(s->words);
	memset(s, 0, sizeof(*s));
}

void
sim_store_add(struct sim_store *s, const struct sim_batch *batch)
{
	uint32_t first;
	uint32_t want;
	uint32_t i;

	first = s->nthreats;
	want = first + batch->threats;
	if (want > s->cap) {
		s->cap = want > s->cap * 2 ? want : s->cap * 2;
		s->threats = xrealloc(s->threats, s->cap, sizeof(*s->threats));
		s->by_id = xrealloc(s->by_id, s->cap, sizeof(*s->by_id));
	}
	for (i = 0; i < batch->threats; i++)
		threat_init(s, batch);
	index_add(s, first);
}

void
sim_store_add_message(struct sim_store *s, struct sim_threat *t, int64_t now_ms)
{
	struct sim_batch batch;
	uint32_t n;

	memset(&batch, 0, sizeof(batch));
	batch.now_ms = now_ms;
	batch.judged_now = true;
	n = t->nmessages;
	t->messages = xrealloc(t->messages, n + 1, sizeof(*t->messages));
	t->nmessages = n + 1;
	message_init(t, n, &batch);
	t->messages[n].received_ms = now_ms;
	threat_note(t, &t->messages[n]);
	s->nmessages++;
}

struct sim_threat *
sim_store_find(const struct sim_store *s, const char *uuid)
{
	struct sim_id *found;
	struct sim_id key;

	if (uuid_parse(uuid, &key) == -1 || s->nthreats == 0)
		return NULL;
	found =
	    bsearch(&key, s->by_id, s->nthreats, sizeof(*found), compare_ids);
	return found != NULL ? &s->threats[found->index] : NULL;
}

const char *
sim_store_intern(struct sim_store *s, const char *word)
{
	size_t i;

	for (i = 0; i < s->nwords; i++) {
		if (!strcmp(s->words[i], word))
			return s->words[i];
	}
	if (s->nwords == WORDS_MAX)
		return NULL;
	s->words = xrealloc(s->words, s->nwords + 1, sizeof(*s->words));
	s->words[s->nwords] = xstrdup(word);
	return s->words[s->nwords++];
}

uint64_t
sim_hash(uint64_t key, uint64_t purpose)
{
	struct rng r;

	rng_init(&r, key ^ (purpose + 1) * UINT64_C(0xd6e8feb86659fd93));
	return rng_next(&r);
}

void
sim_uuid(char out[SIM_UUID_LEN + 1], const struct sim_threat *t)
{
	(void)snprintf(out, SIM_UUID_LEN + 1,
	    "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64
	    "-%012" PRIx64,
	    t->id_high >> 32, t->id_high >> 16 & 0xffff, t->id_high & 0xffff,
	    t->id_low >> 48, t->id_low & UINT64_C(0xffffffffffff));
}

/* 8-4-4-4-12 hexadecimal digits, in either case (RFC 9562 section 4). */
static int
uuid_parse(const char *text, struct sim_id *ret)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	uint64_t *part;
	size_t i;

	ret->high = 0;
	ret->low = 0;
	if (strlen(text) != SIM_UUID_LEN)
		return -1;
	for (i = 0; i < SIM_UUID_LEN; i++) {
		part = i < 18 ? &ret->high : &ret->low;
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return -1;
			continue;
		}
		digit = strchr(digits, tolower((unsigned char)text[i]));
		if (digit == NULL)
			return -1;
		*part = *part << 4 | (uint64_t)(digit - digits);
	}
	return 0;
}

static void
threat_init(struct sim_store *s, const struct sim_batch *batch)
{
	struct sim_threat *t;
	uint64_t span;
	uint64_t more;
	uint32_t i;

	t = &s->threats[s->nthreats];
	memset(t, 0, sizeof(*t));
	t->key = sim_hash(s->seed, s->nthreats);
	s->nthreats++;
	/* Version 4, variant 1: RFC 9562 section 5.4. */
	t->id_high = (sim_hash(t->key, PURPOSE_ID_HIGH) & ~UINT64_C(0xf000)) |
	    UINT64_C(0x4000);
	t->id_low = (sim_hash(t->key, PURPOSE_ID_LOW) & ~(UINT64_C(3) << 62)) |
	    UINT64_C(1) << 63;
	t->old_style =
	    sim_hash(t->key, PURPOSE_OLD_STYLE) % 100 < s->old_percent;
	t->received_last_ms = SIM_NEVER;
	t->remediated_last_ms = SIM_NEVER;
	span = (uint64_t)(batch->received_to_ms - batch->received_from_ms);
	t->received_first_ms = batch->received_from_ms +
	    (int64_t)(span ? sim_hash(t->key, PURPOSE_RECEIVED) % span : 0);
	more = batch->recipients_max - batch->recipients_min + 1;
	t->nmessages = batch->recipients_min +
	    (uint32_t)(sim_hash(t->key, PURPOSE_RECIPIENTS) % more);
	t->messages = xcalloc(t->nmessages, sizeof(*t->messages));
	for (i = 0; i < t->nmessages; i++) {
		message_init(t, i, batch);
		threat_note(t, &t->messages[i]);
	}
	s->nmessages += t->nmessages;
}

/* The first message sets the threat's time; the others came shortly before. */
static void
message_init(struct sim_threat *t, uint32_t n, const struct sim_batch *batch)
{
	struct sim_message *m;
	uint64_t before;

	m = &t->messages[n];
	memset(m, 0, sizeof(*m));
	m->received_ms =
	    n != 0 ? t->messages[0].received_ms : t->received_first_ms;
	before = sim_hash(t->key, PURPOSE_ARRIVAL + n) % CAMPAIGN_MS;
	if (n != 0 && !batch->judged_now)
		m->received_ms -= (int64_t)before;
	m->since_ms = batch->now_ms;
	m->remediated_ms =
	    sim_state_first_remediated(t, n, batch->now_ms, batch->judged_now);
}

/* Keep the threat's bounds right after a message came or changed. */
static void
threat_note(struct sim_threat *t, const struct sim_message *m)
{
	if (m->received_ms < t->received_first_ms)
		t->received_first_ms = m->received_ms;
	if (m->received_ms > t->received_last_ms)
		t->received_last_ms = m->received_ms;
	if (m->remediated_ms > t->remediated_last_ms)
		t->remediated_last_ms = m->remediated_ms;
}

static void
index_add(struct sim_store *s, uint32_t first)
{
	struct sim_id id;
	uint32_t low;
	uint32_t high;
	uint32_t mid;
	uint32_t i;
	bool sort;

	sort = (s->nthreats - first) > s->nthreats / 16;
	for (i = first; i < s->nthreats; i++) {
		id.high = s->threats[i].id_high;
		id.low = s->threats[i].id_low;
		id.index = i;
		low = sort ? i : 0;
		high = i;
		while (low < high) {
			mid = low + (high - low) / 2;
			if (compare_ids(&s->by_id[mid], &id) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		memmove(
		    &s->by_id[low + 1], &s->by_id[low], (i - low) * sizeof(id));
		s->by_id[low] = id;
	}
	if (sort)
		qsort(s->by_id, s->nthreats, sizeof(id), compare_ids);
}

static int
compare_ids(const void *a, const void *b)
{
	const struct sim_id *x;
	const struct sim_id *y;

	x = a;
	y = b;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}
