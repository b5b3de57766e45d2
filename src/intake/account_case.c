/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case: an account that may have been taken over. The document of its
 * analysis, where there is one, tells why and what happened.
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

/* As bad as a takeover that is only thought possible. */
#define SEVERITY_UNKNOWN 7

static const struct fill_row time_rows[] = {
    {CASE_RT, "customerVisibleTime", "customer_visible_time"},
    {CASE_START, "firstObserved", "first_observed"},
    {CASE_END, "lastModifiedTime", "last_modified"},
};

static const struct fill_row text_rows[] = {
    {CASE_CAT, "severity", "description"},
    {CASE_ACT, "case_status", "caseStatus"},
    {CASE_DUSER, "affectedEmployee", "affected_employee"},
    {CASE_CS1_SEVERITY_LEVEL, "severity_level", "severityLevel"},
    {CASE_CS2_CONFIDENCE, "confidence", NULL},
    {CASE_CS3_REMEDIATION_STATUS, "remediation_status", "remediationStatus"},
    {CASE_CS4_ANALYSIS, "analysis", NULL},
    {CASE_CS6_TENANT, "tenant", NULL},
};

static const struct {
	struct text text;
	int severity;
} levels[] =
    {
        {TEXT("HIGH"), 9},
        {TEXT("MEDIUM"), 7},
        {TEXT("LOW"), 5},
        {TEXT("NONE"), 3},
},
  kinds[] = {
      {TEXT("Account Compromised"), 9},
      {TEXT("Account Takeover"), 9},
      {TEXT("Potential Account Takeover"), 7},
};

static void fill_threats(
    struct event *event, const struct val *detail, struct arena *arena);
static bool fill_analysis(
    struct event *event, const struct val *analysis, struct arena *arena);
static int severity_of(const struct event *event);
static void set_state(struct item *item, struct arena *arena);

int
normalise_case(const struct val *detail, struct text parent_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text id = mark_id(detail, "caseId", parent_id);

	if (!val_is_object(detail) || text_is_empty(id))
		return err_set(err, ERR_BAD, "a case is no object with an id");
	memset(ret_item, 0, sizeof(*ret_item));
	fill_begin(event, &schema_case);
	fill_times(event, detail, time_rows, COUNT(time_rows));
	if (event->values[CASE_RT].type == VALUE_NONE)
		event->values[CASE_RT] = event->values[CASE_START];
	fill_texts(event, detail, text_rows, COUNT(text_rows));
	fill_outcome(event, CASE_OUTCOME,
	    fill_text_at(event, CASE_CS3_REMEDIATION_STATUS));
	fill_text(event, CASE_MSG, val_member_text(detail, "description"));
	fill_prose(event, CASE_MSG, val_member(detail, "genai_summary"), arena);
	fill_threats(event, detail, arena);
	if (fill_analysis(event, context->extras[0], arena))
		ret_item->update_field = CASE_UPDATE;
	fill_end(event, CASE_DVCHOST, context, id);
	fill_name(
	    event, fill_text_at(event, CASE_CAT), TEXT("Account Takeover"));
	event->severity = severity_of(event);
	ret_item->id = id;
	ret_item->near_ms = mark_near(event, CASE_START);
	set_state(ret_item, arena);
	return 0;
}

static void
fill_threats(struct event *event, const struct val *detail, struct arena *arena)
{
	const struct val *ids = val_member(detail, "threatIds");
	const struct value *list = &event->values[CASE_THREAT_IDS];

	if (ids == NULL)
		ids = val_member(detail, "threat_ids");
	fill_list(event, CASE_THREAT_IDS, ids, arena);
	if (list->type == VALUE_LIST) {
		fill_text(event, CASE_FLEX1_THREAT_ID, list->u.list.items[0]);
		fill_int(
		    event, CASE_CN1_THREAT_COUNT, (int64_t)list->u.list.count);
	} else if (val_is_array(ids)) {
		fill_int(event, CASE_CN1_THREAT_COUNT, 0);
	}
}

/* Not every event of the timeline has an address. False when there is nothing
 * in it. */
static bool
fill_analysis(
    struct event *event, const struct val *analysis, struct arena *arena)
{
	const struct val *timeline = val_member(analysis, "eventTimeline");

	fill_members(event, CASE_REASON, val_member(analysis, "insights"),
	    "signal", arena);
	if (val_is_array(timeline))
		fill_int(
		    event, CASE_CN2_EVENT_COUNT, (int64_t)val_count(timeline));
	fill_text(event, CASE_SRC,
	    val_member_text(
	        timeline_newest(timeline, "event_timestamp", "ip_address"),
	        "ip_address"));
	fill_text(event, CASE_CS5_LAST_EVENT,
	    val_member_text(
	        timeline_newest(timeline, "event_timestamp", "title"),
	        "title"));
	return val_count(timeline) > 0 ||
	    event->values[CASE_REASON].type != VALUE_NONE;
}

static int
severity_of(const struct event *event)
{
	struct text level = fill_text_at(event, CASE_CS1_SEVERITY_LEVEL);
	struct text kind = fill_text_at(event, CASE_CAT);

	for (size_t i = 0; i < COUNT(levels); i++)
		if (text_eq_nocase(text_trim(level), levels[i].text))
			return levels[i].severity;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (text_eq_nocase(text_trim(kind), kinds[i].text))
			return kinds[i].severity;
	return SEVERITY_UNKNOWN;
}

static void
set_state(struct item *item, struct arena *arena)
{
	static const enum case_field parts[] = {CASE_ACT,
	    CASE_CS1_SEVERITY_LEVEL, CASE_CAT, CASE_CS3_REMEDIATION_STATUS,
	    CASE_CS2_CONFIDENCE, CASE_DUSER};

	for (size_t i = 0; i < COUNT(parts); i++)
		item->state[i] = fill_text_at(&item->event, parts[i]);
	item->state[COUNT(parts)] =
	    mark_set(&item->event, CASE_THREAT_IDS, arena);
}
