/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on how soon things come, and how much is asked for them.
 */
#include "config.h"

#include "base/rfc3339.h"
#include "oracle_parts.h"
#include "ring.h"

#define FEW_MS (10 * SECOND_MS)

static int64_t due_ms(const struct ring *ring, uint32_t message);
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

	if (set_ms <= listed_ms)
		return listed_ms + script->poll_interval_ms + FEW_MS;
	/* Late, and an old threat is looked at ever more rarely. */
	if (script->scope == SCOPE_BARE || !is_first(ring, message) ||
	    set_ms - m->received_ms > 60 * HOUR_MS)
		return 0;
	return set_ms + script->poll_interval_ms + script->lag_ms + MINUTE_MS;
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
