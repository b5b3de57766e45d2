/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict: first the world (was the last state of everything shown, and
 * made durable?), then each queue (do its records say just that?).
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/rfc3339.h"
#include "cef_line.h"
#include "joining.h"
#include "oracle.h"
#include "oracle_extras.h"
#include "oracle_parts.h"
#include "ring.h"
#include "spool/queue.h"

#define SURELY_BEGUN_MS (3 * HOUR_MS)
#define FIELD_BYTES 256
/* Given up after 7 days; the clock may step, and a retry waits its turn. */
#define GIVEN_UP_MAX_MS (13 * DAY_MS)

#define GIVEN_UP_MIN_MS (7 * DAY_MS)

struct reading {
	struct ring *ring;
	unsigned number;  /* of the queue */
	uint64_t lied_at; /* number of the record that --break is about */
};

static bool is_due(const struct ring *ring, uint32_t message);
static bool is_judged_later(const struct ring *ring, uint32_t message);
static bool is_within_page(const struct ring *ring, uint32_t message);
static void judge_last_state(struct ring *ring, uint32_t message);
static void judge_notice(struct ring *ring, uint32_t threat, unsigned queue);
static bool on_record(uint64_t number, const char *data, size_t len, void *arg);
static void take_record(const struct reading *reading, struct text record);
static void take_message(
    const struct reading *reading, const struct cef_line *line);
static void take_notice(
    const struct reading *reading, const struct cef_line *line);
static void take_replay(
    const struct reading *reading, const struct cef_line *line);
static void compare(const struct reading *reading, uint32_t message,
    const struct cef_line *line);
static bool fits(const struct ring *ring, uint32_t message, uint32_t number,
    const struct cef_line *line);
static bool number_of(struct text t, const char *prefix, uint32_t *ret);

void
oracle_judge_world(struct ring *ring)
{
	for (uint32_t i = 0; i < ring->tenant.message_count; i++)
		if (is_due(ring, i))
			judge_last_state(ring, i);
	oracle_judge_others(ring);
	if (ring->script.is_calm)
		oracle_judge_delays(ring);
	oracle_judge_extras(ring);
}

/* The first poll may not know the server's time yet; and who is refused and
 * started anew before it is told has the wall clock of before and of then. */
int64_t
oracle_origin_ms(const struct ring *ring)
{
	const struct script *script = &ring->script;
	int64_t skew_ms = script->skew_ms > 0 ? script->skew_ms : 0;

	/* What counts then is when the first life with a right clock began. */
	if (script->wild_ms != 0)
		skew_ms = 3 * DAY_MS;
	if (script->starts_denied)
		skew_ms += DAY_MS;
	return script->start_ms - script->start_ago_ms + HOUR_MS + skew_ms;
}

void
oracle_read_queue(struct ring *ring, struct queue *queue, unsigned number)
{
	struct reading reading = {.ring = ring, .number = number};
	uint64_t from = 0, next = 0;
	struct err why;

	reading.lied_at = queue_next(queue) / 2;
	for (; from < queue_next(queue); from = next) {
		if (queue_read(queue, from, on_record, &reading, &next, &why) ==
		    -1) {
			oracle_violation(ring, NO_MESSAGE,
			    "the queue cannot be read: %s", why.text);
			return;
		}
	}
	if (queue_release(queue, queue_next(queue), &why) == -1)
		oracle_violation(ring, NO_MESSAGE,
		    "the queue cannot be released: %s", why.text);
}

void
oracle_judge_queue(struct ring *ring, unsigned number)
{
	struct oracle *oracle = &ring->oracle;

	for (uint32_t i = 0; i < oracle->message_count; i++) {
		const struct expected *e = &oracle->messages[i];
		uint32_t at = e->at[number];

		while (at < e->count &&
		    e->states[at] & (STATE_MAYBE | STATE_NOT(number)))
			at++;
		if (at < e->count)
			oracle_violation(ring, i,
			    "%u records for %u states that were shown",
			    e->at[number], e->count);
	}
	/* A life that is killed tells nothing, nor one without room for it. */
	if (oracle->replays[number] != 0 && ring->kills == 0 &&
	    !script_has(&ring->script, TURN_FULL))
		oracle_violation(ring, NO_MESSAGE,
		    "%lld replays are told to begin and not to end",
		    (long long)oracle->replays[number]);
	oracle_judge_bare(ring, number);
	for (uint32_t i = 0; i < ring->tenant.threat_count; i++)
		judge_notice(ring, i, number);
	oracle_judge_gaps(ring, number);
}

static bool
is_due(const struct ring *ring, uint32_t message)
{
	const struct message *m = &ring->tenant.messages[message];
	const struct state *last = &m->states[m->state_count - 1];
	if (ring->tenant.threats[m->threat].is_gone)
		return false;
	if (ring->oracle.messages[message].known == 0 &&
	    m->received_ms < oracle_origin_ms(ring) &&
	    !is_judged_later(ring, message))
		return false;
	if (oracle_is_lost(ring, last->set_ms,
	        last->remediated_ms > m->received_ms ? last->remediated_ms
	                                             : m->received_ms))
		return false;
	return is_within_page(ring, message);
}

/* Of a threat that nobody could see before the stream had begun for sure, and
 * that shows within `overlap` of 72 hours. */
static bool
is_judged_later(const struct ring *ring, uint32_t message)
{
	const struct script *script = &ring->script;
	const struct tenant *tenant = &ring->tenant;
	const struct message *m = &tenant->messages[message];
	const struct threat *t = &tenant->threats[m->threat];

	for (uint32_t i = t->first; i < t->first + t->count; i++)
		if (tenant->messages[i].states[0].set_ms <
		    script->start_ms + SURELY_BEGUN_MS)
			return false;
	return script->is_calm &&
	    m->states[0].set_ms + 6 * HOUR_MS < m->received_ms + 72 * HOUR_MS;
}

/* Where the API ignores page numbers, the rest of a threat is not to be had. */
static bool
is_within_page(const struct ring *ring, uint32_t message)
{
	const struct tenant *tenant = &ring->tenant;
	const struct threat *t =
	    &tenant->threats[tenant->messages[message].threat];
	uint32_t place = message - t->first;

	if (!ring->script.ignores_pages)
		return true;
	if (!ring->script.oldest_first)
		place = t->count - 1 - place;
	return place < ring->script.detail_page_size;
}

static void
judge_last_state(struct ring *ring, uint32_t message)
{
	const struct message *m = &ring->tenant.messages[message];
	const struct expected *e = &ring->oracle.messages[message];
	const struct state *last = &m->states[m->state_count - 1];
	char received[RFC3339_SEC_LEN + 1], set[RFC3339_SEC_LEN + 1];

	rfc3339_sec(received, m->received_ms);
	rfc3339_sec(set, last->set_ms);
	if (e->known == 0)
		oracle_violation(ring, message,
		    "never taken; received %s, visible, in its last state "
		    "since %s",
		    received, set);
	else if (!state_equals(&m->states[e->known - 1], last))
		oracle_violation(ring, message,
		    "its last state, since %s, was never taken; received %s",
		    set, received);
}

static void
judge_notice(struct ring *ring, uint32_t threat, unsigned queue)
{
	uint32_t notices = ring->oracle.notices[queue][threat];
	const struct threat *t = &ring->tenant.threats[threat];
	int64_t listed_ms = ring->oracle.listed_ms[threat];

	if (notices > 0 && !t->is_gone)
		oracle_violation(ring, t->first,
		    "threat %s was given up but not gone", t->uuid);
	else if (notices == 0 && t->is_gone && listed_ms != 0 &&
	    ring->tenant.messages[t->first].received_ms >=
	        oracle_origin_ms(ring) &&
	    (queue != QUEUE_LATE || ring->joined_ms == 0) &&
	    listed_ms + GIVEN_UP_MAX_MS < ring->script.end_ms)
		oracle_violation(ring, t->first,
		    "threat %s is gone and there is no notice", t->uuid);
	/* Who is listed again afterwards is tried again, and no more is said. */
	else if (notices > 1)
		oracle_violation(ring, t->first,
		    "threat %s was given up %u times", t->uuid, notices);
}

static bool
on_record(uint64_t number, const char *data, size_t len, void *arg)
{
	struct reading *reading = arg;
	struct ring *ring = reading->ring;
	bool is_lie = number == reading->lied_at;

	if (ring->lie == BREAK_DROP && is_lie)
		return true;
	if (ring->lie == BREAK_DOUBLE && is_lie)
		take_record(reading, (struct text){data, len});
	take_record(reading, (struct text){data, len});
	return true;
}

static void
take_record(const struct reading *reading, struct text record)
{
	struct ring *ring = reading->ring;
	struct cef_line line;

	ring->oracle.records++;
	if (!cef_line_read(&line, record))
		oracle_violation(ring, NO_MESSAGE, "a record is no CEF: %.*s",
		    (int)(record.len < 200 ? record.len : 200), record.ptr);
	else if (text_eq(line.class_id, TEXT("forwarder-status")))
		take_notice(reading, &line);
	else
		take_message(reading, &line);
}

static void
take_message(const struct reading *reading, const struct cef_line *line)
{
	struct ring *ring = reading->ring;
	uint32_t first = ring->tenant.message_count, index;
	struct text address = cef_line_get(line, "duser");

	/* Who did it, in the audit log. */
	if (text_is_empty(address))
		address = cef_line_get(line, "suser");
	if (number_of(address, "r", &index) && index < first)
		compare(reading,
		    tenant_shown_by(&ring->tenant, index,
		        cef_line_get(line, "flexString1")),
		    line);
	else if (number_of(address, "o", &index) && index < ring->others.count)
		compare(reading, first + index, line);
	else
		oracle_violation(ring, NO_MESSAGE,
		    "a record of nobody's message: %.*s", (int)address.len,
		    address.ptr);
}

static void
take_notice(const struct reading *reading, const struct cef_line *line)
{
	struct ring *ring = reading->ring;
	struct text id = cef_line_get(line, "flexString1");

	if (cef_line_says(line, "cat", "gap"))
		oracle_take_gap(ring, reading->number, line);
	if (cef_line_says(line, "cat", "replay"))
		take_replay(reading, line);
	if (cef_line_says(line, "cat", "incomplete"))
		oracle_take_incomplete(ring, reading->number, line);
	if (!cef_line_says(line, "cat", "given-up"))
		return;
	if (text_is_empty(id) &&
	    ring->script.poison.until_ms - ring->script.poison.since_ms <
	        GIVEN_UP_MIN_MS)
		oracle_violation(ring, NO_MESSAGE,
		    "a span of time is given up that could be listed");
	for (uint32_t i = 0; i < ring->tenant.threat_count; i++)
		if (text_eq(id, text_of(ring->tenant.threats[i].uuid)))
			ring->oracle.notices[reading->number][i]++;
}

/* The end has a count. */
static void
take_replay(const struct reading *reading, const struct cef_line *line)
{
	struct ring *ring = reading->ring;
	bool ends = !text_is_empty(cef_line_get(line, "cn1"));

	ring->oracle.replays[reading->number] += ends ? -1 : 1;
	if ((ring->again_queues & 1U << reading->number) == 0)
		oracle_violation(ring, NO_MESSAGE,
		    "a notice of a replay to the other queue");
}

static void
compare(const struct reading *reading, uint32_t message,
    const struct cef_line *line)
{
	struct ring *ring = reading->ring;
	struct expected *e = &ring->oracle.messages[message];
	uint32_t *at = &e->at[reading->number];
	struct text act = cef_line_get(line, "act");
	struct text end = cef_line_get(line, "end");

	while (*at < e->count &&
	    (e->states[*at] & STATE_NOT(reading->number) ||
	        (e->states[*at] & STATE_MAYBE &&
	            !fits(ring, message, STATE_NUMBER(e->states[*at]), line))))
		++*at;
	if (oracle_take_extras(ring, reading->number, message, line)) {
		if (*at == 0 ||
		    !fits(
		        ring, message, STATE_NUMBER(e->states[*at - 1]), line))
			oracle_violation(ring, message,
			    "further documents of another state");
		return;
	}
	if (*at >= e->count) {
		oracle_violation(ring, message,
		    "record %u (act=%.*s) for %u states that were shown",
		    *at + 1, (int)act.len, act.ptr, e->count);
		return;
	}
	if (!fits(ring, message, STATE_NUMBER(e->states[*at]), line))
		oracle_violation(ring, message,
		    "record %u is not state %u: act=%.*s end=%.*s", *at + 1,
		    e->states[*at], (int)act.len, act.ptr, (int)end.len,
		    end.ptr);
	++*at;
}

static bool
fits(const struct ring *ring, uint32_t message, uint32_t number,
    const struct cef_line *line)
{
	const struct message *m = &ring->tenant.messages[message];
	const struct state *state;
	char id[32], end[32] = "";

	if (message >= ring->tenant.message_count)
		return oracle_fits_other(
		    ring, message - ring->tenant.message_count, number, line);
	state = &m->states[number];
	(void)snprintf(id, sizeof(id), "%lld", (long long)m->id);
	if (state->remediated_ms != NO_TIME)
		(void)snprintf(
		    end, sizeof(end), "%lld", (long long)state->remediated_ms);
	return cef_line_says(line, "externalId", id) &&
	    cef_line_says(line, "end", end) &&
	    cef_line_says(line, "act", state->status) &&
	    cef_line_says(line, "AbnormalEmailJudgement",
	        state->source != NULL ? state->source : "");
}

static bool
number_of(struct text t, const char *prefix, uint32_t *ret)
{
	size_t i = strlen(prefix);
	uint32_t n = 0;

	if (t.len <= i || memcmp(t.ptr, prefix, i) != 0)
		return false;
	for (; i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9'; i++)
		n = n * 10 + (uint32_t)(t.ptr[i] - '0');
	*ret = n;
	return i < t.len && t.ptr[i] == '@';
}
