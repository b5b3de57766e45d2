/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines in a buffer. It begins with what the world holds of the message.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/rfc3339.h"
#include "ring.h"
#include "trace.h"

#define TRACE_MAX_BYTES (4U << 20)
#define LINE_BYTES 1024

static void put_state(
    struct ring *ring, unsigned number, const struct state *state);
static void put_other(struct ring *ring, uint32_t index);
static void put_script(struct ring *ring);

void
trace_init(struct trace *trace)
{
	buf_init(&trace->out, TRACE_MAX_BYTES);
}

void
trace_clear(struct trace *trace)
{
	buf_clear(&trace->out);
}

void
trace_begin(struct ring *ring)
{
	struct trace *trace = &ring->trace;
	const struct tenant *tenant = &ring->tenant;
	const struct message *m;
	const struct threat *t;
	char received[RFC3339_MS_LEN + 1];
	char from[RFC3339_MS_LEN + 1], to[RFC3339_MS_LEN + 1];

	put_script(ring);
	if (trace->message >= tenant->message_count) {
		put_other(ring, trace->message - tenant->message_count);
		return;
	}
	m = &tenant->messages[trace->message];
	t = &tenant->threats[m->threat];
	trace->threat = m->threat;
	rfc3339_ms(received, m->received_ms);
	(void)buf_printf(&trace->out,
	    "message r%u (%lld) of threat %s, received %s, %u messages\n",
	    trace->message, (long long)m->id, t->uuid, received, t->count);
	for (uint32_t i = 0; i < m->state_count; i++)
		put_state(ring, i, &m->states[i]);
	if (t->bad_status != 0) {
		rfc3339_ms(from, t->bad_from_ms);
		rfc3339_ms(to, t->bad_to_ms);
		(void)buf_printf(&trace->out,
		    "  its detail is HTTP %d from %s to %s\n", t->bad_status,
		    from, to);
	}
}

void
trace_note(struct ring *ring, uint32_t threat, const char *fmt, ...)
{
	char stamp[RFC3339_MS_LEN + 1], line[LINE_BYTES];
	va_list args;

	if (!ring->trace.is_on ||
	    (threat != TRACE_ALL && threat != ring->trace.threat))
		return;
	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	rfc3339_ms(stamp, ring->clock.now_ms);
	(void)buf_printf(&ring->trace.out, "%s %s\n", stamp, line);
}

static void
put_state(struct ring *ring, unsigned number, const struct state *state)
{
	char set[RFC3339_MS_LEN + 1], stamp[RFC3339_MS_LEN + 1] = "none";

	rfc3339_ms(set, state->set_ms);
	if (state->remediated_ms != NO_TIME)
		rfc3339_ms(stamp, state->remediated_ms);
	(void)buf_printf(&ring->trace.out,
	    "  state %u from %s: \"%s\" stamp %s source %s%s\n", number, set,
	    state->status, stamp,
	    state->source != NULL ? state->source : "none",
	    state->overridden ? " overridden" : "");
}

static void
put_other(struct ring *ring, uint32_t index)
{
	const struct other *item = &ring->others.items[index];
	char set[RFC3339_MS_LEN + 1], stamp[RFC3339_MS_LEN + 1];

	ring->trace.threat = TRACE_OTHER(index);
	(void)buf_printf(
	    &ring->trace.out, "item o%u of stream %d\n", index, item->kind);
	for (uint32_t i = 0; i < item->facet_count; i++) {
		const struct facet *facet = &item->facets[i];

		rfc3339_ms(set, facet->set_ms);
		rfc3339_ms(stamp, facet->stamp_ms);
		(void)buf_printf(&ring->trace.out,
		    "  state %u from %s: \"%s\" %s stamp %s\n", i, set,
		    facet->status, facet->level, stamp);
	}
}

static void
put_script(struct ring *ring)
{
	const struct script *s = &ring->script;
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	rfc3339_sec(from, s->start_ms);
	rfc3339_sec(to, s->end_ms);
	(void)buf_printf(&ring->trace.out,
	    "from %s to %s, scope %d, poll-interval %lld min, start %lld min "
	    "ago, "
	    "page-size %u, in flight %u, details of %u%s%s, clock off by "
	    "%lld s\n",
	    from, to, (int)s->scope,
	    (long long)(s->poll_interval_ms / MINUTE_MS),
	    (long long)(s->start_ago_ms / MINUTE_MS), s->page_size,
	    s->max_in_flight, s->detail_page_size,
	    s->oldest_first ? " oldest first" : "",
	    s->ignores_pages ? ", page numbers ignored" : "",
	    (long long)(s->skew_ms / 1000));
}
