/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim_draw.h"
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

static void threat_init(struct sim_store *s, const struct sim_batch *batch);
static void message_init(
    struct sim_threat *t, uint32_t n, const struct sim_batch *batch);
static void threat_note(struct sim_threat *t, const struct sim_message *m);

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
	sim_ids_sort_in(s->by_id, first, s->nthreats);
}

void
sim_store_add_message(struct sim_store *s, struct sim_threat *t,
    int64_t received_ms, int64_t now_ms, bool same)
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
	t->messages[n].received_ms = received_ms;
	if (same)
		t->messages[n].recipient = t->messages[0].recipient;
	threat_note(t, &t->messages[n]);
	s->nmessages++;
}

uint32_t
sim_store_recipients(const struct sim_threat *t)
{
	uint32_t count = 0;

	for (uint32_t n = 0; n < t->nmessages; n++)
		count += t->messages[n].recipient == n;
	return count;
}

struct sim_threat *
sim_store_find(const struct sim_store *s, const char *uuid)
{
	const struct sim_id *found;
	struct sim_id key;

	if (sim_id_parse(uuid, &key) == -1)
		return NULL;
	found = sim_ids_find(s->by_id, s->nthreats, &key);
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

void
sim_uuid(char out[SIM_UUID_LEN + 1], const struct sim_threat *t)
{
	sim_id_format(out, &t->id);
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
	sim_id_make_uuid(&t->id, sim_hash(t->key, PURPOSE_ID_HIGH),
	    sim_hash(t->key, PURPOSE_ID_LOW));
	t->id.index = s->nthreats;
	s->by_id[s->nthreats++] = t->id;
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
	m->recipient = n;
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
