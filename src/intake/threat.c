/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message of a threat detail, row by row of the record's schema.
 */
#include "config.h"

#include "base/arena.h"
#include "base/err.h"
#include "intake/enrich.h"
#include "intake/fill_event.h"
#include "intake/mark.h"
#include "intake/normalise.h"
#include "intake/val.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define CLASS_ID_MAX 256

static const struct fill_row time_rows[] = {
    {THREAT_RT, "receivedTime", NULL},
    {THREAT_START, "sentTime", NULL},
    {THREAT_END, "remediationTimestamp", NULL},
};

static const struct fill_row text_rows[] = {
    {THREAT_CAT, "attackType", NULL},
    {THREAT_ACT, "remediationStatus", NULL},
    {THREAT_SUSER, "fromAddress", NULL},
    {THREAT_DUSER, "recipientAddress", NULL},
    {THREAT_SRC, "senderIpAddress", NULL},
    {THREAT_SOURCE_DNS_DOMAIN, "senderDomain", NULL},
    {THREAT_MSG, "subject", NULL},
    {THREAT_CS1_ATTACK_STRATEGY, "attackStrategy", NULL},
    {THREAT_CS2_ATTACK_VECTOR, "attackVector", NULL},
    {THREAT_CS3_ATTACKED_PARTY, "attackedParty", NULL},
    {THREAT_CS4_IMPERSONATED_PARTY, "impersonatedParty", NULL},
    {THREAT_CS5_INTERNET_MESSAGE_ID, "internetMessageId", NULL},
    {THREAT_CS6_PORTAL_LINK, "abxPortalUrl", NULL},
    {THREAT_FLEX1_THREAT_ID, "threatId", NULL},
    {THREAT_FLEX2_FROM_NAME, "fromName", NULL},
    {THREAT_RETURN_PATH, "returnPath", NULL},
    {THREAT_JUDGEMENT, "source", NULL},
};

static const struct fill_row list_rows[] = {
    {THREAT_REASON, "summaryInsights", NULL},
    {THREAT_FNAME, "attachmentNames", NULL},
    {THREAT_TO_ADDRESSES, "toAddresses", NULL},
    {THREAT_CC_EMAILS, "ccEmails", NULL},
    {THREAT_REPLY_TO_EMAILS, "replyToEmails", NULL},
    {THREAT_URLS, "urls", NULL},
};

static const struct fill_row bool_rows[] = {
    {THREAT_AUTO_REMEDIATED, "autoRemediated", NULL},
    {THREAT_POST_REMEDIATED, "postRemediated", NULL},
    {THREAT_IS_READ, "isRead", NULL},
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

static void set_bools(struct event *event, const struct val *message);
static void set_counts(struct event *event, const struct val *message);
static void set_class(struct event *event, struct arena *arena);
static int find_id(
    const struct val *message, struct text threat_id, struct text *ret);
static struct text end_of_link(struct text link);
static struct text decimal(struct text t);
static void set_state(
    struct item *item, const struct val *message, struct arena *arena);

int
normalise_threat(const struct val *message, struct text threat_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err)
{
	struct event *event = &ret_item->event;
	struct text id;

	if (!val_is_object(message))
		return err_set(err, ERR_BAD, "a message is not a JSON object");
	switch (find_id(message, threat_id, &id)) {
	case -1:
		return err_set(
		    err, ERR_BAD, "a message has neither id nor recipient");
	case 1:
		ret_item->shares_id = true;
		break;
	}
	fill_begin(event, &schema_threat);
	fill_times(event, message, time_rows, COUNT(time_rows));
	fill_texts(event, message, text_rows, COUNT(text_rows));
	for (size_t i = 0; i < COUNT(list_rows); i++)
		fill_list(event, list_rows[i].field,
		    val_member(message, list_rows[i].member), arena);
	set_bools(event, message);
	set_counts(event, message);
	if (event->values[THREAT_FLEX1_THREAT_ID].type == VALUE_NONE)
		fill_text(event, THREAT_FLEX1_THREAT_ID, threat_id);
	if (event->values[THREAT_URLS].type == VALUE_LIST)
		fill_text(event, THREAT_REQUEST,
		    event->values[THREAT_URLS].u.list.items[0]);
	fill_outcome(event, THREAT_OUTCOME, fill_text_at(event, THREAT_ACT));
	fill_end(event, THREAT_DVCHOST, context, id);
	ret_item->update_field =
	    enrich_threat(event, context, id, arena) ? THREAT_UPDATE : 0;
	set_class(event, arena);
	event->severity = normalise_severity(context,
	    fill_text_at(event, THREAT_CAT), fill_text_at(event, THREAT_ACT),
	    fill_text_at(event, THREAT_CS3_ATTACKED_PARTY));
	ret_item->id = id;
	ret_item->recipient = fill_text_at(event, THREAT_DUSER);
	ret_item->near_ms = mark_near(event, THREAT_RT);
	ret_item->unsettled = false;
	set_state(ret_item, message, arena);
	return 0;
}

static void
set_bools(struct event *event, const struct val *message)
{
	bool flag;

	for (size_t i = 0; i < COUNT(bool_rows); i++) {
		if (!val_bool(val_member(message, bool_rows[i].member), &flag))
			continue;
		event->values[bool_rows[i].field].type = VALUE_BOOL;
		event->values[bool_rows[i].field].u.flag = flag;
	}
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
	struct text type = fill_text_at(event, THREAT_CAT);
	char *out = arena_alloc(arena, CLASS_ID_MAX);
	size_t len = 0;
	bool gap = false;

	for (size_t i = 0; i < type.len && len + 2 < CLASS_ID_MAX; i++) {
		char c = text_lower(type.ptr[i]);

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

/* The id as text, the id as a number, the end of the portal's link, and for a
 * message without any of them the threat's: with the recipient it is one. */
static int
find_id(const struct val *message, struct text threat_id, struct text *ret)
{
	struct text t = text_trim(val_member_text(message, "abxMessageIdStr"));

	/* A double has lost what tells messages apart. */
	if (text_is_empty(t))
		t = decimal(val_member_text(message, "abxMessageId"));
	if (text_is_empty(t))
		t = end_of_link(val_member_text(message, "abxPortalUrl"));
	if (!text_is_empty(t)) {
		*ret = t;
		return 0;
	}
	if (text_is_empty(
	        text_trim(val_member_text(message, "recipientAddress"))))
		return -1;
	t = val_member_text(message, "threatId");
	*ret = text_is_empty(t) ? threat_id : t;
	return text_is_empty(*ret) ? -1 : 1;
}

static struct text
end_of_link(struct text link)
{
	struct text t = text_trim(link);
	const char *slash = t.len > 0 ? memrchr(t.ptr, '/', t.len) : NULL;

	if (slash != NULL) {
		t.len -= (size_t)(slash + 1 - t.ptr);
		t.ptr = slash + 1;
	}
	return decimal(t);
}

/* The text when it is a number without a fraction, or nothing. */
static struct text
decimal(struct text t)
{
	const struct text none = {NULL, 0};
	size_t i;

	t = text_trim(t);
	i = t.len > 0 && t.ptr[0] == '-';
	if (i == t.len)
		return none;
	for (; i < t.len; i++)
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return none;
	return t;
}

static void
set_state(struct item *item, const struct val *message, struct arena *arena)
{
	static const char *const override_members[] = {
	    "overrideType", "reason", "overrideJudgement", "value"};
	const struct val *override = val_member(message, "customerOverride");

	item->state[0] = fill_text_at(&item->event, THREAT_ACT);
	item->state[1] = mark_time(&item->event, THREAT_END,
	    val_member_text(message, "remediationTimestamp"), arena);
	item->state[2] = fill_text_at(&item->event, THREAT_JUDGEMENT);
	for (size_t i = 0; i < COUNT(override_members); i++)
		item->state[3 + i] =
		    val_member_text(override, override_members[i]);
}
