/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that was not analyzed. It has the id of the message, which several
 * people may have reported, or one of them twice: all of that tells one report
 * from another, and so does whatever else it has; but not what only describes
 * the message, nor the reason, which is its state.
 */
#include "config.h"

#include "base/err.h"
#include "format/schema_report.h"
#include "intake/fill_event.h"
#include "intake/mark.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SEVERITY 2

static const struct fill_row time_rows[] = {
    {NOT_ANALYZED_RT, "reported_datetime", "reportedDatetime"},
};

static const struct fill_row text_rows[] = {
    {NOT_ANALYZED_MSG, "subject", NULL},
    {NOT_ANALYZED_REASON, "not_analyzed_reason", "notAnalyzedReason"},
};

static const struct fill_row reporter_rows[] = {
    {NOT_ANALYZED_SUSER, "email", NULL},
    {NOT_ANALYZED_CS1_REPORTER_NAME, "name", NULL},
};

static const struct fill_row recipient_rows[] = {
    {NOT_ANALYZED_DUSER, "email", NULL},
    {NOT_ANALYZED_CS2_RECIPIENT_NAME, "name", NULL},
};

static struct text report_of(
    const struct event *event, const struct val *report, struct arena *arena);
static struct text rest_of(const struct val *report, struct arena *arena);

int
normalise_not_analyzed(const struct val *report, struct text parent_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text id = mark_id(report, "abx_message_id", parent_id);

	if (!val_is_object(report) || text_is_empty(id))
		return err_set(
		    err, ERR_BAD, "a report is no object with an id");
	memset(ret_item, 0, sizeof(*ret_item));
	fill_begin(event, &schema_not_analyzed);
	fill_times(event, report, time_rows, COUNT(time_rows));
	fill_text(event, NOT_ANALYZED_CAT, TEXT("Not Analyzed"));
	fill_texts(event, report, text_rows, COUNT(text_rows));
	fill_texts(event, val_member(report, "reporter"), reporter_rows,
	    COUNT(reporter_rows));
	fill_texts(event, val_member(report, "recipient"), recipient_rows,
	    COUNT(recipient_rows));
	fill_end(event, NOT_ANALYZED_DVCHOST, context, id);
	event->name = TEXT("Reported Message Not Analyzed");
	event->severity = SEVERITY;
	ret_item->id = id;
	ret_item->recipient = report_of(event, report, arena);
	ret_item->rest = rest_of(report, arena);
	ret_item->near_ms = mark_near(event, NOT_ANALYZED_RT);
	ret_item->state[0] = fill_text_at(event, NOT_ANALYZED_REASON);
	return 0;
}

/* Were the time a part of the state instead, two reports by one person would
 * look like one that changes back and forth for ever. */
static struct text
report_of(
    const struct event *event, const struct val *report, struct arena *arena)
{
	const struct text parts[] = {
	    fill_text_at(event, NOT_ANALYZED_SUSER),
	    fill_text_at(event, NOT_ANALYZED_CS1_REPORTER_NAME),
	    mark_time(event, NOT_ANALYZED_RT,
	        val_member_text(report, "reported_datetime"), arena),
	    fill_text_at(event, NOT_ANALYZED_DUSER),
	    fill_text_at(event, NOT_ANALYZED_CS2_RECIPIENT_NAME),
	};

	return mark_digest(parts, COUNT(parts), arena);
}

static struct text
rest_of(const struct val *report, struct arena *arena)
{
	static const char *const known[] = {"abx_message_id", "subject",
	    "reported_datetime", "reportedDatetime", "not_analyzed_reason",
	    "notAnalyzedReason", "reporter", "recipient", NULL};
	static const char *const known_person[] = {"email", "name", NULL};
	const struct text rests[] = {mark_rest(report, known, arena),
	    mark_rest(val_member(report, "reporter"), known_person, arena),
	    mark_rest(val_member(report, "recipient"), known_person, arena)};

	return mark_rests(rests, COUNT(rests), arena);
}
