/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States: the first by chance, the others by request.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "sim_draw.h"
#include "sim_state.h"
#include "sim_store.h"

#define MINUTE_MS 60000
#define HOUR_MS 3600000

/* What sim_hash is asked for; apart from the store's purposes. */
#define PURPOSE_STATUS (UINT64_C(1) << 32)
#define PURPOSE_DELAY (UINT64_C(2) << 32)
#define PURPOSE_SOURCE (UINT64_C(3) << 32)
#define PURPOSE_OVERRIDE (UINT64_C(4) << 32)

/* Weights are out of 100. */
struct status {
	const char *text;
	unsigned weight;
	int64_t delay_ms; /* longest from arrival to remediation; 0: none */
};

static const struct status statuses[] = {
    {"Auto-Remediated", 48, 20000}, {"Post Remediated", 12, 6 * HOUR_MS},
    {"Auto Remediated", 5, 20000}, {"Remediated", 6, MINUTE_MS},
    {"Manually Remediated", 4, 4 * HOUR_MS},
    {"Remediation Attempted", 4, MINUTE_MS}, {"No Action Done", 10, 0},
    {"Would Remediate", 4, 0}, {"Not Remediated", 2, 0},
    {"Marked Safe", 2, 15 * 24 * (int64_t)HOUR_MS},
    {"Held | by policy=7 \\ review", 3, 0}, /* not in any list */
};
#define NSTATUSES (sizeof(statuses) / sizeof(*statuses))

static const char *const sources[] = {"Attack", "Attack", "Attack", "Attack",
    "Attack", "Spam", "Graymail", "Borderline", "Safe", NULL};

static const struct status *first_status(
    const struct sim_threat *t, uint32_t n);
static bool states_equal(const struct sim_change *a, const struct sim_state *b);
static void threat_refresh(struct sim_threat *t);

int64_t
sim_state_first_remediated(
    const struct sim_threat *t, uint32_t n, int64_t now_ms, bool judged_now)
{
	const struct status *status;
	int64_t longest_ms;
	int64_t left_ms;

	status = first_status(t, n);
	if (status->delay_ms == 0)
		return SIM_NEVER;
	if (judged_now)
		return now_ms;
	left_ms = now_ms - t->messages[n].received_ms;
	longest_ms = status->delay_ms < left_ms ? status->delay_ms : left_ms;
	if (longest_ms <= 0)
		return t->messages[n].received_ms;
	return t->messages[n].received_ms +
	    (int64_t)(sim_hash(t->key, PURPOSE_DELAY + n) %
	        (uint64_t)longest_ms);
}

void
sim_state_get(const struct sim_threat *t, uint32_t n, uint32_t number,
    struct sim_state *ret)
{
	const struct sim_message *m;
	const struct sim_change *c;
	uint64_t bits;

	m = &t->messages[n];
	ret->number = number;
	if (number != 0) {
		c = &m->changes[number - 1];
		ret->set_ms = c->set_ms;
		ret->remediated_ms = c->remediated_ms;
		ret->status = c->status;
		ret->source = c->source;
		ret->overridden = c->overridden;
		ret->served = c->served;
		return;
	}
	ret->set_ms = m->since_ms;
	ret->remediated_ms = m->remediated_ms;
	bits = sim_hash(t->key, PURPOSE_STATUS + n);
	/* One in eight of the old ones has no status yet. */
	ret->status =
	    t->old_style && bits >> 61 == 0 ? NULL : first_status(t, n)->text;
	bits = sim_hash(t->key, PURPOSE_SOURCE + n);
	ret->source = t->old_style
	    ? NULL
	    : sources[bits % (sizeof(sources) / sizeof(*sources))];
	ret->overridden =
	    !t->old_style && sim_hash(t->key, PURPOSE_OVERRIDE + n) % 100 < 4;
	ret->served = m->served;
}

void
sim_state_current(const struct sim_threat *t, uint32_t n, struct sim_state *ret)
{
	sim_state_get(t, n, t->messages[n].nchanges, ret);
}

bool
sim_state_change(struct sim_store *s, struct sim_threat *t, uint32_t n,
    const struct sim_wish *wish, int64_t now_ms)
{
	struct sim_message *m;
	struct sim_change next;
	struct sim_state now;

	m = &t->messages[n];
	sim_state_current(t, n, &now);
	memset(&next, 0, sizeof(next));
	next.set_ms = now_ms;
	next.status = now.status;
	next.source = now.source;
	next.overridden = now.overridden;
	next.remediated_ms = now.remediated_ms;
	if (wish->status != NULL)
		next.status = sim_store_intern(s, wish->status);
	if (wish->source != NULL)
		next.source = sim_store_intern(s, wish->source);
	if ((wish->status != NULL && next.status == NULL) ||
	    (wish->source != NULL && next.source == NULL))
		return false;
	if (wish->override != -1)
		next.overridden = wish->override == 1;
	if (wish->set_remediated)
		next.remediated_ms = wish->remediated_ms;
	if (states_equal(&next, &now))
		return false;
	m->changes = xrealloc(m->changes, m->nchanges + 1, sizeof(*m->changes));
	m->changes[m->nchanges++] = next;
	s->nchanges++;
	threat_refresh(t);
	return true;
}

void
sim_state_mark_served(struct sim_threat *t, uint32_t n)
{
	struct sim_message *m;

	m = &t->messages[n];
	if (m->nchanges != 0)
		m->changes[m->nchanges - 1].served++;
	else
		m->served++;
}

bool
sim_status_is_remediated(const char *status)
{
	size_t i;

	for (i = 0; i < NSTATUSES; i++) {
		if (!strcmp(statuses[i].text, status))
			return statuses[i].delay_ms != 0;
	}
	return false;
}

const char *
sim_status_other(const char *now, uint64_t bits)
{
	size_t i;

	i = bits % NSTATUSES;
	if (now != NULL && !strcmp(statuses[i].text, now))
		i = (i + 1) % NSTATUSES;
	return statuses[i].text;
}

static const struct status *
first_status(const struct sim_threat *t, uint32_t n)
{
	unsigned draw;
	size_t i;

	draw = (unsigned)(sim_hash(t->key, PURPOSE_STATUS + n) % 100);
	for (i = 0; i < NSTATUSES - 1 && draw >= statuses[i].weight; i++)
		draw -= statuses[i].weight;
	return &statuses[i];
}

static bool
states_equal(const struct sim_change *a, const struct sim_state *b)
{
	if ((a->status == NULL) != (b->status == NULL) ||
	    (a->source == NULL) != (b->source == NULL))
		return false;
	return a->remediated_ms == b->remediated_ms &&
	    a->overridden == b->overridden &&
	    (a->status == NULL || !strcmp(a->status, b->status)) &&
	    (a->source == NULL || !strcmp(a->source, b->source));
}

/* latestTimeRemediated: the latest of the messages as they are now. */
static void
threat_refresh(struct sim_threat *t)
{
	struct sim_state state;
	uint32_t i;

	t->remediated_last_ms = SIM_NEVER;
	for (i = 0; i < t->nmessages; i++) {
		sim_state_current(t, i, &state);
		if (state.remediated_ms > t->remediated_last_ms)
			t->remediated_last_ms = state.remediated_ms;
	}
}
