/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event of the audit log. It has no id, so its content is one.
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
#define SEVERITY_FAILURE 4

static const struct fill_row time_rows[] = {
    {AUDIT_RT, "timestamp", NULL},
};

static const struct fill_row text_rows[] = {
    {AUDIT_CAT, "category", NULL},
    {AUDIT_ACT, "action", NULL},
    {AUDIT_SRC, "sourceIp", "source_ip"},
    {AUDIT_CS1_TENANT, "tenantName", "tenant_name"},
};

static const struct fill_row detail_rows[] = {
    {AUDIT_REASON, "providedReason", "provided_reason"},
    {AUDIT_REQUEST, "requestUrl", "request_url"},
    {AUDIT_FLEX1_MESSAGE_ID, "messageId", "message_id"},
};

static void fill_details(struct event *event, const struct val *details);
static struct text outcome_of(struct text status);
static struct text rest_of(const struct val *entry, struct arena *arena);
static struct text digest_of(const struct event *event, const struct val *entry,
    struct text status, struct arena *arena);

int
normalise_audit(const struct val *entry, struct text parent_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text status = text_trim(val_member_text(entry, "status"));

	(void)parent_id;
	if (!val_is_object(entry))
		return err_set(
		    err, ERR_BAD, "an audit event is not a JSON object");
	memset(ret_item, 0, sizeof(*ret_item));
	fill_begin(event, &schema_audit);
	fill_times(event, entry, time_rows, COUNT(time_rows));
	fill_texts(event, entry, text_rows, COUNT(text_rows));
	fill_text(event, AUDIT_SUSER,
	    val_member_text(val_member(entry, "user"), "email"));
	fill_text(event, AUDIT_OUTCOME, outcome_of(status));
	fill_details(event, val_member(entry, "actionDetails"));
	ret_item->id = digest_of(event, entry, status, arena);
	ret_item->rest = rest_of(entry, arena);
	fill_end(event, AUDIT_DVCHOST, context, ret_item->id);
	fill_name(event, fill_text_at(event, AUDIT_ACT), TEXT("Audit Event"));
	event->severity = text_eq_nocase(status, TEXT("FAILURE"))
	    ? SEVERITY_FAILURE
	    : SEVERITY;
	ret_item->near_ms = mark_near(event, AUDIT_RT);
	return 0;
}

/* No reason is written as the word "null", too. */
static void
fill_details(struct event *event, const struct val *details)
{
	fill_texts(event, details, detail_rows, COUNT(detail_rows));
	if (text_eq_nocase(
	        text_trim(fill_text_at(event, AUDIT_REASON)), TEXT("null")))
		event->values[AUDIT_REASON].type = VALUE_NONE;
}

/* What is neither is told as it is. */
static struct text
outcome_of(struct text status)
{
	if (text_eq_nocase(status, TEXT("SUCCESS")))
		return TEXT("success");
	if (text_eq_nocase(status, TEXT("FAILURE")))
		return TEXT("failure");
	return status;
}

/* Everything that a record says of the event, the time as it was meant. */
static struct text
digest_of(const struct event *event, const struct val *entry,
    struct text status, struct arena *arena)
{
	static const enum audit_field fields[] = {AUDIT_CAT, AUDIT_ACT,
	    AUDIT_SRC, AUDIT_CS1_TENANT, AUDIT_SUSER, AUDIT_FLEX1_MESSAGE_ID,
	    AUDIT_REASON, AUDIT_REQUEST};
	struct text parts[COUNT(fields) + 2];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(fields); i++)
		parts[n++] = fill_text_at(event, fields[i]);
	parts[n++] = status;
	parts[n++] = mark_instant(
	    event, AUDIT_RT, val_member_text(entry, "timestamp"), arena);
	return mark_digest(parts, n, arena);
}

/* What is not known here; empty where there is nothing. */
static struct text
rest_of(const struct val *entry, struct arena *arena)
{
	static const char *const known[] = {"category", "action", "sourceIp",
	    "source_ip", "tenantName", "tenant_name", "timestamp", "status",
	    "user", "actionDetails", NULL};
	static const char *const known_user[] = {"email", NULL};
	static const char *const known_details[] = {"providedReason",
	    "provided_reason", "requestUrl", "request_url", "messageId",
	    "message_id", NULL};
	const struct text rests[] = {mark_rest(entry, known, arena),
	    mark_rest(val_member(entry, "user"), known_user, arena),
	    mark_rest(
	        val_member(entry, "actionDetails"), known_details, arena)};

	return mark_rests(rests, COUNT(rests), arena);
}
