/* SPDX-License-Identifier: Apache-2.0 */
/* What people report: campaigns, and reports that were not analyzed. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/schema_report.h"
#include "normalise_kit.h"

static void
take_campaign(struct normalise_kit *kit, const char *json)
{
	assert_int_equal(kit_take(kit, normalise_campaign, json), 0);
}

static void
take_report(struct normalise_kit *kit, const char *json)
{
	assert_int_equal(kit_take(kit, normalise_not_analyzed, json), 0);
}

static void
a_campaign_is_unsettled_while_it_is_scanned(void **state)
{
	struct normalise_kit *kit = *state;

	take_campaign(kit, "{'campaignId':'c','judgementStatus':'SCANNING'}");
	assert_true(kit->item.unsettled);
	assert_int_equal(kit->item.event.severity, 5);
	take_campaign(kit, "{'campaignId':'c','judgementStatus':'Spam'}");
	assert_false(kit->item.unsettled);
	take_campaign(kit, "{'campaignId':'c'}");
	assert_false(kit->item.unsettled);
}

static void
the_judgement_is_the_severity_and_in_the_name(void **state)
{
	static const struct {
		const char *json;
		int severity;
		struct text name;
	} cases[] = {
	    {"{'campaignId':'c','judgementStatus':'Malicious'}", 7,
	        TEXT("Reported Message: Malicious")},
	    {"{'campaignId':'c','judgementStatus':' spam'}", 3,
	        TEXT("Reported Message: spam")},
	    {"{'campaignId':'c','judgementStatus':'Safe'}", 1,
	        TEXT("Reported Message: Safe")},
	    {"{'campaignId':'c','judgementStatus':'New'}", 5,
	        TEXT("Reported Message: New")},
	    {"{'campaignId':'c','judgementStatus':''}", 5,
	        TEXT("Reported Message")},
	    {"{'campaignId':'c','judgementStatus':'1234567890123456789012345"
	     "6789012345678901234567890123456789012345'}",
	        5, TEXT("Reported Message")},
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		take_campaign(kit, cases[i].json);
		assert_int_equal(kit->item.event.severity, cases[i].severity);
		assert_true(text_eq(kit->item.event.name, cases[i].name));
	}
}

static void
prefixes_of_the_attack_type_are_stripped(void **state)
{
	static const char *const types[][2] = {
	    {"{'campaignId':1,'attackType':'Attack Type: Phishing: "
	     "Credential'}",
	        "Phishing: Credential"},
	    {"{'campaignId':1,'attackType':'attack type:Spam'}", "Spam"},
	    {"{'campaignId':1,'attackType':'Malicious: Phishing'}",
	        "Malicious: Phishing"},
	    {"{'campaignId':1,'attackType':'Attack Type'}", "Attack Type"},
	    {"{'campaignId':1,'attackType':'Attack Type: '}", NULL},
	    {"{'campaignId':1,'attackType':''}", NULL},
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		take_campaign(kit, types[i][0]);
		kit_text(kit, CAMPAIGN_CAT, types[i][1]);
	}
}

static void
what_was_done_or_else_the_judgement(void **state)
{
	struct normalise_kit *kit = *state;

	take_campaign(kit,
	    "{'campaignId':'c','judgementStatus':'Malicious',"
	    "'overallStatus':'Auto-Remediated'}");
	kit_text(kit, CAMPAIGN_ACT, "Auto-Remediated");
	kit_text(kit, CAMPAIGN_OUTCOME, "success");
	kit_text(kit, CAMPAIGN_JUDGEMENT, "Malicious");
	take_campaign(kit,
	    "{'campaignId':'c','judgementStatus':'Spam','overallStatus':''}");
	kit_text(kit, CAMPAIGN_ACT, "Spam");
	kit_text(kit, CAMPAIGN_OUTCOME, NULL);
}

static void
a_campaign_changes_by_what_is_said_of_it(void **state)
{
	static const char before[] =
	    "{'campaignId':'c','judgementStatus':'Spam','overallStatus':'x',"
	    "'firstReported':'2026-03-01T10:20:30Z',"
	    "'lastReported':'2026-03-01T10:20:30Z','attackType':'Spam'}";
	struct normalise_kit *kit = *state;

	assert_true(kit_is_same(kit, normalise_campaign, before,
	    "{'campaignId':'c','judgementStatus':'Spam','overallStatus':'x',"
	    "'firstReported':'2026-03-01T10:20:30.5Z',"
	    "'lastReported':'2026-03-01T02:20:30-08:00',"
	    "'attackType':'Attack Type: Spam','subject':'x'}"));
	assert_false(kit_is_same(kit, normalise_campaign, before,
	    "{'campaignId':'c','judgementStatus':'Spam','overallStatus':'x',"
	    "'firstReported':'2026-03-01T10:20:30Z',"
	    "'lastReported':'2026-03-01T10:20:31Z','attackType':'Spam'}"));
	assert_false(kit_is_same(kit, normalise_campaign, before,
	    "{'campaignId':'c','judgementStatus':'Spam','overallStatus':'',"
	    "'firstReported':'2026-03-01T10:20:30Z',"
	    "'lastReported':'2026-03-01T10:20:30Z','attackType':'Spam'}"));
	take_campaign(kit, before);
	kit_number(kit, CAMPAIGN_RT, INT64_C(1772360430000));
	assert_true(kit->item.near_ms == INT64_C(1772359200000));
	take_campaign(
	    kit, "{'firstReported':'2026-03-01T10:20:30Z','campaignId':0}");
	kit_number(kit, CAMPAIGN_RT, INT64_C(1772360430000));
	kit_text(kit, CAMPAIGN_EXTERNAL_ID, "0");
	assert_int_equal(kit_take(kit, normalise_campaign, "[]"), -1);
}

static void
a_report_is_told_whole(void **state)
{
	struct normalise_kit *kit = *state;

	take_report(kit,
	    "{'abx_message_id':-9223372036854775807,'subject':'Fwd: Hi',"
	    "'reported_datetime':'2026-03-01T10:20:30.921Z',"
	    "'recipient':{'name':'Phish','email':'phish@corp.example'},"
	    "'reporter':{'name':'Dana','email':'dana@corp.example'},"
	    "'not_analyzed_reason':'CUSTOM_FILTER'}");
	kit_text(kit, NOT_ANALYZED_EXTERNAL_ID, "-9223372036854775807");
	kit_text(kit, NOT_ANALYZED_SUSER, "dana@corp.example");
	kit_text(kit, NOT_ANALYZED_DUSER, "phish@corp.example");
	kit_text(kit, NOT_ANALYZED_CS1_REPORTER_NAME, "Dana");
	kit_text(kit, NOT_ANALYZED_CS2_RECIPIENT_NAME, "Phish");
	kit_text(kit, NOT_ANALYZED_MSG, "Fwd: Hi");
	kit_text(kit, NOT_ANALYZED_REASON, "CUSTOM_FILTER");
	kit_number(kit, NOT_ANALYZED_RT, INT64_C(1772360430921));
	assert_int_equal(kit->item.event.severity, 2);
	assert_true(kit->item.near_ms == INT64_C(1772359200000));
	take_report(kit, "{'reporter':'x','recipient':[1]}");
	kit_text(kit, NOT_ANALYZED_EXTERNAL_ID, "the-parent");
	kit_text(kit, NOT_ANALYZED_SUSER, NULL);
}

static void
reports_of_one_message_differ(void **state)
{
	static const char one[] =
	    "{'abx_message_id':1,'reporter':{'email':'a@x'},"
	    "'reported_datetime':'2026-03-01T10:20:30Z'}";
	struct normalise_kit *kit = *state;

	assert_true(kit_is_same(kit, normalise_not_analyzed, one,
	    "{'abx_message_id':1,'reporter':{'email':'a@x'},'subject':'s',"
	    "'reported_datetime':'2026-03-01 11:20:30.000+01:00'}"));
	assert_false(kit_is_same(kit, normalise_not_analyzed, one,
	    "{'abx_message_id':1,'reporter':{'email':'a@x'},"
	    "'recipient':{'email':'r@x'},"
	    "'reported_datetime':'2026-03-01T10:20:30Z'}"));
	assert_false(kit_is_same(kit, normalise_not_analyzed, one,
	    "{'abx_message_id':1,'reporter':{'email':'b@x'},"
	    "'reported_datetime':'2026-03-01T10:20:30Z'}"));
	assert_false(kit_is_same(kit, normalise_not_analyzed, one,
	    "{'abx_message_id':1,'reporter':{'email':'a@x'},"
	    "'reported_datetime':'2026-03-01T10:20:31Z'}"));
	assert_false(kit_is_same(kit, normalise_not_analyzed, one,
	    "{'abx_message_id':1,'reporter':{'email':'a@x'},"
	    "'reported_datetime':'2026-03-01T10:20:30Z',"
	    "'not_analyzed_reason':'EXCLUDED_SENDER'}"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_campaign_is_unsettled_while_it_is_scanned),
	    cmocka_unit_test(the_judgement_is_the_severity_and_in_the_name),
	    cmocka_unit_test(prefixes_of_the_attack_type_are_stripped),
	    cmocka_unit_test(what_was_done_or_else_the_judgement),
	    cmocka_unit_test(a_campaign_changes_by_what_is_said_of_it),
	    cmocka_unit_test(a_report_is_told_whole),
	    cmocka_unit_test(reports_of_one_message_differ),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
