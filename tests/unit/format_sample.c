/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sample events, as tables.
 */
#include "config.h"

#include "format_sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	enum threat_field field;
	const char *text;
} texts[] = {
    {THREAT_CAT, "Phishing: Credential"},
    {THREAT_ACT, "Auto-Remediated"},
    {THREAT_OUTCOME, "success"},
    {THREAT_SUSER, "billing@secure-reply.example.org"},
    {THREAT_DUSER, "dana@example.com"},
    {THREAT_SRC, "192.0.2.17"},
    {THREAT_SOURCE_DNS_DOMAIN, "secure-reply.example.org"},
    {THREAT_MSG, "Your mailbox is full"},
    {THREAT_REQUEST, "https://login.example.net/a?b=c"},
    {THREAT_CS1_ATTACK_STRATEGY, "Name Impersonation"},
    {THREAT_CS2_ATTACK_VECTOR, "Link"},
    {THREAT_CS3_ATTACKED_PARTY, "Employee (Other)"},
    {THREAT_CS4_IMPERSONATED_PARTY, "Brand"},
    {THREAT_CS5_INTERNET_MESSAGE_ID, "<a1@mx.example.org>"},
    {THREAT_CS6_PORTAL_LINK, "https://portal.example.com/t/4551618356913732"},
    {THREAT_FLEX1_THREAT_ID, "184712ab-0000-47b3-89d3-a314efef79e2"},
    {THREAT_FLEX2_FROM_NAME, "Billing"},
    {THREAT_RETURN_PATH, "bounce@secure-reply.example.org"},
    {THREAT_JUDGEMENT, "Advanced"},
    {THREAT_DVCHOST, "api.abnormalplatform.com"},
    {THREAT_DEVICE_EXTERNAL_ID, "acme"},
    {THREAT_EXTERNAL_ID, "-9223372036854775808"},
};

static const struct text insights[] = {
    {"Unusual Sender", 14}, {"Suspicious Link", 15}};
static const struct text names[] = {{"a.pdf", 5}, {"b;c.xlsx", 8}};
static const struct text to[] = {
    {"dana@example.com", 16}, {"eve@example.com", 15}};
static const struct text cc[] = {{"carl@example.com", 16}};
static const struct text reply_to[] = {{"r@example.org", 13}};
static const struct text urls[] = {
    {"https://login.example.net/a?b=c", 31}, {"https://x.example/;y", 20}};

static const struct text link_urls[] = {{"https://a.example/;z", 20}};
static const struct text link_domains[] = {
    {"a.example", 9}, {"login.example.net", 17}};
static const struct text link_texts[] = {
    {"Your mailbox is full; click here to keep all of it", 50}};

static const struct {
	enum threat_field field;
	const struct text *items;
	size_t count;
} lists[] = {
    {THREAT_REASON, insights, COUNT(insights)},
    {THREAT_FNAME, names, COUNT(names)},
    {THREAT_TO_ADDRESSES, to, COUNT(to)},
    {THREAT_CC_EMAILS, cc, COUNT(cc)},
    {THREAT_REPLY_TO_EMAILS, reply_to, COUNT(reply_to)},
    {THREAT_URLS, urls, COUNT(urls)},
    {THREAT_ATTACHMENTS, names, COUNT(names)},
    {THREAT_LINK_URLS, link_urls, COUNT(link_urls)},
    {THREAT_LINK_DOMAINS, link_domains, COUNT(link_domains)},
    {THREAT_LINK_TEXTS, link_texts, COUNT(link_texts)},
};

static const struct {
	enum threat_field field;
	enum value_type type;
	int64_t number;
} numbers[] = {
    {THREAT_RT, VALUE_TIME, SAMPLE_MS},
    {THREAT_START, VALUE_TIME, SAMPLE_MS - 2123},
    {THREAT_END, VALUE_TIME, SAMPLE_MS + 60000},
    {THREAT_AUTO_REMEDIATED, VALUE_BOOL, 1},
    {THREAT_POST_REMEDIATED, VALUE_BOOL, 0},
    {THREAT_IS_READ, VALUE_BOOL, 0},
    {THREAT_CN1_URL_COUNT, VALUE_INT, 2},
    {THREAT_CN2_ATTACHMENT_COUNT, VALUE_INT, 2},
};

struct style
sample_style(void)
{
	return (struct style){.header = HEADER_RFC5424,
	    .facility = 16,
	    .hostname = "cefd.example.com",
	    .app_name = "cefd",
	    .vendor = "Abnormal Security",
	    .product = "Inbound Email Security",
	    .max_size = RECORD_MAX_DEFAULT};
}

void
sample_bare(struct event *event)
{
	memset(event, 0, sizeof(*event));
	event->schema = &schema_threat;
	event->class_id = TEXT("phishing-credential");
	event->name = TEXT("Phishing: Credential");
	event->severity = 8;
	event->time_ms = SAMPLE_MS;
	sample_set_text(event, THREAT_EXTERNAL_ID, TEXT("1"));
}

void
sample_full(struct event *event)
{
	size_t i;

	sample_bare(event);
	for (i = 0; i < COUNT(texts); i++)
		sample_set_text(event, texts[i].field, text_of(texts[i].text));
	for (i = 0; i < COUNT(lists); i++)
		sample_set_list(
		    event, lists[i].field, lists[i].items, lists[i].count);
	for (i = 0; i < COUNT(numbers); i++)
		sample_set_number(event, numbers[i].field, numbers[i].type,
		    numbers[i].number);
}

void
sample_set_text(struct event *event, size_t field, struct text text)
{
	event->values[field].type = VALUE_TEXT;
	event->values[field].u.text = text;
}

void
sample_set_list(
    struct event *event, size_t field, const struct text *items, size_t count)
{
	event->values[field].type = VALUE_LIST;
	event->values[field].u.list.items = items;
	event->values[field].u.list.count = count;
}

void
sample_set_number(
    struct event *event, size_t field, enum value_type type, int64_t number)
{
	struct value *value = &event->values[field];

	value->type = type;
	if (type == VALUE_BOOL)
		value->u.flag = number != 0;
	else if (type == VALUE_TIME)
		value->u.time_ms = number;
	else
		value->u.number = number;
}
