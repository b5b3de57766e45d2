/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Told as it happens: what was shown, what was made durable. The records are
 * read once, at the end, by oracle_judge.c.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "joining.h"
#include "oracle.h"
#include "oracle_parts.h"
#include "oracle_told.h"
#include "ring.h"

#define REPORT_MAX_BYTES (1U << 20)
#define REPORT_LINES_MAX 20
/* What is still being judged is sent as it is after a day. */
#define HOLD_MS (24 * HOUR_MS)

static bool is_in_span(const struct ring *ring, uint32_t message);
static bool waits_for_more(const struct ring *ring, unsigned stream);
static bool is_of(
    const struct ring *ring, const struct pending *pending, struct text parent);
static void forget(struct oracle *oracle,
    bool (*is_gone)(const struct pending *pending, unsigned stream),
    unsigned stream);
static bool is_ready(const struct pending *pending, unsigned stream);
static bool is_of_stream(const struct pending *pending, unsigned stream);
static void expect(struct ring *ring, const struct pending *pending);
static bool is_refused(const struct ring *ring, uint32_t message);
static void expect_again(struct ring *ring, const struct pending *pending);
static void expect_all(
    struct ring *ring, const struct pending *pending, uint32_t maybe);
static void expect_past(struct ring *ring, const struct pending *pending);
static void append(struct expected *e, uint32_t state);
static bool is_held(
    struct ring *ring, const struct pending *pending, bool *ret_maybe);
static bool is_of_before(
    const struct ring *ring, const struct pending *pending);
static bool is_same(
    const struct ring *ring, uint32_t message, uint32_t a, uint32_t b);

void
oracle_init(struct oracle *oracle, const struct ring *ring)
{
	const struct tenant *tenant = &ring->tenant;

	memset(oracle, 0, sizeof(*oracle));
	oracle->message_count = tenant->message_count + ring->others.count;
	oracle->messages =
	    xcalloc(oracle->message_count + 1, sizeof(*oracle->messages));
	oracle->listed_ms =
	    xcalloc(tenant->threat_count, sizeof(*oracle->listed_ms));
	oracle->other_listed_ms =
	    xcalloc(ring->others.count + 1, sizeof(*oracle->other_listed_ms));
	for (unsigned i = 0; i < QUEUES_MAX; i++)
		oracle->notices[i] =
		    xcalloc(tenant->threat_count, sizeof(**oracle->notices));
	oracle->extras = xcalloc(tenant->threat_count, sizeof(*oracle->extras));
	oracle->suspect = NO_MESSAGE;
	buf_init(&oracle->report, REPORT_MAX_BYTES);
}

void
oracle_clear(struct oracle *oracle)
{
	for (uint32_t i = 0; i < oracle->message_count; i++)
		free(oracle->messages[i].states);
	free(oracle->messages);
	free(oracle->pending);
	free(oracle->extras);
	free(oracle->listed_ms);
	free(oracle->other_listed_ms);
	for (unsigned i = 0; i < QUEUES_MAX; i++)
		free(oracle->notices[i]);
	buf_clear(&oracle->report);
}

unsigned
oracle_stream(const struct ring *ring, uint32_t message)
{
	uint32_t count = ring->tenant.message_count;

	return message < count ? 0
	                       : 1 + ring->others.items[message - count].kind;
}

void
oracle_shown(struct ring *ring, const struct answer *answer)
{
	struct oracle *oracle = &ring->oracle;

	oracle->answers++;
	for (size_t i = 0; i < answer->shown_count; i++) {
		struct shown shown = answer->shown[i];
		unsigned stream = oracle_stream(ring, shown.message);
		unsigned again = answer->is_again ? ring->again.number : 0;

		if (again != 0 && !is_in_span(ring, shown.message))
			continue;
		if (oracle->pending_count == oracle->pending_cap) {
			oracle->pending_cap = oracle->pending_cap * 2 + 64;
			oracle->pending = xrealloc(oracle->pending,
			    oracle->pending_cap, sizeof(*oracle->pending));
		}
		oracle->pending[oracle->pending_count++] = (struct pending){
		    .message = shown.message,
		    .state = shown.state,
		    .stream = stream | (again != 0 ? STREAM_AGAIN : 0),
		    .again = again,
		    .queues = ring->again.queues,
		    .is_past = ring->again.is_past,
		    .answer = oracle->answers,
		    .at_ms = ring->clock.now_ms,
		    .waits = waits_for_more(ring, stream),
		};
		if (ring->trace.is_on && shown.message == ring->trace.message)
			trace_note(ring, TRACE_ALL, "shown: state %u  %s",
			    shown.state, answer->url);
	}
}

void
oracle_taken(struct ring *ring, unsigned stream, struct text parent)
{
	struct oracle *oracle = &ring->oracle;
	uint64_t last = 0;
	size_t count = 0;

	for (size_t i = 0; i < oracle->pending_count; i++) {
		const struct pending *p = &oracle->pending[i];

		if (p->waits && p->stream == stream && is_of(ring, p, parent))
			last = p->answer;
	}
	for (size_t i = 0; i < oracle->pending_count; i++) {
		struct pending p = oracle->pending[i];

		if (p.waits && p.stream == stream && is_of(ring, &p, parent)) {
			/* An earlier one was dropped before it was taken. */
			if (p.answer != last)
				continue;
			p.waits = false;
		}
		oracle->pending[count++] = p;
	}
	oracle->pending_count = count;
}

void
oracle_committed(struct ring *ring, unsigned stream)
{
	struct oracle *oracle = &ring->oracle;

	for (size_t i = 0; i < oracle->pending_count; i++)
		if (is_ready(&oracle->pending[i], stream))
			expect(ring, &oracle->pending[i]);
	forget(oracle, is_ready, stream);
}

void
oracle_lost(struct ring *ring, unsigned stream)
{
	forget(&ring->oracle, is_ready, stream);
}

/* While it lasts. Of a wide span some of what is beside it, too. */
static bool
is_refused(const struct ring *ring, uint32_t message)
{
	const struct poison *poison = &ring->script.poison;
	int64_t received_s = ring->tenant.messages[message].received_ms / 1000;
	int64_t wide_s = poison->to_s - poison->from_s;
	int64_t around_s = wide_s > 1 ? 2 * wide_s : 0;

	for (unsigned i = 0; i < poison->times; i++) {
		int64_t from_s = poison->from_s + i * HOUR_MS / SECOND_MS;

		if (poison->until_ms != 0 && poison->is_refused &&
		    received_s >= from_s - around_s &&
		    received_s < from_s + wide_s + around_s)
			return true;
	}
	return false;
}

void
oracle_replayed(struct ring *ring)
{
	const struct tenant *tenant = &ring->tenant;

	for (uint32_t i = 0; i < tenant->message_count; i++) {
		const struct threat *t =
		    &tenant->threats[tenant->messages[i].threat];

		if (!is_in_span(ring, i) || is_refused(ring, i) ||
		    t->bad_status != 0 || ring->script.ignores_pages ||
		    tenant_state_at(tenant, i, ring->again.began_ms) == -1 ||
		    ring->oracle.messages[i].again_at == ring->again.number)
			continue;
		oracle_violation(
		    ring, i, "replay %u leaves it out", ring->again.number);
	}
}

/* But for what could not be had. */
void
oracle_joined(struct ring *ring)
{
	const struct tenant *tenant = &ring->tenant;
	int64_t from_ms = ring->joined_ms - ring->past_ms;

	if (!ring->has_joined || ring->lacks_some || ring->script.ignores_pages)
		return;
	for (uint32_t i = 0; i < tenant->message_count; i++) {
		const struct message *m = &tenant->messages[i];
		const struct expected *e = &ring->oracle.messages[i];

		if (e->known == 0 || m->received_ms < from_ms ||
		    m->received_ms >= ring->joined_ms ||
		    tenant->threats[m->threat].bad_status != 0 ||
		    tenant_state_at(tenant, i, ring->joined_ms) == -1 ||
		    e->has_come)
			continue;
		oracle_violation(ring, i, "who was added later never gets it");
	}
}

void
oracle_life_ended(struct ring *ring, bool clean)
{
	if (clean)
		oracle_committed(ring, STREAM_ANY);
	forget(&ring->oracle, is_of_stream, STREAM_ANY);
}

void
oracle_violation(struct ring *ring, uint32_t message, const char *fmt, ...)
{
	struct oracle *oracle = &ring->oracle;
	char line[512];
	va_list args;

	if (oracle->violations++ == 0 || oracle->suspect == NO_MESSAGE)
		oracle->suspect = message;
	if (oracle->violations > REPORT_LINES_MAX)
		return;
	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	(void)buf_printf(
	    &oracle->report, "seed %llu: ", (unsigned long long)ring->seed);
	if (message != NO_MESSAGE && message >= ring->tenant.message_count)
		(void)buf_printf(&oracle->report,
		    "item o%u: ", message - ring->tenant.message_count);
	else if (message != NO_MESSAGE)
		(void)buf_printf(&oracle->report, "message r%u: ", message);
	(void)buf_printf(&oracle->report, "%s\n", line);
}

/* Messages of a threat outside of it are left out. */
static bool
is_in_span(const struct ring *ring, uint32_t message)
{
	int64_t received_ms;

	if (message >= ring->tenant.message_count)
		return true;
	received_ms = ring->tenant.messages[message].received_ms;
	return received_ms >= ring->again.since_s * 1000 &&
	    received_ms < ring->again.until_s * 1000;
}

static bool
waits_for_more(const struct ring *ring, unsigned stream)
{
	return (stream == 0 && ring->script.enrich != 0) ||
	    stream == OTHER_CASES + 1;
}

static bool
is_of(
    const struct ring *ring, const struct pending *pending, struct text parent)
{
	const struct tenant *tenant = &ring->tenant;
	char number[16];

	if ((pending->stream & ~STREAM_AGAIN) == 0)
		return text_eq(parent,
		    text_of(
		        tenant
		            ->threats[tenant->messages[pending->message].threat]
		            .uuid));
	(void)snprintf(number, sizeof(number), "%u",
	    pending->message - tenant->message_count);
	return text_eq(parent, text_of(number));
}

static void
forget(struct oracle *oracle,
    bool (*is_gone)(const struct pending *pending, unsigned stream),
    unsigned stream)
{
	size_t count = 0;

	for (size_t i = 0; i < oracle->pending_count; i++)
		if (!is_gone(&oracle->pending[i], stream))
			oracle->pending[count++] = oracle->pending[i];
	oracle->pending_count = count;
}

static bool
is_ready(const struct pending *pending, unsigned stream)
{
	return is_of_stream(pending, stream) && !pending->waits;
}

static bool
is_of_stream(const struct pending *pending, unsigned stream)
{
	return stream == STREAM_ANY || stream == pending->stream;
}

/* Against the ledger: whoever was told of a state is not told it again. */
static void
expect(struct ring *ring, const struct pending *pending)
{
	bool maybe = false;

	if (ring->trace.is_on && pending->message == ring->trace.message)
		trace_note(
		    ring, TRACE_ALL, "committed: state %u", pending->state);
	if (pending->again != 0) {
		(pending->is_past ? expect_past : expect_again)(ring, pending);
		return;
	}
	if (is_held(ring, pending, &maybe))
		return;
	maybe = maybe || is_of_before(ring, pending);
	expect_all(ring, pending, maybe ? STATE_MAYBE : 0);
}

/* It comes to the queues whose last state is another one. */
static void
expect_all(struct ring *ring, const struct pending *pending, uint32_t maybe)
{
	struct expected *e = &ring->oracle.messages[pending->message];
	uint32_t state = pending->state | maybe;
	bool is_known = e->known != 0 &&
	    is_same(ring, pending->message, e->known - 1, pending->state);
	bool is_for_one = false;

	for (unsigned i = 0; i < ring->script.outlets; i++) {
		bool has_it = e->ahead[i] != 0
		    ? is_same(ring, pending->message, e->ahead[i] - 1,
		          pending->state)
		    : is_known;

		if (i >= ring->outlets) {
			state |= STATE_NOT(i);
			continue;
		}
		e->ahead[i] = 0;
		if (has_it) {
			state |= STATE_NOT(i);
			continue;
		}
		is_for_one = true;
		e->has_come |= i == QUEUE_LATE;
	}
	if (is_known && maybe == 0 && e->count > 0)
		e->states[e->count - 1] &= ~STATE_MAYBE;
	if (is_for_one)
		append(e, state);
	if (is_known)
		return;
	if (e->taken_ms == 0)
		e->taken_ms = ring->clock.now_ms;
	e->known = pending->state + 1;
	e->usually_at = ring->again.is_running ? ring->again.number : 0;
}

static void
append(struct expected *e, uint32_t state)
{
	if (e->count == e->cap) {
		e->cap = e->cap * 2 + 4;
		e->states = xrealloc(e->states, e->cap, sizeof(*e->states));
	}
	e->states[e->count++] = state;
}

/*
 * Once for each replay, to its queues, known or not, but for what came by the
 * usual way since it began. One to all queues is what is known from then on.
 */
static void
expect_again(struct ring *ring, const struct pending *pending)
{
	struct expected *e = &ring->oracle.messages[pending->message];
	bool is_whole = pending->queues == (1U << ring->outlets) - 1;
	bool is_news = e->known == 0 ||
	    !is_same(ring, pending->message, e->known - 1, pending->state);
	uint32_t state = pending->state;

	if (e->again_at == pending->again)
		return;
	e->again_at = pending->again;
	if (e->usually_at == pending->again)
		return;
	for (unsigned i = 0; i < QUEUES_MAX; i++)
		if ((pending->queues & 1U << i) == 0)
			state |= STATE_NOT(i);
		else
			e->ahead[i] =
			    is_news && !is_whole ? pending->state + 1 : 0;
	append(e, state);
	e->has_come |= (pending->queues & 1U << QUEUE_LATE) != 0;
	if (is_whole)
		e->known = pending->state + 1;
}

/* What has not come by any way since it was met, or has changed since a replay
 * to it alone. */
static void
expect_past(struct ring *ring, const struct pending *pending)
{
	struct expected *e = &ring->oracle.messages[pending->message];
	uint32_t *ahead = &e->ahead[QUEUE_LATE];
	bool is_news = e->known == 0 ||
	    !is_same(ring, pending->message, e->known - 1, pending->state);

	if (e->has_come &&
	    (*ahead == 0 ||
	        is_same(ring, pending->message, *ahead - 1, pending->state)))
		return;
	e->has_come = true;
	*ahead = is_news ? pending->state + 1 : 0;
	append(e, pending->state | STATE_NOT(0));
}

/* A campaign that is settled when the stream begins need not be sent. */
static bool
is_of_before(const struct ring *ring, const struct pending *pending)
{
	const struct other *item;

	if (pending->stream == 0)
		return false;
	item =
	    &ring->others.items[pending->message - ring->tenant.message_count];
	return item->kind == OTHER_CAMPAIGNS &&
	    item->facets[pending->state].stamp_ms < oracle_origin_ms(ring);
}

/* Is it a campaign that is not judged, and does not have to be sent? */
static bool
is_held(struct ring *ring, const struct pending *pending, bool *ret_maybe)
{
	struct expected *e = &ring->oracle.messages[pending->message];
	uint32_t index = pending->message - ring->tenant.message_count;
	const struct other *item;

	if (pending->stream == 0)
		return false;
	item = &ring->others.items[index];
	if (!facet_is_scanning(item->kind, &item->facets[pending->state]))
		return false;
	if (e->held_ms == 0)
		e->held_ms = pending->at_ms;
	*ret_maybe = pending->at_ms < e->held_ms + HOLD_MS + MINUTE_MS;
	return pending->at_ms <
	    ring->oracle.other_listed_ms[index] + HOLD_MS - MINUTE_MS;
}

static bool
is_same(const struct ring *ring, uint32_t message, uint32_t a, uint32_t b)
{
	uint32_t count = ring->tenant.message_count;

	if (message < count)
		return state_equals(&ring->tenant.messages[message].states[a],
		    &ring->tenant.messages[message].states[b]);
	return facet_equals(ring->others.items[message - count].kind,
	    &ring->others.items[message - count].facets[a],
	    &ring->others.items[message - count].facets[b]);
}
