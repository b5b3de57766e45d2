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
#include "oracle.h"
#include "ring.h"

#define REPORT_MAX_BYTES (1U << 20)
#define REPORT_LINES_MAX 20

static void expect(struct ring *ring, struct shown shown);

void
oracle_init(struct oracle *oracle, const struct ring *ring)
{
	const struct tenant *tenant = &ring->tenant;

	memset(oracle, 0, sizeof(*oracle));
	oracle->message_count = tenant->message_count;
	oracle->messages =
	    xcalloc(tenant->message_count + 1, sizeof(*oracle->messages));
	oracle->listed_ms =
	    xcalloc(tenant->threat_count, sizeof(*oracle->listed_ms));
	oracle->relisted_ms =
	    xcalloc(tenant->threat_count, sizeof(*oracle->relisted_ms));
	oracle->notices =
	    xcalloc(tenant->threat_count, sizeof(*oracle->notices));
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
	free(oracle->listed_ms);
	free(oracle->relisted_ms);
	free(oracle->notices);
	buf_clear(&oracle->report);
}

void
oracle_shown(struct ring *ring, const struct answer *answer)
{
	struct oracle *oracle = &ring->oracle;

	for (size_t i = 0; i < answer->shown_count; i++) {
		struct shown shown = answer->shown[i];

		if (oracle->pending_count == oracle->pending_cap) {
			oracle->pending_cap = oracle->pending_cap * 2 + 64;
			oracle->pending = xrealloc(oracle->pending,
			    oracle->pending_cap, sizeof(*oracle->pending));
		}
		oracle->pending[oracle->pending_count++] = shown;
		if (ring->trace.is_on && shown.message == ring->trace.message) {
			trace_note(ring, TRACE_ALL, "shown: state %u  %s",
			    shown.state, answer->url);
			ring->trace.is_pending = true;
		}
	}
}

void
oracle_committed(struct ring *ring)
{
	struct oracle *oracle = &ring->oracle;

	if (ring->trace.is_pending)
		trace_note(ring, TRACE_ALL, "committed");
	ring->trace.is_pending = false;
	for (size_t i = 0; i < oracle->pending_count; i++)
		expect(ring, oracle->pending[i]);
	oracle->pending_count = 0;
}

void
oracle_life_ended(struct ring *ring, bool clean)
{
	if (clean)
		oracle_committed(ring);
	if (ring->trace.is_pending)
		trace_note(ring, TRACE_ALL, "what was shown last is lost");
	ring->trace.is_pending = false;
	ring->oracle.pending_count = 0;
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
	if (message != NO_MESSAGE)
		(void)buf_printf(&oracle->report, "message r%u: ", message);
	(void)buf_printf(&oracle->report, "%s\n", line);
}

static void
expect(struct ring *ring, struct shown shown)
{
	struct expected *e = &ring->oracle.messages[shown.message];
	const struct message *m = &ring->tenant.messages[shown.message];

	if (e->count > 0 &&
	    state_equals(
	        &m->states[e->states[e->count - 1]], &m->states[shown.state]))
		return;
	if (e->count == e->cap) {
		e->cap = e->cap * 2 + 4;
		e->states = xrealloc(e->states, e->cap, sizeof(*e->states));
	}
	e->states[e->count++] = shown.state;
}
