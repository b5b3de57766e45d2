/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each filter alone and together; what has nothing to look at passes.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/event.h"
#include "format/schema_case.h"
#include "format/schema_report.h"
#include "intake/filter.h"

static void
put(struct event *event, int field, const char *text)
{
	event->values[field].type = VALUE_TEXT;
	event->values[field].u.text = text_of(text);
}

static struct event
threat(int severity, const char *type, const char *status, const char *to)
{
	struct event event = {.schema = &schema_threat, .severity = severity};

	put(&event, THREAT_CAT, type);
	put(&event, THREAT_ACT, status);
	put(&event, THREAT_DUSER, to);
	return event;
}

static bool
to_passes(const struct filter *filter, const char *to)
{
	struct event event = threat(5, "Malware", "Remediated", to);

	return filter_passes(filter, &event);
}

static void
no_filter_lets_all_pass(void **state)
{
	const struct conf_destination section = {.name = NULL};
	struct event event = threat(0, "", "", "");
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_true(filter_passes(&filter, &event));
}

static void
severity_has_a_floor(void **state)
{
	const struct conf_destination section = {.min_severity = 7};
	struct event event = threat(6, "Malware", "Remediated", "a@b.example");
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_false(filter_passes(&filter, &event));
	event.severity = 7;
	assert_true(filter_passes(&filter, &event));
	event.schema = &schema_audit;
	event.severity = 3;
	assert_false(filter_passes(&filter, &event));
}

static void
attack_types_are_asked_of_threats_only(void **state)
{
	const char *types[] = {"malware", " Phishing: Credential"};
	const struct conf_destination section = {
	    .attack_types = {(char **)types, 2}};
	struct event event = threat(5, "MALWARE", "Remediated", "a@b.example");
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_true(filter_passes(&filter, &event));
	put(&event, THREAT_CAT, "phishing: credential");
	assert_true(filter_passes(&filter, &event));
	put(&event, THREAT_CAT, "Malware 2");
	assert_false(filter_passes(&filter, &event));
	event.values[THREAT_CAT].type = VALUE_NONE;
	assert_true(filter_passes(&filter, &event));
	event = (struct event){.schema = &schema_case};
	put(&event, CASE_CAT, "Account Takeover");
	assert_true(filter_passes(&filter, &event));
}

static void
statuses_are_those_of_remediation(void **state)
{
	const char *statuses[] = {"Auto-Remediated", "no action"};
	const struct conf_destination section = {
	    .statuses = {(char **)statuses, 2}};
	struct event event = threat(5, "Malware", "No Action", "a@b.example");
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_true(filter_passes(&filter, &event));
	put(&event, THREAT_ACT, "Auto Remediated");
	assert_true(filter_passes(&filter, &event));
	put(&event, THREAT_ACT, "Remediated");
	assert_false(filter_passes(&filter, &event));
	event = (struct event){.schema = &schema_case};
	assert_true(filter_passes(&filter, &event));
	put(&event, CASE_CS3_REMEDIATION_STATUS, "Not remediated");
	assert_false(filter_passes(&filter, &event));
	event = (struct event){.schema = &schema_campaign};
	put(&event, CAMPAIGN_ACT, "Safe");
	assert_true(filter_passes(&filter, &event));
}

static void
domains_take_what_is_below_them(void **state)
{
	const char *domains[] = {"Example.com", "b.example"};
	const struct conf_destination section = {
	    .recipient_domains = {(char **)domains, 2}};
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_true(to_passes(&filter, "a@example.COM"));
	assert_true(to_passes(&filter, "a@mail.example.com."));
	assert_true(to_passes(&filter, "\"x@y\" <a@b.example> "));
	assert_false(to_passes(&filter, "a@badexample.com"));
	assert_false(to_passes(&filter, "a@example.com.evil.example"));
	assert_false(to_passes(&filter, "example.com@evil.example"));
	assert_false(to_passes(&filter, "a@com"));
	/* No domain at all: nothing to look at. */
	assert_true(to_passes(&filter, "someone"));
	assert_true(to_passes(&filter, "someone@"));
	assert_true(to_passes(&filter, ""));
}

static void
all_filters_have_to_agree(void **state)
{
	const char *types[] = {"Malware"}, *domains[] = {"b.example"};
	const struct conf_destination section = {.min_severity = 5,
	    .attack_types = {(char **)types, 1},
	    .recipient_domains = {(char **)domains, 1}};
	struct event event = threat(5, "Malware", "Remediated", "a@b.example");
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_true(filter_passes(&filter, &event));
	put(&event, THREAT_DUSER, "a@c.example");
	assert_false(filter_passes(&filter, &event));
	event = threat(5, "Spam", "Remediated", "a@b.example");
	assert_false(filter_passes(&filter, &event));
	event = threat(4, "Malware", "Remediated", "a@b.example");
	assert_false(filter_passes(&filter, &event));
}

static void
our_own_notices_always_pass(void **state)
{
	const char *one[] = {"nothing.example"};
	const struct conf_destination section = {.min_severity = 10,
	    .attack_types = {(char **)one, 1},
	    .statuses = {(char **)one, 1},
	    .recipient_domains = {(char **)one, 1}};
	struct event event = {.schema = &schema_status, .severity = 1};
	struct filter filter;

	(void)state;
	filter_of(&filter, &section);
	assert_true(filter_passes(&filter, &event));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_filter_lets_all_pass),
	    cmocka_unit_test(severity_has_a_floor),
	    cmocka_unit_test(attack_types_are_asked_of_threats_only),
	    cmocka_unit_test(statuses_are_those_of_remediation),
	    cmocka_unit_test(domains_take_what_is_below_them),
	    cmocka_unit_test(all_filters_have_to_agree),
	    cmocka_unit_test(our_own_notices_always_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
