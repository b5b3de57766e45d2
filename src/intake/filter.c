/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every list must have a match; within a list one is enough. A table says
 * where the records of each kind carry what is looked at.
 */
#include "config.h"

#include <string.h>

#include "conf/sections.h"
#include "format/event.h"
#include "format/schema_case.h"
#include "format/schema_report.h"
#include "intake/filter.h"

#define NOWHERE (-1)

struct place {
	const struct schema *schema;
	int attack_type, status, recipient; /* fields, or NOWHERE */
};

static const struct place places[] = {
    {&schema_threat, THREAT_CAT, THREAT_ACT, THREAT_DUSER},
    {&schema_case, NOWHERE, CASE_CS3_REMEDIATION_STATUS, CASE_DUSER},
    {&schema_vendor_case, NOWHERE, NOWHERE, VENDOR_CASE_DUSER},
    {&schema_campaign, NOWHERE, NOWHERE, CAMPAIGN_DUSER},
    {&schema_not_analyzed, NOWHERE, NOWHERE, NOT_ANALYZED_DUSER},
};

static const struct place *find(const struct schema *schema);
static bool has_word(
    const struct conf_strings *wanted, const struct event *event, int field);
static bool has_domain(
    const struct conf_strings *wanted, const struct event *event, int field);
static struct text text_at(const struct event *event, int field);
static struct text domain_of(struct text address);
static bool is_below(struct text domain, struct text above);

void
filter_of(struct filter *ret_filter, const struct conf_destination *section)
{
	*ret_filter = (struct filter){
	    .min_severity = section->min_severity,
	    .attack_types = section->attack_types,
	    .statuses = section->statuses,
	    .domains = section->recipient_domains,
	};
}

bool
filter_passes(const struct filter *filter, const struct event *event)
{
	const struct place *place = find(event->schema);

	if (event->schema == &schema_status)
		return true;
	if (event->severity < filter->min_severity)
		return false;
	if (place == NULL)
		return true;
	return has_word(&filter->attack_types, event, place->attack_type) &&
	    has_word(&filter->statuses, event, place->status) &&
	    has_domain(&filter->domains, event, place->recipient);
}

static const struct place *
find(const struct schema *schema)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].schema == schema)
			return &places[i];
	return NULL;
}

static bool
has_word(
    const struct conf_strings *wanted, const struct event *event, int field)
{
	struct text word = text_at(event, field);

	if (wanted->count == 0 || text_is_empty(word))
		return true;
	for (size_t i = 0; i < wanted->count; i++)
		if (text_eq_word(text_trim(text_of(wanted->items[i])), word))
			return true;
	return false;
}

static bool
has_domain(
    const struct conf_strings *wanted, const struct event *event, int field)
{
	struct text domain = domain_of(text_at(event, field));

	if (wanted->count == 0 || text_is_empty(domain))
		return true;
	for (size_t i = 0; i < wanted->count; i++)
		if (is_below(domain, text_of(wanted->items[i])))
			return true;
	return false;
}

static struct text
text_at(const struct event *event, int field)
{
	const struct text none = {NULL, 0};

	if (field == NOWHERE || event->values[field].type != VALUE_TEXT)
		return none;
	return text_trim(event->values[field].u.text);
}

/* Empty when it has none. "Name <a@b>" is met, too. */
static struct text
domain_of(struct text address)
{
	const struct text none = {NULL, 0};
	const char *at =
	    address.len > 0 ? memrchr(address.ptr, '@', address.len) : NULL;
	struct text domain;

	if (at == NULL)
		return none;
	domain.ptr = at + 1;
	domain.len = (size_t)(address.ptr + address.len - domain.ptr);
	while (domain.len > 0 &&
	    memchr(">. ", domain.ptr[domain.len - 1], 3) != NULL)
		domain.len--;
	return domain;
}

static bool
is_below(struct text domain, struct text above)
{
	size_t head;

	if (domain.len <= above.len)
		return text_eq_nocase(domain, above);
	head = domain.len - above.len;
	return domain.ptr[head - 1] == '.' &&
	    text_eq_nocase((struct text){domain.ptr + head, above.len}, above);
}
