/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threats: the list and the details.
 */
#include "config.h"

#include <string.h>

#include "api_fake.h"
#include "api_filter.h"
#include "base/rfc3339.h"
#include "conf/sections.h"
#include "ring.h"

#define BOUND_LEN RFC3339_SEC_LEN
#define GTE "%20gte%20"
#define LTE "%20lte%20"

static void check_order(struct ring *ring, const struct filter *filter);
static void put_threat(struct ring *ring, struct answer *answer, struct text id,
    struct text query);
static void put_extra(
    struct ring *ring, struct answer *answer, struct text id, struct text kind);
static bool eat(struct text *text, const char *word);
static bool matches(struct ring *ring, const struct threat *threat,
    const struct filter *filter, bool by_remediation);
static void name_threat(
    struct ring *ring, struct answer *answer, uint32_t threat, bool first);
static const struct threat *find(const struct ring *ring, struct text id);
static uint32_t visible_count(struct ring *ring, const struct threat *threat);
static void put_messages(struct ring *ring, struct answer *answer,
    const struct threat *threat, int64_t page);
static void put_message(
    struct ring *ring, struct answer *answer, uint32_t index, int state);
static void put_stamp(
    struct buf *out, const struct message *message, const struct state *state);

void
api_put_list(struct ring *ring, struct answer *answer, struct text query)
{
	const struct tenant *tenant = &ring->tenant;
	int64_t page = api_number(query, "pageNumber", 1);
	int64_t size = api_number(query, "pageSize", 100);
	int64_t first = (page - 1) * size, place = 0;
	struct text text = api_parameter(query, "filter");
	bool by_remediation = false;
	struct filter filter;

	if (!api_read_filter(text, "receivedTime", &filter)) {
		by_remediation = true;
		if (!api_read_filter(text, "latestTimeRemediated", &filter)) {
			api_refuse(answer, 404, "invalid user input");
			return;
		}
	}
	if (api_is_refused(ring, answer, &filter, false, false) ||
	    api_is_poisoned(ring, answer, &filter, 0, by_remediation))
		return;
	if (!by_remediation)
		check_order(ring, &filter);
	(void)buf_puts(&answer->body, "{\"threats\":[");
	for (uint32_t i = 0; i < tenant->threat_count; i++) {
		uint32_t threat = tenant->order[i];

		if (!matches(ring, &tenant->threats[threat], &filter,
		        by_remediation))
			continue;
		if (place >= first && place < first + size)
			name_threat(ring, answer, threat, place == first);
		place++;
	}
	(void)buf_puts(&answer->body, "]");
	api_put_next(
	    answer, ring->script.list_next, page, place > first + size);
	(void)buf_puts(&answer->body, "}");
}

void
api_put_detail(
    struct ring *ring, struct answer *answer, struct text id, struct text query)
{
	const char *slash = memchr(id.ptr, '/', id.len);

	if (slash == NULL)
		put_threat(ring, answer, id, query);
	else
		put_extra(ring, answer,
		    (struct text){id.ptr, (size_t)(slash - id.ptr)},
		    (struct text){
		        slash + 1, (size_t)(id.ptr + id.len - slash - 1)});
}

/* Newest first: one of the first lists after an outage is of now. */
static void
check_order(struct ring *ring, const struct filter *filter)
{
	int64_t newest_ms = ring->returned_ms - ring->script.lag_ms - MINUTE_MS;

	if (ring->returned_ms == 0)
		return;
	if (filter->to_s * 1000 >= newest_ms)
		ring->returned_ms = 0;
	else if (++ring->returned_lists > 6)
		oracle_violation(ring, NO_MESSAGE,
		    "after an outage the oldest is listed first");
}

static void
put_threat(
    struct ring *ring, struct answer *answer, struct text id, struct text query)
{
	const struct threat *threat = find(ring, id);
	int64_t now_ms = ring->clock.now_ms;
	int64_t page = api_number(query, "pageNumber", 1);
	uint32_t count = threat != NULL ? visible_count(ring, threat) : 0;

	if (count == 0) {
		api_refuse(answer, 404, "Not Found");
		return;
	}
	if (threat->bad_status != 0 && now_ms >= threat->bad_from_ms &&
	    now_ms < threat->bad_to_ms) {
		trace_note(ring, (uint32_t)(threat - ring->tenant.threats),
		    "answered with HTTP %d", threat->bad_status);
		api_refuse(answer, threat->bad_status, "Not Found");
		return;
	}
	if (ring->script.ignores_pages)
		page = 1;
	(void)buf_printf(&answer->body,
	    "{\"threatId\":\"%s\",\"recipientCount\":%u", threat->uuid, count);
	api_put_next(answer, ring->script.detail_next, page,
	    page * ring->script.detail_page_size < count);
	put_messages(ring, answer, threat, page);
	(void)buf_puts(&answer->body, "}");
}

bool
api_read_filter(struct text text, const char *key, struct filter *ret)
{
	return eat(&text, key) && eat(&text, GTE) &&
	    api_read_time(&text, &ret->from_s) && eat(&text, LTE) &&
	    api_read_time(&text, &ret->to_s) && text.len == 0;
}

bool
api_read_time(struct text *text, int64_t *ret_s)
{
	int64_t ms;

	if (text->len < BOUND_LEN ||
	    rfc3339_parse((struct text){text->ptr, BOUND_LEN}, &ms) == -1)
		return false;
	*ret_s = ms / 1000;
	text->ptr += BOUND_LEN;
	text->len -= BOUND_LEN;
	return true;
}

/* Asked for once for a threat with something new, or as often as it fails. */
static void
put_extra(
    struct ring *ring, struct answer *answer, struct text id, struct text kind)
{
	const struct threat *threat = find(ring, id);
	bool is_links = text_eq(kind, TEXT("links"));
	unsigned bit = is_links ? ENRICH_LINKS : ENRICH_ATTACHMENTS;

	if (threat == NULL || (ring->script.enrich & bit) == 0) {
		oracle_violation(
		    ring, NO_MESSAGE, "nobody wants %s", answer->url);
		api_refuse(answer, 404, "Not Found");
		return;
	}
	if (api_refuses_extras(ring, answer, threat->first))
		return;
	ring->oracle.extras[threat - ring->tenant.threats]++;
	(void)buf_printf(
	    &answer->body, "{\"%s\":[", is_links ? "links" : "attachments");
	for (uint32_t i = 0; i < threat->count; i++)
		(void)buf_printf(&answer->body,
		    "%s{\"abxMessageIdStr\":\"%lld\",\"%s\":\"%s\"}",
		    i > 0 ? "," : "",
		    (long long)ring->tenant.messages[threat->first + i].id,
		    is_links ? "domainLink" : "attachmentName",
		    is_links ? "x.example" : "a.pdf");
	(void)buf_puts(&answer->body, "]}");
}

static bool
eat(struct text *text, const char *word)
{
	size_t len = strlen(word);

	if (text->len < len || memcmp(text->ptr, word, len) != 0)
		return false;
	text->ptr += len;
	text->len -= len;
	return true;
}

static bool
matches(struct ring *ring, const struct threat *threat,
    const struct filter *filter, bool by_remediation)
{
	if (by_remediation)
		return tenant_is_remediated_in(&ring->tenant, threat,
		    filter->from_s, filter->to_s, ring->clock.now_ms);
	return tenant_is_received_in(&ring->tenant, threat, filter->from_s,
	    filter->to_s, ring->clock.now_ms);
}

static void
name_threat(
    struct ring *ring, struct answer *answer, uint32_t threat, bool first)
{
	(void)buf_printf(&answer->body, "%s{\"threatId\":\"%s\"}",
	    first ? "" : ",", ring->tenant.threats[threat].uuid);
	if (ring->oracle.listed_ms[threat] == 0)
		ring->oracle.listed_ms[threat] = ring->clock.now_ms;
	trace_note(ring, threat, "listed by %s", answer->url);
}

static const struct threat *
find(const struct ring *ring, struct text id)
{
	const struct tenant *tenant = &ring->tenant;
	uint32_t low = 0, high = tenant->threat_count;

	if (id.len != UUID_LEN)
		return NULL;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct threat *threat =
		    &tenant->threats[tenant->order[middle]];
		int order = memcmp(id.ptr, threat->uuid, UUID_LEN);

		if (order == 0)
			return threat;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static uint32_t
visible_count(struct ring *ring, const struct threat *threat)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < threat->count; i++)
		if (tenant_state_at(&ring->tenant, threat->first + i,
		        ring->clock.now_ms) >= 0)
			count++;
	return count;
}

static void
put_messages(struct ring *ring, struct answer *answer,
    const struct threat *threat, int64_t page)
{
	int64_t size = ring->script.detail_page_size;
	int64_t first = (page - 1) * size, place = 0;

	(void)buf_puts(&answer->body, ",\"messages\":[");
	for (uint32_t i = 0; i < threat->count; i++) {
		uint32_t index = threat->first +
		    (ring->script.oldest_first ? i : threat->count - 1 - i);
		int state =
		    tenant_state_at(&ring->tenant, index, ring->clock.now_ms);

		if (state < 0)
			continue;
		if (place >= first && place < first + size) {
			if (place > first)
				(void)buf_putc(&answer->body, ',');
			put_message(ring, answer, index, state);
		}
		place++;
	}
	(void)buf_putc(&answer->body, ']');
}

static void
put_message(
    struct ring *ring, struct answer *answer, uint32_t index, int number)
{
	const struct message *m = &ring->tenant.messages[index];
	const struct state *state = &m->states[number];
	char received[RFC3339_MS_LEN + 1];
	uint32_t recipient = index;

	rfc3339_ms(received, m->received_ms);
	if (m->original != NO_MESSAGE)
		recipient = m->original;
	(void)buf_printf(&answer->body,
	    "{\"threatId\":\"%s\",\"abxMessageId\":%lld,"
	    "\"abxMessageIdStr\":\"%lld\",\"subject\":\"Invoice\","
	    "\"fromAddress\":\"a@b.example\",\"recipientAddress\":"
	    "\"r%u@corp.example\",\"receivedTime\":\"%s\","
	    "\"attackType\":\"Scam\",\"remediationStatus\":\"%s\"",
	    ring->tenant.threats[m->threat].uuid, (long long)m->id,
	    (long long)m->id, recipient, received, state->status);
	put_stamp(&answer->body, m, state);
	if (state->source != NULL)
		(void)buf_printf(
		    &answer->body, ",\"source\":\"%s\"", state->source);
	if (state->overridden)
		(void)buf_puts(&answer->body,
		    ",\"customerOverride\":{\"overrideType\":\"Customer "
		    "Blocklist\",\"reason\":\"Sender Email\"}");
	(void)buf_putc(&answer->body, '}');
	answer_show(answer, index, (uint32_t)number);
}

/* None is written in three ways. */
static void
put_stamp(
    struct buf *out, const struct message *message, const struct state *state)
{
	char stamp[RFC3339_MS_LEN + 1];

	if (state->remediated_ms != NO_TIME) {
		rfc3339_ms(stamp, state->remediated_ms);
		(void)buf_printf(
		    out, ",\"remediationTimestamp\":\"%s\"", stamp);
	} else if (message->id % 3 == 0) {
		(void)buf_puts(out, ",\"remediationTimestamp\":\"\"");
	} else if (message->id % 3 == 1) {
		(void)buf_puts(out, ",\"remediationTimestamp\":null");
	}
}
