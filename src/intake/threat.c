/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message of a threat detail, row by row of the record's schema. Most rows
 * are a table; what the API writes in several ways (a list as a string, an id
 * as a number) is put straight here.
 */
#include "config.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/rfc3339.h"
#include "intake/decode.h"
#include "intake/normalise.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Far beyond what the API sends; a ceiling on what one message can cost. */
#define LIST_ITEMS_MAX 10000
#define CLASS_ID_MAX 256
#define HOUR_MS (INT64_C(3600) * 1000)

struct row {
	enum threat_field field;
	const char *member;
};

static const struct row time_rows[] = {
    {THREAT_RT, "receivedTime"},
    {THREAT_START, "sentTime"},
    {THREAT_END, "remediationTimestamp"},
};

static const struct row text_rows[] = {
    {THREAT_CAT, "attackType"},
    {THREAT_ACT, "remediationStatus"},
    {THREAT_SUSER, "fromAddress"},
    {THREAT_DUSER, "recipientAddress"},
    {THREAT_SRC, "senderIpAddress"},
    {THREAT_SOURCE_DNS_DOMAIN, "senderDomain"},
    {THREAT_MSG, "subject"},
    {THREAT_CS1_ATTACK_STRATEGY, "attackStrategy"},
    {THREAT_CS2_ATTACK_VECTOR, "attackVector"},
    {THREAT_CS3_ATTACKED_PARTY, "attackedParty"},
    {THREAT_CS4_IMPERSONATED_PARTY, "impersonatedParty"},
    {THREAT_CS5_INTERNET_MESSAGE_ID, "internetMessageId"},
    {THREAT_CS6_PORTAL_LINK, "abxPortalUrl"},
    {THREAT_FLEX1_THREAT_ID, "threatId"},
    {THREAT_FLEX2_FROM_NAME, "fromName"},
    {THREAT_RETURN_PATH, "returnPath"},
    {THREAT_JUDGEMENT, "source"},
};

static const struct row list_rows[] = {
    {THREAT_REASON, "summaryInsights"},
    {THREAT_FNAME, "attachmentNames"},
    {THREAT_TO_ADDRESSES, "toAddresses"},
    {THREAT_CC_EMAILS, "ccEmails"},
    {THREAT_REPLY_TO_EMAILS, "replyToEmails"},
    {THREAT_URLS, "urls"},
};

static const struct row bool_rows[] = {
    {THREAT_AUTO_REMEDIATED, "autoRemediated"},
    {THREAT_POST_REMEDIATED, "postRemediated"},
    {THREAT_IS_READ, "isRead"},
};

static const struct {
	enum threat_field field;
	const char *member;
	enum threat_field list;
	const char *list_member;
} count_rows[] = {
    {THREAT_CN1_URL_COUNT, "urlCount", THREAT_URLS, "urls"},
    {THREAT_CN2_ATTACHMENT_COUNT, "attachmentCount", THREAT_FNAME,
        "attachmentNames"},
};

static const struct {
	struct text status;
	struct text outcome;
} outcomes[] = {
    {TEXT("Auto-Remediated"), TEXT("success")},
    {TEXT("Auto Remediated"), TEXT("success")},
    {TEXT("Post Remediated"), TEXT("success")},
    {TEXT("Remediated"), TEXT("success")},
    {TEXT("Manually Remediated"), TEXT("success")},
    {TEXT("No Action Done"), TEXT("failure")},
    {TEXT("Would Remediate"), TEXT("failure")},
    {TEXT("Not Remediated"), TEXT("failure")},
    {TEXT("Remediation Attempted"), TEXT("attempt")},
};

static void set_text(
    struct event *event, enum threat_field field, struct text text);
static struct text text_at(const struct event *event, enum threat_field field);
static void set_times(struct event *event, const struct val *message);
static void set_list(struct event *event, enum threat_field field,
    const struct val *v, struct arena *arena);
static size_t items_of_array(
    const struct val *v, struct text **ret_items, struct arena *arena);
static size_t items_of_string(
    struct text s, struct text **ret_items, struct arena *arena);
static void set_counts(struct event *event, const struct val *message);
static void set_class(struct event *event, struct arena *arena);
static struct text outcome_of(struct text status);
static int find_id(
    const struct val *message, struct text threat_id, struct text *ret);
static bool is_decimal(struct text t);
static void set_state(
    struct item *item, const struct val *message, struct arena *arena);

int
normalise_threat(const struct val *message, struct text threat_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text id;
	bool flag;

	if (!val_is_object(message))
		return err_set(err, ERR_BAD, "a message is not a JSON object");
	if (find_id(message, threat_id, &id) == -1)
		return err_set(err, ERR_BAD, "a message has no id of any kind");
	memset(event, 0, sizeof(*event));
	event->schema = &schema_threat;
	set_times(event, message);
	for (size_t i = 0; i < COUNT(text_rows); i++)
		set_text(event, text_rows[i].field,
		    val_member_text(message, text_rows[i].member));
	for (size_t i = 0; i < COUNT(list_rows); i++)
		set_list(event, list_rows[i].field,
		    val_member(message, list_rows[i].member), arena);
	for (size_t i = 0; i < COUNT(bool_rows); i++) {
		if (!val_bool(val_member(message, bool_rows[i].member), &flag))
			continue;
		event->values[bool_rows[i].field].type = VALUE_BOOL;
		event->values[bool_rows[i].field].u.flag = flag;
	}
	set_counts(event, message);
	if (event->values[THREAT_FLEX1_THREAT_ID].type == VALUE_NONE)
		set_text(event, THREAT_FLEX1_THREAT_ID, threat_id);
	if (event->values[THREAT_URLS].type == VALUE_LIST)
		set_text(event, THREAT_REQUEST,
		    event->values[THREAT_URLS].u.list.items[0]);
	set_text(event, THREAT_OUTCOME, outcome_of(text_at(event, THREAT_ACT)));
	set_text(event, THREAT_DVCHOST, context->api_host);
	set_text(event, THREAT_DEVICE_EXTERNAL_ID, context->source_name);
	set_text(event, THREAT_EXTERNAL_ID, id);
	set_class(event, arena);
	event->severity = normalise_severity(context,
	    text_at(event, THREAT_CAT), text_at(event, THREAT_ACT),
	    text_at(event, THREAT_CS3_ATTACKED_PARTY));
	ret_item->id = id;
	ret_item->recipient = text_at(event, THREAT_DUSER);
	/* In whole hours: a fraction written in another way is no change. */
	ret_item->near_ms = 0;
	if (event->values[THREAT_RT].type == VALUE_TIME)
		ret_item->near_ms =
		    event->values[THREAT_RT].u.time_ms / HOUR_MS * HOUR_MS;
	set_state(ret_item, message, arena);
	return 0;
}

static void
set_text(struct event *event, enum threat_field field, struct text text)
{
	if (text_is_empty(text))
		return;
	event->values[field].type = VALUE_TEXT;
	event->values[field].u.text = text;
}

/* What set_text put: looking there is cheaper than in the document. */
static struct text
text_at(const struct event *event, enum threat_field field)
{
	if (event->values[field].type != VALUE_TEXT)
		return (struct text){NULL, 0};
	return event->values[field].u.text;
}

/* The event's own time is the first of the three that there is. */
static void
set_times(struct event *event, const struct val *message)
{
	int64_t ms;

	event->time_ms = EVENT_NO_TIME;
	for (size_t i = 0; i < COUNT(time_rows); i++) {
		struct value *value = &event->values[time_rows[i].field];

		if (rfc3339_parse(val_member_text(message, time_rows[i].member),
		        &ms) == -1)
			continue;
		value->type = VALUE_TIME;
		value->u.time_ms = ms;
		if (event->time_ms == EVENT_NO_TIME)
			event->time_ms = ms;
	}
}

static void
set_list(struct event *event, enum threat_field field, const struct val *v,
    struct arena *arena)
{
	struct value *value = &event->values[field];
	struct text *items;
	size_t count;

	if (val_is_array(v))
		count = items_of_array(v, &items, arena);
	else
		count = items_of_string(val_text(v), &items, arena);
	if (count == 0)
		return;
	value->type = VALUE_LIST;
	value->u.list.items = items;
	value->u.list.count = count;
}

static size_t
items_of_array(
    const struct val *v, struct text **ret_items, struct arena *arena)
{
	size_t n = val_count(v), count = 0;

	if (n > LIST_ITEMS_MAX)
		n = LIST_ITEMS_MAX;
	if (n == 0)
		return 0;
	*ret_items = arena_alloc(arena, n * sizeof(**ret_items));
	for (size_t i = 0; i < n; i++) {
		struct text t = text_trim(val_text(val_item(v, i)));

		if (!text_is_empty(t))
			(*ret_items)[count++] = t;
	}
	return count;
}

/* Older replies write a list as "a, b" or "a,b". */
static size_t
items_of_string(struct text s, struct text **ret_items, struct arena *arena)
{
	size_t n = 1, count = 0, start = 0;

	if (text_is_empty(s))
		return 0;
	for (size_t i = 0; i < s.len && n < LIST_ITEMS_MAX; i++)
		n += s.ptr[i] == ',';
	*ret_items = arena_alloc(arena, n * sizeof(**ret_items));
	for (size_t i = 0; i <= s.len && count < n; i++) {
		struct text t = {s.ptr + start, i - start};

		if (i < s.len && s.ptr[i] != ',')
			continue;
		t = text_trim(t);
		if (!text_is_empty(t))
			(*ret_items)[count++] = t;
		start = i + 1;
	}
	return count;
}

/* The API's own count may exceed the list it sends along; it wins. */
static void
set_counts(struct event *event, const struct val *message)
{
	for (size_t i = 0; i < COUNT(count_rows); i++) {
		struct value *value = &event->values[count_rows[i].field];
		const struct value *list = &event->values[count_rows[i].list];

		if (!val_int(val_member(message, count_rows[i].member),
		        &value->u.number)) {
			if (!val_is_array(
			        val_member(message, count_rows[i].list_member)))
				continue;
			value->u.number = 0;
			if (list->type == VALUE_LIST)
				value->u.number = (int64_t)list->u.list.count;
		}
		value->type = VALUE_INT;
	}
}

/* Class: the attack type in lower case, each run of other than letters and
 * digits one "-", none at the ends. No table, so that new types work. */
static void
set_class(struct event *event, struct arena *arena)
{
	struct text type = text_at(event, THREAT_CAT);
	char *out = arena_alloc(arena, CLASS_ID_MAX);
	size_t len = 0;
	bool gap = false;

	for (size_t i = 0; i < type.len && len + 2 < CLASS_ID_MAX; i++) {
		char c = type.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
			gap = len > 0;
			continue;
		}
		if (gap)
			out[len++] = '-';
		gap = false;
		out[len++] = c;
	}
	event->name = text_is_empty(text_trim(type)) ? TEXT("Other") : type;
	event->class_id = len > 0 ? (struct text){out, len} : TEXT("other");
}

static struct text
outcome_of(struct text status)
{
	for (size_t i = 0; i < COUNT(outcomes); i++)
		if (text_eq_nocase(status, outcomes[i].status))
			return outcomes[i].outcome;
	return (struct text){NULL, 0};
}

/* The id as text, the id as a number, the end of the portal's link, and for a
 * message without any of them the threat's. */
static int
find_id(const struct val *message, struct text threat_id, struct text *ret)
{
	struct text t = val_member_text(message, "abxMessageIdStr");
	const char *slash;

	t = text_trim(t);
	if (text_is_empty(t))
		t = text_trim(val_member_text(message, "abxMessageId"));
	if (text_is_empty(t)) {
		t = text_trim(val_member_text(message, "abxPortalUrl"));
		slash = t.len > 0 ? memrchr(t.ptr, '/', t.len) : NULL;
		if (slash != NULL) {
			t.len -= (size_t)(slash + 1 - t.ptr);
			t.ptr = slash + 1;
		}
		if (!is_decimal(t))
			t.len = 0;
	}
	if (text_is_empty(t))
		t = val_member_text(message, "threatId");
	if (text_is_empty(t))
		t = threat_id;
	if (text_is_empty(t))
		return -1;
	*ret = t;
	return 0;
}

static bool
is_decimal(struct text t)
{
	size_t i = t.len > 0 && t.ptr[0] == '-';

	if (i == t.len)
		return false;
	for (; i < t.len; i++)
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
	return true;
}

/* A time in another spelling is no change, hence the parsed one. */
static void
set_state(struct item *item, const struct val *message, struct arena *arena)
{
	static const char *const override_members[] = {
	    "overrideType", "reason", "overrideJudgement", "value"};
	const struct val *override = val_member(message, "customerOverride");
	const struct value *end = &item->event.values[THREAT_END];
	char *out;

	item->state[0] = text_at(&item->event, THREAT_ACT);
	if (end->type == VALUE_TIME) {
		out = arena_alloc(arena, RFC3339_MS_LEN + 1);
		rfc3339_ms(out, end->u.time_ms);
		item->state[1] = (struct text){out, RFC3339_MS_LEN};
	} else {
		item->state[1] =
		    val_member_text(message, "remediationTimestamp");
	}
	item->state[2] = text_at(&item->event, THREAT_JUDGEMENT);
	for (size_t i = 0; i < COUNT(override_members); i++)
		item->state[3 + i] =
		    val_member_text(override, override_members[i]);
}
