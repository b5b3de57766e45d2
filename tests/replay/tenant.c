/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawn whole at the start. What a poller has to find is here in all its
 * ways: judged at once or days later, remediated or never, changed with a stamp
 * or without, back and forth, and campaigns that grow.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_clock.h"
#include "script.h"
#include "tenant.h"

#define LATE_MAX_MS (60 * HOUR_MS)
#define CHANGE_AGE_MAX_MS (20 * DAY_MS)
#define CHANGES_MAX 8
#define ECHO_SEED UINT64_C(0x6563686f)

struct drawing {
	struct tenant *tenant;
	const struct script *script;
	struct rng rng;
	struct rng echo_rng; /* so that all else is as without echoes */
	bool has_echoes;
	unsigned without;
	bool is_prompt; /* of the threat at hand: nothing shows up late */
	size_t cap;
};

static const char *const unremediated[] = {"No Action Done", "Would Remediate",
    "Remediation Attempted", "Marked Safe"};
static const char *const remediated[] = {
    "Auto-Remediated", "Post Remediated", "Manually Remediated", "Remediated"};
/* The same, as another threat says it. */
static const char *const echoed[] = {"Not Remediated", "Would Be Remediated",
    "Attempted Elsewhere", "Safe Elsewhere", "Remediated Elsewhere",
    "Post Remediated Elsewhere", "By Hand Elsewhere", "Gone Elsewhere"};
static const char *const sources[] = {"Attack", "Borderline", "Spam", NULL};

static void draw_threat(struct drawing *d, struct threat *threat);
static void draw_uuid(struct rng *rng, char out[UUID_LEN + 1]);
static void draw_badness(struct drawing *d, struct threat *threat);
static void draw_message(
    struct drawing *d, uint32_t threat, int64_t received_ms);
static void draw_echo(struct drawing *d, uint32_t threat);
static void echo_states(struct message *message);
static int64_t draw_delay(struct drawing *d, bool *ret_is_very_late);
static void draw_first(struct drawing *d, struct message *message);
static void draw_changes(struct drawing *d, struct message *message);
static bool draw_change(
    struct drawing *d, const struct message *message, struct state *state);
static int by_received(const void *a, const void *b);
static void sort_order(struct tenant *tenant);

void
tenant_draw(struct tenant *tenant, const struct script *script, uint64_t seed,
    unsigned without)
{
	struct drawing d = {
	    .tenant = tenant, .script = script, .without = without};

	memset(tenant, 0, sizeof(*tenant));
	tenant->hidden = NO_MESSAGE;
	rng_init(&d.rng, seed * 4 + 1);
	rng_init(&d.echo_rng, seed ^ ECHO_SEED);
	/* What a replay leaves out it knows by the message alone. */
	d.has_echoes = script->scope == SCOPE_FULL &&
	    script->retention_ms == 0 && !script_has(script, TURN_REPLAY) &&
	    !script_has(script, TURN_JOIN);
	tenant->threat_count = (uint32_t)draw_between(&d.rng, 30, 150);
	tenant->threats =
	    xcalloc(tenant->threat_count, sizeof(*tenant->threats));
	for (uint32_t i = 0; i < tenant->threat_count; i++)
		draw_threat(&d, &tenant->threats[i]);
	sort_order(tenant);
}

void
tenant_clear(struct tenant *tenant)
{
	for (uint32_t i = 0; i < tenant->message_count; i++)
		free(tenant->messages[i].states);
	free(tenant->messages);
	free(tenant->threats);
	free(tenant->order);
	memset(tenant, 0, sizeof(*tenant));
}

uint32_t
tenant_shown_by(
    const struct tenant *tenant, uint32_t message, struct text threat)
{
	for (uint32_t i = message + 1; i < tenant->message_count; i++)
		if (tenant->messages[i].original == message &&
		    text_eq(threat,
		        text_of(
		            tenant->threats[tenant->messages[i].threat].uuid)))
			return i;
	return message;
}

int
tenant_state_at(const struct tenant *tenant, uint32_t message, int64_t now_ms)
{
	const struct message *m = &tenant->messages[message];
	int at = -1;

	if (message == tenant->hidden)
		return -1;
	for (uint32_t i = 0; i < m->state_count; i++)
		if (m->states[i].set_ms <= now_ms)
			at = (int)i;
	return at;
}

bool
tenant_is_received_in(const struct tenant *tenant, const struct threat *threat,
    int64_t from_s, int64_t to_s, int64_t now_ms)
{
	for (uint32_t i = threat->first; i < threat->first + threat->count;
	     i++) {
		const struct message *m = &tenant->messages[i];
		int64_t received_s = m->received_ms / 1000;

		if (received_s >= from_s && received_s < to_s &&
		    m->states[0].set_ms <= now_ms && i != tenant->hidden)
			return true;
	}
	return false;
}

/* Only the latest stamp of a threat counts. */
bool
tenant_is_remediated_in(const struct tenant *tenant,
    const struct threat *threat, int64_t from_s, int64_t to_s, int64_t now_ms)
{
	int64_t latest_ms = NO_TIME;

	for (uint32_t i = threat->first; i < threat->first + threat->count;
	     i++) {
		const struct message *m = &tenant->messages[i];
		int at = tenant_state_at(tenant, i, now_ms);

		if (at >= 0 && m->states[at].remediated_ms > latest_ms)
			latest_ms = m->states[at].remediated_ms;
	}
	return latest_ms != NO_TIME && latest_ms / 1000 >= from_s &&
	    latest_ms / 1000 < to_s;
}

bool
state_equals(const struct state *a, const struct state *b)
{
	return a->status == b->status && a->source == b->source &&
	    a->remediated_ms == b->remediated_ms &&
	    a->overridden == b->overridden;
}

static void
draw_threat(struct drawing *d, struct threat *threat)
{
	struct tenant *tenant = d->tenant;
	uint32_t index = (uint32_t)(threat - tenant->threats);
	int64_t from_ms = d->script->start_ms - d->script->start_ago_ms;
	int64_t at_ms = draw_between(&d->rng, from_ms, d->script->quiet_ms);
	int64_t grows_ms = 0;
	uint32_t count = (uint32_t)draw_log(&d->rng, 1, 6);

	/* Some is received before the start, and judged whenever it is. */
	if (draw_chance(&d->rng, 10))
		at_ms = from_ms - draw_log(&d->rng, MINUTE_MS, 2 * DAY_MS);
	draw_uuid(&d->rng, threat->uuid);
	threat->first = tenant->message_count;
	if (draw_chance(&d->rng, 40))
		grows_ms = draw_log(&d->rng, MINUTE_MS, 20 * DAY_MS);
	if (grows_ms != 0 && draw_chance(&d->rng, 20))
		count = (uint32_t)draw_between(&d->rng, 10, 40);
	d->is_prompt = d->script->scope == SCOPE_BARE ||
	    (count > 1 &&
	        (d->script->scope == SCOPE_OVERLAP ||
	            d->script->retention_ms != 0));
	for (uint32_t i = 0; i < count; i++)
		draw_message(d, index,
		    i == 0 ? at_ms
		           : at_ms + draw_between(&d->rng, 0, grows_ms));
	if (d->has_echoes)
		draw_echo(d, index);
	threat->count = tenant->message_count - threat->first;
	if (threat->count > 1)
		qsort(&tenant->messages[threat->first], threat->count,
		    sizeof(*tenant->messages), by_received);
	draw_badness(d, threat);
}

static void
draw_uuid(struct rng *rng, char out[UUID_LEN + 1])
{
	uint64_t a = rng_next(rng), b = rng_next(rng);

	(void)snprintf(out, UUID_LEN + 1, "%08x-%04x-4%03x-%04x-%012llx",
	    (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff),
	    (unsigned)(a & 0xfff), (unsigned)(0x8000 | (b >> 50)),
	    (unsigned long long)(b & 0xffffffffffff));
}

static void
draw_badness(struct drawing *d, struct threat *threat)
{
	static const int statuses[] = {404, 404, 500, 403};
	int64_t seen_ms = d->script->end_ms;

	if (d->without & WITHOUT_GONE || threat->count == 0 ||
	    !draw_chance(&d->rng, 12))
		return;
	for (uint32_t i = threat->first; i < threat->first + threat->count; i++)
		if (d->tenant->messages[i].states[0].set_ms < seen_ms)
			seen_ms = d->tenant->messages[i].states[0].set_ms;
	threat->bad_status = statuses[rng_below(&d->rng, 4)];
	threat->bad_from_ms = draw_chance(&d->rng, 50)
	    ? seen_ms
	    : seen_ms + draw_between(&d->rng, 0, 10 * DAY_MS);
	threat->bad_to_ms =
	    threat->bad_from_ms + draw_log(&d->rng, MINUTE_MS, 3 * DAY_MS);
	if (draw_chance(&d->rng, 25) && threat->bad_status != 403) {
		threat->is_gone = true;
		threat->bad_from_ms = 0;
		threat->bad_to_ms = d->script->end_ms + DAY_MS;
	} else if (threat->bad_to_ms > d->script->quiet_ms) {
		threat->bad_to_ms = d->script->quiet_ms;
	}
}

static void
draw_message(struct drawing *d, uint32_t threat, int64_t received_ms)
{
	struct tenant *tenant = d->tenant;
	struct message *m;

	if (tenant->message_count == d->cap) {
		d->cap = d->cap == 0 ? 256 : d->cap * 2;
		tenant->messages = xrealloc(
		    tenant->messages, d->cap, sizeof(*tenant->messages));
	}
	m = &tenant->messages[tenant->message_count];
	memset(m, 0, sizeof(*m));
	m->threat = threat;
	m->original = NO_MESSAGE;
	m->id = (int64_t)rng_next(&d->rng);
	m->received_ms = received_ms;
	m->states = xcalloc(CHANGES_MAX + 1, sizeof(*m->states));
	draw_first(d, m);
	draw_changes(d, m);
	/* What would show up too late to be asked for is not there at all. */
	if (m->states[0].set_ms >= d->script->quiet_ms)
		free(m->states);
	else
		tenant->message_count++;
}

/* A message of an earlier threat, which this one shows as well. */
static void
draw_echo(struct drawing *d, uint32_t threat)
{
	struct tenant *tenant = d->tenant;
	struct rng rng = d->rng;
	uint32_t before = tenant->message_count, original;
	struct message *m;

	if (tenant->threats[threat].first == 0 ||
	    !draw_chance(&d->echo_rng, 20))
		return;
	original =
	    (uint32_t)rng_below(&d->echo_rng, tenant->threats[threat].first);
	/* Of two others that say the same only one would be heard. */
	if (tenant->messages[original].original != NO_MESSAGE ||
	    tenant->messages[original].has_echo)
		return;
	d->rng = d->echo_rng;
	draw_message(d, threat, tenant->messages[original].received_ms);
	d->echo_rng = d->rng;
	d->rng = rng;
	if (tenant->message_count == before)
		return;
	m = &tenant->messages[before];
	m->id = tenant->messages[original].id;
	m->original = original;
	tenant->messages[original].has_echo = true;
	echo_states(m);
}

/* Never what the original says, too. */
static void
echo_states(struct message *message)
{
	const size_t count = sizeof(remediated) / sizeof(remediated[0]);

	for (uint32_t i = 0; i < message->state_count; i++)
		for (size_t k = 0; k < count; k++)
			if (message->states[i].status == unremediated[k])
				message->states[i].status = echoed[k];
			else if (message->states[i].status == remediated[k])
				message->states[i].status = echoed[count + k];
}

static int64_t
draw_delay(struct drawing *d, bool *ret_is_very_late)
{
	uint64_t kind = rng_below(&d->rng, 100);

	*ret_is_very_late = false;
	if (kind < 50 || d->is_prompt)
		return draw_between(&d->rng, 0, 90 * SECOND_MS);
	if (kind < 70)
		return draw_log(&d->rng, MINUTE_MS, 6 * HOUR_MS);
	if (kind < 95)
		return draw_between(&d->rng, HOUR_MS, LATE_MAX_MS);
	*ret_is_very_late = true;
	return draw_between(&d->rng, LATE_MAX_MS, 10 * DAY_MS);
}

/* Beyond the overlap only a fresh stamp of remediation shows a message. */
static void
draw_first(struct drawing *d, struct message *message)
{
	struct state *state = &message->states[0];
	bool is_very_late;

	state->set_ms = message->received_ms + draw_delay(d, &is_very_late);
	state->source = sources[rng_below(&d->rng, 4)];
	if (!is_very_late && draw_chance(&d->rng, 40)) {
		state->status = unremediated[rng_below(&d->rng, 4)];
		return;
	}
	state->status = remediated[rng_below(&d->rng, 4)];
	state->remediated_ms =
	    state->set_ms - draw_between(&d->rng, 0, 45 * SECOND_MS);
}

static void
draw_changes(struct drawing *d, struct message *message)
{
	int64_t last_ms = message->received_ms + CHANGE_AGE_MAX_MS;

	if (last_ms > d->script->quiet_ms)
		last_ms = d->script->quiet_ms;
	message->state_count = 1;
	while (
	    message->state_count <= CHANGES_MAX && draw_chance(&d->rng, 40)) {
		struct state *state = &message->states[message->state_count];

		*state = state[-1];
		state->set_ms += draw_log(&d->rng, 10 * SECOND_MS, 10 * DAY_MS);
		if (state->set_ms >= last_ms)
			return;
		if (draw_change(d, message, state))
			message->state_count++;
	}
}

/* False when it came out as no change. */
static bool
draw_change(
    struct drawing *d, const struct message *message, struct state *state)
{
	uint64_t kind = rng_below(&d->rng, 100);
	int64_t set_ms = state->set_ms;

	if (d->script->scope != SCOPE_FULL || d->script->retention_ms != 0 ||
	    kind < 55) {
		state->status = remediated[rng_below(&d->rng, 4)];
		state->remediated_ms =
		    set_ms - draw_between(&d->rng, 0, 45 * SECOND_MS);
	} else if (kind < 70 && message->state_count > 1) {
		/* Back to what it was before. */
		*state = message->states[message->state_count - 2];
		state->set_ms = set_ms;
	} else if (kind < 80) {
		state->status = unremediated[rng_below(&d->rng, 4)];
		state->remediated_ms = NO_TIME;
	} else if (kind < 87) {
		state->source = sources[rng_below(&d->rng, 4)];
	} else if (kind < 94) {
		state->overridden = !state->overridden;
	} else {
		/* A stamp that shows late. */
		state->status = remediated[rng_below(&d->rng, 4)];
		state->remediated_ms =
		    set_ms - draw_log(&d->rng, MINUTE_MS, DAY_MS);
	}
	return !state_equals(state, state - 1);
}

static int
by_received(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	return (x->received_ms > y->received_ms) -
	    (x->received_ms < y->received_ms);
}

static void
sort_order(struct tenant *tenant)
{
	tenant->order = xcalloc(tenant->threat_count, sizeof(*tenant->order));
	for (uint32_t i = 0; i < tenant->threat_count; i++) {
		uint32_t at = i;

		while (at > 0 &&
		    strcmp(tenant->threats[tenant->order[at - 1]].uuid,
		        tenant->threats[i].uuid) > 0) {
			tenant->order[at] = tenant->order[at - 1];
			at--;
		}
		tenant->order[at] = i;
	}
}
