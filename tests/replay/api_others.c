/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other streams: ids, or the records themselves, by a stamp whose bounds
 * are both inclusive and not cut to seconds.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "api_fake.h"
#include "api_filter.h"
#include "base/rfc3339.h"
#include "ring.h"

#define ANALYSIS TEXT("/analysis")

struct face {
	const char *path, *list, *id, *key;
};

static const struct face faces[OTHER_KINDS] = {
    [OTHER_CASES] = {"cases", "cases", "caseId", "lastModifiedTime"},
    [OTHER_VENDOR_CASES] = {"vendor-cases", "vendorCases", "vendorCaseId",
        "lastModifiedTime"},
    [OTHER_CAMPAIGNS] = {"abusecampaigns", "campaigns", "campaignId",
        "lastReportedTime"},
    [OTHER_NOT_ANALYZED] = {"abuse_mailbox/not_analyzed", "results", NULL,
        NULL},
    [OTHER_AUDIT] = {"auditlogs", "auditLogs", NULL, "timestamp"},
};

static bool is_denied(
    struct ring *ring, struct answer *answer, enum other_kind kind);
static void put_list(struct ring *ring, struct answer *answer,
    enum other_kind kind, struct text query);
static bool read_span(
    enum other_kind kind, struct text query, struct filter *ret);
static void put_entry(struct ring *ring, struct answer *answer, uint32_t index,
    int facet, bool is_first);
static void put_detail(struct ring *ring, struct answer *answer,
    enum other_kind kind, struct text id);
static void put_case(
    struct buf *out, uint32_t index, const struct other *item, int number);
static void put_vendor_case(
    struct buf *out, uint32_t index, const struct other *item, int number);
static void put_campaign(
    struct buf *out, uint32_t index, const struct other *item, int number);
static void put_report(
    struct buf *out, uint32_t index, const struct other *item);
static void put_event(
    struct buf *out, uint32_t index, const struct other *item);

bool
api_put_other(struct ring *ring, struct answer *answer, struct text path,
    struct text query)
{
	for (enum other_kind kind = 0; kind < OTHER_KINDS; kind++) {
		size_t len = strlen(faces[kind].path);

		if (path.len < len ||
		    memcmp(path.ptr, faces[kind].path, len) != 0)
			continue;
		if (is_denied(ring, answer, kind))
			return true;
		if (path.len == len)
			put_list(ring, answer, kind, query);
		else if (path.ptr[len] == '/')
			put_detail(ring, answer, kind,
			    (struct text){
			        path.ptr + len + 1, path.len - len - 1});
		else
			continue;
		return true;
	}
	return false;
}

static bool
is_denied(struct ring *ring, struct answer *answer, enum other_kind kind)
{
	const struct script *script = &ring->script;
	int64_t now_ms = ring->clock.now_ms;

	if (script->denied_status == 0 || script->denied_kind != kind ||
	    now_ms < script->denied_from_ms || now_ms >= script->denied_to_ms)
		return false;
	api_refuse(answer, script->denied_status, "not licensed");
	return true;
}

static void
put_list(struct ring *ring, struct answer *answer, enum other_kind kind,
    struct text query)
{
	const struct face *face = &faces[kind];
	int64_t page = api_number(query, "pageNumber", 1);
	int64_t size =
	    face->key != NULL ? api_number(query, "pageSize", 100) : INT32_MAX;
	int64_t first = (page - 1) * size, place = 0;
	struct filter filter;

	if (!read_span(kind, query, &filter)) {
		api_refuse(answer, 404, "invalid user input");
		return;
	}
	if (api_is_refused(ring, answer, &filter, face->key == NULL, true) ||
	    api_is_poisoned(ring, answer, &filter, 1 + (unsigned)kind, false))
		return;
	(void)buf_printf(&answer->body, "{\"%s\":[", face->list);
	for (uint32_t i = 0; i < ring->others.count; i++) {
		const struct other *item = &ring->others.items[i];
		int at = others_facet_at(&ring->others, i, ring->clock.now_ms);
		int64_t stamp_ms = at < 0 ? 0 : item->facets[at].stamp_ms;

		if (item->kind != kind || stamp_ms < filter.from_s * 1000 ||
		    stamp_ms > filter.to_s * 1000)
			continue;
		if (place >= first && place < first + size)
			put_entry(ring, answer, i, at, place == first);
		place++;
	}
	(void)buf_puts(&answer->body, "]");
	if (face->key != NULL)
		api_put_next(
		    answer, ring->script.list_next, page, place > first + size);
	(void)buf_puts(&answer->body, "}");
}

static bool
read_span(enum other_kind kind, struct text query, struct filter *ret)
{
	struct text from = api_parameter(query, "start");
	struct text to = api_parameter(query, "end");

	if (faces[kind].key != NULL)
		return api_read_filter(
		    api_parameter(query, "filter"), faces[kind].key, ret);
	return api_read_time(&from, &ret->from_s) &&
	    api_read_time(&to, &ret->to_s);
}

static void
put_entry(struct ring *ring, struct answer *answer, uint32_t index, int facet,
    bool is_first)
{
	const struct other *item = &ring->others.items[index];
	uint32_t place = ring->tenant.message_count + index;

	if (ring->oracle.other_listed_ms[index] == 0)
		ring->oracle.other_listed_ms[index] = ring->clock.now_ms;
	if (!is_first)
		(void)buf_putc(&answer->body, ',');
	trace_note(ring, TRACE_OTHER(index), "listed by %s", answer->url);
	switch (item->kind) {
	case OTHER_CAMPAIGNS:
		(void)buf_printf(
		    &answer->body, "{\"campaignId\":\"c%u\"}", index);
		return;
	case OTHER_CASES:
	case OTHER_VENDOR_CASES:
		(void)buf_printf(
		    &answer->body, "{\"%s\":%u}", faces[item->kind].id, index);
		return;
	case OTHER_NOT_ANALYZED:
		put_report(&answer->body, index, item);
		break;
	case OTHER_AUDIT:
		put_event(&answer->body, index, item);
		break;
	case OTHER_KINDS:
		break;
	}
	answer_show(answer, place, (uint32_t)facet);
}

static void
put_detail(struct ring *ring, struct answer *answer, enum other_kind kind,
    struct text id)
{
	const struct others *others = &ring->others;
	struct text tail = {id.ptr, 0};
	uint32_t index = 0;
	int at;

	if (kind == OTHER_CAMPAIGNS && id.len > 0)
		tail.ptr++;
	for (; tail.ptr < id.ptr + id.len && *tail.ptr != '/'; tail.ptr++)
		index = index * 10 + (uint32_t)(*tail.ptr - '0');
	tail.len = id.len - (size_t)(tail.ptr - id.ptr);
	at = index < others->count
	    ? others_facet_at(others, index, ring->clock.now_ms)
	    : -1;
	if (at < 0 || others->items[index].kind != kind) {
		api_refuse(answer, 404, "Not Found");
		return;
	}
	if (tail.len > 0) {
		if (api_refuses_extras(
		        ring, answer, ring->tenant.message_count + index))
			return;
		(void)buf_puts(&answer->body,
		    "{\"insights\":[{\"signal\":\"Risky Location\"}],"
		    "\"eventTimeline\":[]}");
		return;
	}
	if (kind == OTHER_CASES)
		put_case(&answer->body, index, &others->items[index], at);
	else if (kind == OTHER_VENDOR_CASES)
		put_vendor_case(
		    &answer->body, index, &others->items[index], at);
	else
		put_campaign(&answer->body, index, &others->items[index], at);
	answer_show(answer, ring->tenant.message_count + index, (uint32_t)at);
}

static void
put_case(struct buf *out, uint32_t index, const struct other *item, int number)
{
	const struct facet *facet = &item->facets[number];
	char born[RFC3339_MS_LEN + 1];

	rfc3339_ms(born, item->born_ms);
	(void)buf_printf(out,
	    "{\"caseId\":%u,\"case_status\":\"%s\",\"severity\":"
	    "\"Account Takeover\",\"severity_level\":\"%s\","
	    "\"affectedEmployee\":\"o%u@corp.example\","
	    "\"firstObserved\":\"%s\",\"threatIds\":[]}",
	    index, facet->status, facet->level, index, born);
}

static void
put_vendor_case(
    struct buf *out, uint32_t index, const struct other *item, int number)
{
	const struct facet *facet = &item->facets[number];
	char born[RFC3339_MS_LEN + 1], stamp[RFC3339_MS_LEN + 1];

	rfc3339_ms(born, item->born_ms);
	rfc3339_ms(stamp, facet->stamp_ms);
	(void)buf_printf(out,
	    "{\"vendorCaseId\":%u,\"vendorDomain\":\"v.example\","
	    "\"firstObservedTime\":\"%s\",\"lastModifiedTime\":\"%s\","
	    "\"timeline\":[{\"eventTimestamp\":\"%s\",\"recipientAddress\":"
	    "\"o%u@corp.example\",\"markedAs\":\"%s\"}]}",
	    index, born, stamp, born, index, facet->status);
}

static void
put_campaign(
    struct buf *out, uint32_t index, const struct other *item, int number)
{
	const struct facet *facet = &item->facets[number];
	char born[RFC3339_MS_LEN + 1], stamp[RFC3339_MS_LEN + 1];

	rfc3339_ms(born, item->born_ms);
	rfc3339_ms(stamp, facet->stamp_ms);
	(void)buf_printf(out,
	    "{\"campaignId\":\"c%u\",\"firstReported\":\"%s\","
	    "\"lastReported\":\"%s\",\"recipientAddress\":"
	    "\"o%u@corp.example\",\"judgementStatus\":\"%s\","
	    "\"overallStatus\":\"\",\"attackType\":\"\"}",
	    index, born, stamp, index, facet->status);
}

static void
put_report(struct buf *out, uint32_t index, const struct other *item)
{
	char born[RFC3339_MS_LEN + 1];

	rfc3339_ms(born, item->born_ms);
	(void)buf_printf(out,
	    "{\"abx_message_id\":%u,\"reported_datetime\":\"%s\","
	    "\"recipient\":{\"email\":\"o%u@corp.example\"},"
	    "\"reporter\":{\"email\":\"x@corp.example\"},"
	    "\"not_analyzed_reason\":\"%s\"}",
	    /* Several people report one message. */
	    index / 3, born, index, item->facets[0].status);
}

/* A blank between date and time, and six digits. */
static void
put_event(struct buf *out, uint32_t index, const struct other *item)
{
	char born[RFC3339_MS_LEN + 1];

	rfc3339_ms(born, item->born_ms);
	born[10] = ' ';
	(void)buf_printf(out,
	    "{\"category\":\"threat_log\",\"status\":\"SUCCESS\","
	    "\"timestamp\":\"%.23s000+00:00\","
	    "\"user\":{\"email\":\"o%u@corp.example\"},"
	    "\"action\":\"%s\"}",
	    born, index, item->facets[0].status);
}
