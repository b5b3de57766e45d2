/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign of the mailbox to which people report what they find suspicious:
 * one message, whoever has reported it.
 */
#include "config.h"

#include "base/arena.h"
#include "base/err.h"
#include "format/schema_report.h"
#include "intake/fill_event.h"
#include "intake/mark.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SEVERITY_UNKNOWN 5
#define NAME_START "Reported Message: "

/* Longer judgements are none that a name should hold. */
#define JUDGEMENT_MAX_BYTES 64

static const struct fill_row time_rows[] = {
    {CAMPAIGN_RT, "lastReported", "last_reported"},
    {CAMPAIGN_START, "firstReported", "first_reported"},
};

static const struct fill_row text_rows[] = {
    {CAMPAIGN_ACT, "overallStatus", "judgementStatus"},
    {CAMPAIGN_SUSER, "fromAddress", NULL},
    {CAMPAIGN_DUSER, "recipientAddress", NULL},
    {CAMPAIGN_MSG, "subject", NULL},
    {CAMPAIGN_CS1_RECIPIENT_NAME, "recipientName", NULL},
    {CAMPAIGN_FLEX1_MESSAGE_ID, "messageId", NULL},
    {CAMPAIGN_FLEX2_FROM_NAME, "fromName", NULL},
    {CAMPAIGN_JUDGEMENT, "judgementStatus", NULL},
};

static const struct {
	struct text judgement;
	int severity;
} severities[] = {
    {TEXT("Malicious"), 7},
    {TEXT("Spam"), 3},
    {TEXT("Safe"), 1},
};

static struct text attack_type_of(const struct val *detail);
static void set_name(
    struct event *event, struct text judgement, struct arena *arena);
static int severity_of(struct text judgement);
static void set_state(
    struct item *item, const struct val *detail, struct arena *arena);

int
normalise_campaign(const struct val *detail, struct text parent_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text id = mark_id(detail, "campaignId", parent_id);
	struct text judgement;

	if (!val_is_object(detail) || text_is_empty(id))
		return err_set(
		    err, ERR_BAD, "a campaign is no object with an id");
	memset(ret_item, 0, sizeof(*ret_item));
	fill_begin(event, &schema_campaign);
	fill_times(event, detail, time_rows, COUNT(time_rows));
	if (event->values[CAMPAIGN_RT].type == VALUE_NONE)
		event->values[CAMPAIGN_RT] = event->values[CAMPAIGN_START];
	fill_texts(event, detail, text_rows, COUNT(text_rows));
	fill_text(event, CAMPAIGN_CAT, attack_type_of(detail));
	fill_outcome(
	    event, CAMPAIGN_OUTCOME, fill_text_at(event, CAMPAIGN_ACT));
	fill_end(event, CAMPAIGN_DVCHOST, context, id);
	judgement = text_trim(fill_text_at(event, CAMPAIGN_JUDGEMENT));
	set_name(event, judgement, arena);
	event->severity = severity_of(judgement);
	ret_item->unsettled = text_eq_nocase(judgement, TEXT("Scanning"));
	ret_item->id = id;
	ret_item->near_ms = mark_near(event, CAMPAIGN_START);
	set_state(ret_item, detail, arena);
	return 0;
}

/* "Attack Type: Phishing: Credential" is what threats call
 * "Phishing: Credential". */
static struct text
attack_type_of(const struct val *detail)
{
	static const struct text prefix = TEXT("Attack Type:");
	struct text type = text_trim(val_member_text(detail, "attackType"));
	struct text start = {type.ptr, prefix.len};

	if (type.len < prefix.len || !text_eq_nocase(start, prefix))
		return type;
	return text_trim(
	    (struct text){type.ptr + prefix.len, type.len - prefix.len});
}

static void
set_name(struct event *event, struct text judgement, struct arena *arena)
{
	static const struct text start = TEXT(NAME_START);
	char *name;

	event->name = TEXT("Reported Message");
	if (text_is_empty(judgement) || judgement.len > JUDGEMENT_MAX_BYTES)
		return;
	name = arena_alloc(arena, start.len + judgement.len);
	memcpy(name, start.ptr, start.len);
	memcpy(name + start.len, judgement.ptr, judgement.len);
	event->name = (struct text){name, start.len + judgement.len};
}

static int
severity_of(struct text judgement)
{
	for (size_t i = 0; i < COUNT(severities); i++)
		if (text_eq_nocase(judgement, severities[i].judgement))
			return severities[i].severity;
	return SEVERITY_UNKNOWN;
}

static void
set_state(struct item *item, const struct val *detail, struct arena *arena)
{
	const struct event *event = &item->event;

	item->state[0] = fill_text_at(event, CAMPAIGN_JUDGEMENT);
	item->state[1] = val_member_text(detail, "overallStatus");
	item->state[2] = fill_text_at(event, CAMPAIGN_CAT);
	item->state[3] = mark_time(
	    event, CAMPAIGN_RT, val_member_text(detail, "lastReported"), arena);
}
