/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor case: a supplier whose mail is not the supplier's any more. People
 * and subject are those of the newest message in its timeline.
 */
#include "config.h"

#include "base/err.h"
#include "format/schema_case.h"
#include "intake/fill_event.h"
#include "intake/mark.h"
#include "intake/normalise.h"
#include "intake/timeline.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SEVERITY 7

static const struct fill_row time_rows[] = {
    {VENDOR_CASE_RT, "lastModifiedTime", "last_modified_time"},
    {VENDOR_CASE_START, "firstObservedTime", "first_observed_time"},
};

static const struct fill_row newest_time_rows[] = {
    {VENDOR_CASE_END, "eventTimestamp", "event_timestamp"},
};

static const struct fill_row newest_rows[] = {
    {VENDOR_CASE_ACT, "markedAs", NULL},
    {VENDOR_CASE_SUSER, "senderAddress", NULL},
    {VENDOR_CASE_DUSER, "recipientAddress", NULL},
    {VENDOR_CASE_MSG, "subject", NULL},
    {VENDOR_CASE_FLEX1_THREAT_ID, "threatId", NULL},
};

static void fill_insights(
    struct event *event, const struct val *insights, struct arena *arena);
static void fill_timeline(struct event *event, const struct val *timeline);
static void set_state(
    struct item *item, const struct val *detail, struct arena *arena);

int
normalise_vendor_case(const struct val *detail, struct text parent_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text id = mark_id(detail, "vendorCaseId", parent_id);

	if (!val_is_object(detail) || text_is_empty(id))
		return err_set(
		    err, ERR_BAD, "a vendor case is no object with an id");
	memset(ret_item, 0, sizeof(*ret_item));
	fill_begin(event, &schema_vendor_case);
	fill_times(event, detail, time_rows, COUNT(time_rows));
	if (event->values[VENDOR_CASE_RT].type == VALUE_NONE)
		event->values[VENDOR_CASE_RT] =
		    event->values[VENDOR_CASE_START];
	fill_text(event, VENDOR_CASE_CAT, TEXT("Vendor Compromise"));
	fill_text(event, VENDOR_CASE_CS1_VENDOR_DOMAIN,
	    val_member_text(detail, "vendorDomain"));
	fill_insights(event, val_member(detail, "insights"), arena);
	fill_timeline(event, val_member(detail, "timeline"));
	fill_end(event, VENDOR_CASE_DVCHOST, context, id);
	event->name = TEXT("Vendor Compromise");
	event->severity = SEVERITY;
	ret_item->id = id;
	ret_item->near_ms = mark_near(event, VENDOR_CASE_START);
	set_state(ret_item, detail, arena);
	return 0;
}

static void
fill_insights(
    struct event *event, const struct val *insights, struct arena *arena)
{
	if (!val_is_array(insights))
		return;
	fill_members(event, VENDOR_CASE_REASON, insights, "highlight", arena);
	fill_members(event, VENDOR_CASE_CS2_INSIGHT_DETAILS, insights,
	    "description", arena);
	fill_int(
	    event, VENDOR_CASE_CN1_INSIGHT_COUNT, (int64_t)val_count(insights));
}

static void
fill_timeline(struct event *event, const struct val *timeline)
{
	const struct val *newest =
	    timeline_newest(timeline, "eventTimestamp", NULL);

	if (!val_is_array(timeline))
		return;
	fill_times(event, newest, newest_time_rows, COUNT(newest_time_rows));
	fill_texts(event, newest, newest_rows, COUNT(newest_rows));
	fill_int(
	    event, VENDOR_CASE_CN2_EVENT_COUNT, (int64_t)val_count(timeline));
}

static void
set_state(struct item *item, const struct val *detail, struct arena *arena)
{
	const struct event *event = &item->event;

	item->state[0] = mark_time(event, VENDOR_CASE_RT,
	    val_member_text(detail, "lastModifiedTime"), arena);
	item->state[1] =
	    mark_count(val_count(val_member(detail, "timeline")), arena);
	item->state[2] =
	    mark_count(val_count(val_member(detail, "insights")), arena);
	item->state[3] = fill_text_at(event, VENDOR_CASE_ACT);
	item->state[4] = fill_text_at(event, VENDOR_CASE_FLEX1_THREAT_ID);
	item->state[5] = fill_text_at(event, VENDOR_CASE_CS1_VENDOR_DOMAIN);
}
