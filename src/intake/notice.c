/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Class forwarder-status.
 */
#include "config.h"

#include <stdio.h>

#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/errand.h"
#include "intake/fill_event.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "io/log.h"

static void put_span(struct poller *p, struct notice notice,
    const struct window *span, const struct err *why);
static void set_time(
    struct event *event, enum status_field field, int64_t time_ms);
static void set_counts(struct event *event, const struct notice_counts *counts);

void
notice_put(struct taker *taker, const struct notice *notice, int64_t now_ms)
{
	struct taken taken = {0};
	struct item item;
	struct event *event = &item.event;

	memset(&item, 0, sizeof(item));
	item.id = notice->id;
	event->schema = &schema_status;
	event->class_id = TEXT("forwarder-status");
	event->name = notice->name;
	event->severity = notice->severity;
	event->time_ms = now_ms;
	set_time(event, STATUS_RT, now_ms);
	set_time(event, STATUS_START, notice->start_ms);
	set_time(event, STATUS_END, notice->end_ms);
	fill_text(event, STATUS_CAT, notice->cat);
	fill_text(event, STATUS_ACT, notice->act);
	fill_text(event, STATUS_MSG, notice->msg);
	fill_text(event, STATUS_CS1_STREAM, notice->stream);
	fill_text(event, STATUS_CS2_ERROR, notice->error);
	fill_text(event, STATUS_FLEX1_PARENT_ID, notice->parent_id);
	if (notice->count >= 0)
		fill_int(event, STATUS_CN1_COUNT, notice->count);
	if (notice->counts != NULL)
		set_counts(event, notice->counts);
	fill_text(event, STATUS_DVCHOST, taker->context.api_host);
	fill_text(event, STATUS_DEVICE_EXTERNAL_ID, taker->context.source_name);
	fill_text(event, STATUS_EXTERNAL_ID, notice->id);
	take_notice(taker, &item, now_ms, &taken);
}

void
notice_given_up(struct poller *p, struct text id, const struct err *why)
{
	const struct notice notice = {
	    .cat = TEXT("given-up"),
	    .act = TEXT("given up"),
	    .name = TEXT("Given up"),
	    .msg = TEXT("What the API lists could not be fetched for days"),
	    .severity = 6,
	    .stream = text_of(p->stream->name),
	    .error = text_of(why->text),
	    .parent_id = id,
	    .id = id,
	    .count = -1,
	};

	notice_put(&p->taker, &notice, account_server_ms(p->account));
}

void
notice_unsent(
    struct poller *p, struct text id, unsigned count, const struct err *why)
{
	const struct notice notice = {
	    .cat = TEXT("given-up"),
	    .act = TEXT("left out"),
	    .name = TEXT("Given up"),
	    .msg = TEXT("Records that the API gives cannot be sent; the portal "
	                "has them"),
	    .severity = 6,
	    .stream = text_of(p->stream->name),
	    .error = text_of(why->text),
	    .parent_id = id,
	    .id = text_is_empty(id) ? text_of(p->stream->name) : id,
	    .count = count,
	};

	log_error("intake",
	    "%u records cannot be sent: %s; look at them in the portal id=%.*s "
	    "source=%s stream=%s",
	    count, why->text, (int)id.len, id.len > 0 ? id.ptr : "",
	    p->conf->name, p->stream->name);
	if (poller_is_errand(p)) {
		p->stats.unsent += count;
		return;
	}
	p->stats.given_up += count;
	notice_put(&p->taker, &notice, account_server_ms(p->account));
	run_gathered(p);
}

void
notice_incomplete(
    struct poller *p, struct text id, size_t count, const struct err *why)
{
	const struct notice notice = {
	    .cat = TEXT("incomplete"),
	    .act = TEXT("sent without"),
	    .name = TEXT("Incomplete"),
	    .msg = TEXT("What is asked beside details could not be fetched for "
	                "days; their records went without"),
	    .severity = 4,
	    .stream = text_of(p->stream->name),
	    .error = text_of(why->text),
	    .parent_id = id,
	    .id = text_is_empty(id) ? text_of(p->stream->name) : id,
	    .count = (int64_t)count,
	};

	log_error("intake",
	    "what was asked beside %zu details is given up after 7 days, their "
	    "records went without, and nothing is to be done%s%s id=%.*s "
	    "source=%s stream=%s",
	    count, why->text[0] != '\0' ? ": " : "", why->text, (int)id.len,
	    id.len > 0 ? id.ptr : "", p->conf->name, p->stream->name);
	notice_put(&p->taker, &notice, account_server_ms(p->account));
}

void
notice_gap(struct poller *p, const struct window *gap, const struct err *why)
{
	const struct notice notice = {
	    .cat = TEXT("gap"),
	    .act = TEXT("stepped over"),
	    .name = TEXT("Gap"),
	    .msg = TEXT("The API does not keep what was received in this time "
	                "any more"),
	};

	put_span(p, notice, gap, why);
}

void
notice_skipped(
    struct poller *p, const struct window *window, const struct err *why)
{
	const struct notice notice = {
	    .cat = TEXT("given-up"),
	    .act = TEXT("given up"),
	    .name = TEXT("Given up"),
	    .msg = TEXT("What the API has of this time could not be listed for "
	                "days"),
	};

	put_span(p, notice, window, why);
}

void
notice_replay(struct poller *p, int64_t records, const struct err *why)
{
	char id[160], from[RFC3339_SEC_LEN + 1], missing[ERRAND_MISSING_MAX];
	struct notice notice = {
	    .cat = TEXT("replay"),
	    .name = records < 0 ? TEXT("Replay begins") : TEXT("Replay ends"),
	    .msg = TEXT("Records of this time are sent again, on purpose"),
	    .severity = 2,
	    .stream = text_of(p->stream->name),
	    .start_ms = p->errand.since_s * 1000,
	    .end_ms = p->errand.until_s * 1000,
	    .count = records,
	};

	errand_missing(&p->stats, missing);
	notice.error = text_of(why != NULL ? why->text : missing);
	if (why != NULL)
		notice.act = TEXT("broken off");
	rfc3339_sec(from, notice.start_ms);
	notice.id = (struct text){id,
	    (size_t)snprintf(
	        id, sizeof(id), "replay-%s-%s", p->stream->name, from)};
	notice_put(&p->taker, &notice, account_server_ms(p->account));
	run_gathered(p);
}

/* One for each kind and begin. */
static void
put_span(struct poller *p, struct notice notice, const struct window *span,
    const struct err *why)
{
	char id[160], from[RFC3339_SEC_LEN + 1];

	notice.severity = 6;
	notice.stream = text_of(p->stream->name);
	notice.error = text_of(why->text);
	notice.start_ms = span->from_s * 1000;
	notice.end_ms = span->to_s * 1000;
	notice.count = -1;
	rfc3339_sec(from, notice.start_ms);
	notice.id.ptr = id;
	notice.id.len = (size_t)snprintf(id, sizeof(id), "%.*s-%s-%s",
	    (int)notice.cat.len, notice.cat.ptr, p->stream->name, from);
	notice_put(&p->taker, &notice, account_server_ms(p->account));
}

static void
set_time(struct event *event, enum status_field field, int64_t time_ms)
{
	if (time_ms == 0)
		return;
	event->values[field].type = VALUE_TIME;
	event->values[field].u.time_ms = time_ms;
}

static void
set_counts(struct event *event, const struct notice_counts *counts)
{
	fill_int(event, STATUS_UPTIME, counts->uptime_s);
	fill_int(event, STATUS_SEQUENCE, counts->sequence);
	fill_int(event, STATUS_QUEUED, counts->queued);
	fill_int(event, STATUS_CONFIRMED, counts->confirmed);
	fill_int(event, STATUS_RESENT, counts->resent);
	fill_int(event, STATUS_FETCHED, counts->fetched);
	fill_int(event, STATUS_GIVEN_UP, counts->given_up);
	fill_int(event, STATUS_BEHIND, counts->behind_s);
	fill_int(event, STATUS_SPOOL_PERCENT, counts->spool_percent);
	fill_items(
	    event, STATUS_SOURCES, counts->sources, counts->source_count);
}
