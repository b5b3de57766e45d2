/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on how soon things come, and how much is asked for them.
 */
#include "config.h"

#include "base/rfc3339.h"
#include "oracle_parts.h"
#include "ring.h"

#define FEW_MS (10 * SECOND_MS)
/* To find out which second it is that the API cannot answer for. */
#define ISOLATION_MS (10 * MINUTE_MS)

static int64_t due_ms(const struct ring *ring, uint32_t message);
static bool is_poisoned(const struct ring *ring, const struct message *m);
static int64_t poison_ms(const struct ring *ring, const struct message *m);
static bool is_first(const struct ring *ring, uint32_t message);

void
oracle_judge_delays(struct ring *ring)
{
	for (uint32_t i = 0; i < ring->tenant.message_count; i++) {
		const struct message *m = &ring->tenant.messages[i];
		int64_t taken_ms = ring->oracle.messages[i].taken_ms;
		int64_t latest_ms = due_ms(ring, i);
		char set[RFC3339_SEC_LEN + 1];

		/* The first day is for catching up. */
		if (latest_ms == 0 || taken_ms <= latest_ms ||
		    ring->tenant.threats[m->threat].bad_status != 0 ||
		    m->states[0].set_ms < ring->script.start_ms + DAY_MS)
			continue;
		rfc3339_sec(set, m->states[0].set_ms);
		oracle_violation(ring, i,
		    "visible since %s, it was taken %lld s late", set,
		    (long long)((taken_ms - latest_ms) / 1000));
	}
}

void
oracle_judge_extras(struct ring *ring)
{
	const struct oracle *oracle = &ring->oracle;

	for (uint32_t i = 0; i < ring->tenant.threat_count; i++) {
		const struct threat *t = &ring->tenant.threats[i];
		uint64_t most = 0;

		for (uint32_t n = t->first; n < t->first + t->count; n++)
			most += oracle->messages[n].count;
		/* What a life loses that is killed is asked for again. */
		most = 2 * (most + ring->lives);
		if (oracle->extras[i] > most)
			oracle_violation(ring, t->first,
			    "%u further documents of threat %s",
			    oracle->extras[i], t->uuid);
	}
}

/* When it has to be there; 0: that is not promised. */
static int64_t
due_ms(const struct ring *ring, uint32_t message)
{
	const struct script *script = &ring->script;
	const struct message *m = &ring->tenant.messages[message];
	int64_t set_ms = m->states[0].set_ms;
	int64_t listed_ms = m->received_ms + script->lag_ms;

	if (is_poisoned(ring, m))
		return 0;
	if (set_ms <= listed_ms)
		return listed_ms + script->poll_interval_ms + FEW_MS +
		    poison_ms(ring, m);
	/* Late, and an old threat is looked at ever more rarely. */
	if (script->scope == SCOPE_BARE || !is_first(ring, message) ||
	    set_ms - m->received_ms > 60 * HOUR_MS)
		return 0;
	return set_ms + script->poll_interval_ms + script->lag_ms + MINUTE_MS +
	    poison_ms(ring, m);
}

/* What is refused is cut down no further than to a minute or two at first. */
static bool
is_poisoned(const struct ring *ring, const struct message *m)
{
	const struct poison *poison = &ring->script.poison;
	int64_t received_s = m->received_ms / 1000;
	int64_t around_s = poison->is_refused ? 2 * MINUTE_MS / SECOND_MS : 0;

	for (unsigned i = 0; i < poison->times; i++) {
		int64_t past_s = i * HOUR_MS / SECOND_MS;

		if (poison->until_ms != 0 && !poison->is_by_change &&
		    received_s >= poison->from_s + past_s - around_s &&
		    received_s < poison->to_s + past_s + around_s)
			return true;
	}
	return false;
}

/* Once when it is met first, and not for as long as it lasts. */
static int64_t
poison_ms(const struct ring *ring, const struct message *m)
{
	const struct script *script = &ring->script;
	int64_t since_ms = script->poison.since_ms;

	return since_ms != 0 &&
	        m->states[0].set_ms > since_ms - script->poll_interval_ms &&
	        m->states[0].set_ms < since_ms + DAY_MS
	    ? ISOLATION_MS
	    : 0;
}

static bool
is_first(const struct ring *ring, uint32_t message)
{
	const struct tenant *tenant = &ring->tenant;
	const struct message *m = &tenant->messages[message];
	const struct threat *t = &tenant->threats[m->threat];

	for (uint32_t i = t->first; i < t->first + t->count; i++)
		if (tenant->messages[i].states[0].set_ms < m->states[0].set_ms)
			return false;
	return true;
}
