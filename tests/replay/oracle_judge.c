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
#include "oracle.h"
#include "ring.h"
#include "spool/queue.h"

#define FIELD_BYTES 256
/* Given up after 7 days; the clock may step, and a retry waits its turn. */
#define GIVEN_UP_MIN_MS (5 * DAY_MS)
#define GIVEN_UP_MAX_MS (13 * DAY_MS)

struct reading {
	struct ring *ring;
	uint64_t lied_at; /* number of the record that --break is about */
};

static bool is_due(const struct ring *ring, uint32_t message);
static bool is_within_page(const struct ring *ring, uint32_t message);
static void judge_last_state(struct ring *ring, uint32_t message);
static void judge_notice(struct ring *ring, uint32_t threat);
static bool on_record(uint64_t number, const char *data, size_t len, void *arg);
static void take_record(struct ring *ring, struct text record);
static void take_message(struct ring *ring, const struct cef_line *line);
static void take_notice(struct ring *ring, const struct cef_line *line);
static void compare(
    struct ring *ring, uint32_t message, const struct cef_line *line);
static bool says(
    const struct cef_line *line, const char *key, const char *value);
static bool number_of(struct text t, const char *prefix, uint32_t *ret);

void
oracle_judge_world(struct ring *ring)
{
	for (uint32_t i = 0; i < ring->tenant.message_count; i++)
		if (is_due(ring, i))
			judge_last_state(ring, i);
}

void
oracle_judge_queue(struct ring *ring, struct queue *queue)
{
	struct oracle *oracle = &ring->oracle;
	struct reading reading = {.ring = ring};
	uint64_t from = 0, next = 0;
	struct err why;

	for (uint32_t i = 0; i < ring->tenant.message_count; i++)
		oracle->messages[i].records = 0;
	for (uint32_t i = 0; i < ring->tenant.threat_count; i++)
		oracle->notices[i] = 0;
	reading.lied_at = queue_next(queue) / 2;
	for (; from < queue_next(queue); from = next) {
		if (queue_read(queue, from, on_record, &reading, &next, &why) ==
		    -1) {
			oracle_violation(ring, NO_MESSAGE,
			    "the queue cannot be read: %s", why.text);
			break;
		}
	}
	for (uint32_t i = 0; i < ring->tenant.message_count; i++)
		if (oracle->messages[i].records < oracle->messages[i].count)
			oracle_violation(ring, i,
			    "%u records for %u states that were shown",
			    oracle->messages[i].records,
			    oracle->messages[i].count);
	for (uint32_t i = 0; i < ring->tenant.threat_count; i++)
		judge_notice(ring, i);
}

static bool
is_due(const struct ring *ring, uint32_t message)
{
	const struct message *m = &ring->tenant.messages[message];
	int64_t origin_ms =
	    ring->script.start_ms - ring->script.start_ago_ms + HOUR_MS;

	if (ring->tenant.threats[m->threat].is_gone)
		return false;
	/* The first poll may not know the server's time yet. */
	if (ring->script.skew_ms > 0)
		origin_ms += ring->script.skew_ms;
	if (ring->oracle.messages[message].count == 0 &&
	    m->received_ms < origin_ms)
		return false;
	return is_within_page(ring, message);
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
	if (e->count == 0)
		oracle_violation(ring, message,
		    "never taken; received %s, visible, in its last state "
		    "since %s",
		    received, set);
	else if (!state_equals(&m->states[e->states[e->count - 1]], last))
		oracle_violation(ring, message,
		    "its last state, since %s, was never taken; received %s",
		    set, received);
}

static void
judge_notice(struct ring *ring, uint32_t threat)
{
	const struct threat *t = &ring->tenant.threats[threat];
	int64_t listed_ms = ring->oracle.listed_ms[threat];
	uint32_t notices = ring->oracle.notices[threat];
	/* Who is listed again afterwards is tried again. */
	int64_t most = 1 +
	    (ring->oracle.relisted_ms[threat] - listed_ms) / GIVEN_UP_MIN_MS;

	if (notices > 0 && !t->is_gone)
		oracle_violation(ring, t->first,
		    "threat %s was given up but not gone", t->uuid);
	else if (notices == 0 && t->is_gone && listed_ms != 0 &&
	    listed_ms + GIVEN_UP_MAX_MS < ring->script.end_ms)
		oracle_violation(ring, t->first,
		    "threat %s is gone and there is no notice", t->uuid);
	else if (notices > most)
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
		take_record(ring, (struct text){data, len});
	take_record(ring, (struct text){data, len});
	return true;
}

static void
take_record(struct ring *ring, struct text record)
{
	struct cef_line line;

	ring->oracle.records++;
	if (!cef_line_read(&line, record))
		oracle_violation(ring, NO_MESSAGE, "a record is no CEF: %.*s",
		    (int)(record.len < 200 ? record.len : 200), record.ptr);
	else if (text_eq(line.class_id, TEXT("forwarder-status")))
		take_notice(ring, &line);
	else
		take_message(ring, &line);
}

static void
take_message(struct ring *ring, const struct cef_line *line)
{
	struct text duser = cef_line_get(line, "duser");
	uint32_t message;

	if (!number_of(duser, "r", &message) ||
	    message >= ring->tenant.message_count)
		oracle_violation(ring, NO_MESSAGE,
		    "a record of nobody's message: duser=%.*s", (int)duser.len,
		    duser.ptr);
	else
		compare(ring, message, line);
}

static void
take_notice(struct ring *ring, const struct cef_line *line)
{
	struct text id = cef_line_get(line, "flexString1");

	if (!text_eq(cef_line_get(line, "cat"), TEXT("given-up")))
		return;
	for (uint32_t i = 0; i < ring->tenant.threat_count; i++)
		if (text_eq(id, text_of(ring->tenant.threats[i].uuid)))
			ring->oracle.notices[i]++;
}

static void
compare(struct ring *ring, uint32_t message, const struct cef_line *line)
{
	const struct message *m = &ring->tenant.messages[message];
	struct expected *e = &ring->oracle.messages[message];
	const struct state *state;
	char id[32], end[32] = "";
	uint32_t number = e->records++;

	if (number >= e->count) {
		oracle_violation(ring, message,
		    "record %u (act=%.*s) for %u states that were shown",
		    number + 1, (int)cef_line_get(line, "act").len,
		    cef_line_get(line, "act").ptr, e->count);
		return;
	}
	state = &m->states[e->states[number]];
	(void)snprintf(id, sizeof(id), "%lld", (long long)m->id);
	if (state->remediated_ms != NO_TIME)
		(void)snprintf(
		    end, sizeof(end), "%lld", (long long)state->remediated_ms);
	if (!says(line, "externalId", id) || !says(line, "end", end) ||
	    !says(line, "act", state->status) ||
	    !says(line, "AbnormalEmailJudgement",
	        state->source != NULL ? state->source : ""))
		oracle_violation(ring, message,
		    "record %u is not state %u: act=%.*s end=%.*s", number + 1,
		    e->states[number], (int)cef_line_get(line, "act").len,
		    cef_line_get(line, "act").ptr,
		    (int)cef_line_get(line, "end").len,
		    cef_line_get(line, "end").ptr);
}

static bool
says(const struct cef_line *line, const char *key, const char *value)
{
	return text_eq(cef_line_get(line, key), text_of(value));
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
