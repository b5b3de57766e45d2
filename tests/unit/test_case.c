/* SPDX-License-Identifier: Apache-2.0 */
/* Cases as the API really writes them, with and without their analysis. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/schema_case.h"
#include "normalise_kit.h"

#define take(kit, json) assert_int_equal(kit_take(kit, normalise_case, json), 0)

static void
the_id_is_a_text_or_a_number(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit, "{'caseId':' c-1 '}");
	kit_text(kit, CASE_EXTERNAL_ID, "c-1");
	take(kit, "{'caseId':9007199254740993}");
	kit_text(kit, CASE_EXTERNAL_ID, "9007199254740993");
	assert_true(text_eq(kit->item.id, TEXT("9007199254740993")));
	take(kit, "{'caseId':null}");
	kit_text(kit, CASE_EXTERNAL_ID, "the-parent");
	assert_int_equal(kit_take(kit, normalise_case, "[1]"), -1);
	assert_int_equal(kit_take(kit, normalise_case, "'caseId'"), -1);
}

static void
members_are_spelled_in_two_ways(void **state)
{
	static const char *const same[] = {
	    "{'caseId':1,'case_status':'Action Required',"
	    "'severity_level':'HIGH','remediation_status':'Not remediated',"
	    "'affectedEmployee':'dana@corp.example','threatIds':['t'],"
	    "'firstObserved':'2026-03-01T10:59:59Z'}",
	    "{'caseId':1,'caseStatus':'Action Required',"
	    "'severityLevel':'HIGH','remediationStatus':'Not remediated',"
	    "'affected_employee':'dana@corp.example','threat_ids':['t'],"
	    "'first_observed':'2026-03-01 11:59:59.000000+01:00'}",
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < 2; i++) {
		take(kit, same[i]);
		kit_text(kit, CASE_ACT, "Action Required");
		kit_text(kit, CASE_OUTCOME, "failure");
		kit_text(kit, CASE_DUSER, "dana@corp.example");
		kit_text(kit, CASE_FLEX1_THREAT_ID, "t");
		kit_number(kit, CASE_RT, INT64_C(1772362799000));
		kit_number(kit, CASE_START, INT64_C(1772362799000));
		assert_true(kit->item.near_ms == INT64_C(1772359200000));
		assert_int_equal(kit->item.event.severity, 9);
	}
	assert_true(kit_is_same(kit, normalise_case, same[0], same[1]));
}

static void
null_empty_and_absent_leave_no_value(void **state)
{
	static const char *const same[] = {
	    "{'caseId':1,'case_status':null,'analysis':null,'severity':null,"
	    "'genai_summary':null,'customerVisibleTime':null,'tenant':null}",
	    "{'caseId':1,'case_status':'','analysis':'','severity':'',"
	    "'genai_summary':'','customerVisibleTime':'','tenant':''}",
	    "{'caseId':1,'genai_summary':[],'analysis':{},'severity':[]}",
	    "{'caseId':1}",
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < 4; i++) {
		take(kit, same[i]);
		for (unsigned f = 0; f < CASE_EXTERNAL_ID; f++)
			kit_text(kit, f, NULL);
		for (size_t n = 0; n < ITEM_STATE_PARTS; n++)
			assert_true(text_is_empty(kit->item.state[n]));
		assert_true(kit->item.event.time_ms == EVENT_NO_TIME);
		assert_true(kit->item.near_ms == 0);
		assert_true(text_is_empty(kit->item.recipient));
		assert_false(kit->item.unsettled);
		assert_true(
		    text_eq(kit->item.event.name, TEXT("Account Takeover")));
		assert_int_equal(kit->item.event.severity, 7);
	}
}

static void
the_level_is_the_severity_or_the_kind(void **state)
{
	static const struct {
		const char *json;
		int severity;
	} cases[] = {
	    {"{'caseId':1,'severity_level':'high'}", 9},
	    {"{'caseId':1,'severity_level':'MEDIUM'}", 7},
	    {"{'caseId':1,'severity_level':' Low '}", 5},
	    {"{'caseId':1,'severity_level':'NONE',"
	     "'severity':'Account Takeover'}",
	        3},
	    {"{'caseId':1,'severity':'ACCOUNT COMPROMISED'}", 9},
	    {"{'caseId':1,'severity':'Account Takeover'}", 9},
	    {"{'caseId':1,'severity':'Potential Account Takeover',"
	     "'severity_level':'?'}",
	        7},
	    {"{'caseId':1,'description':'Account Takeover'}", 9},
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		take(kit, cases[i].json);
		assert_int_equal(kit->item.event.severity, cases[i].severity);
	}
}

static void
the_summary_is_a_text_or_several(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit, "{'caseId':1,'genai_summary':[' One.',null,'Two.',{}]}");
	kit_text(kit, CASE_MSG, "One. Two.");
	take(kit, "{'caseId':1,'genai_summary':'All.','description':'D'}");
	kit_text(kit, CASE_MSG, "All.");
	take(kit, "{'caseId':1,'genai_summary':[' '],'description':'D'}");
	kit_text(kit, CASE_MSG, "D");
}

static void
threats_are_counted(void **state)
{
	static const char *const want[] = {"t-2", "t-1"};
	struct normalise_kit *kit = *state;

	take(kit, "{'caseId':1,'threatIds':['t-2','','t-1']}");
	kit_list(kit, CASE_THREAT_IDS, want, 2);
	kit_text(kit, CASE_FLEX1_THREAT_ID, "t-2");
	kit_number(kit, CASE_CN1_THREAT_COUNT, 2);
	take(kit, "{'caseId':1,'threatIds':[]}");
	kit_text(kit, CASE_FLEX1_THREAT_ID, NULL);
	kit_number(kit, CASE_CN1_THREAT_COUNT, 0);
}

static void
the_analysis_gives_reasons_and_the_newest_address(void **state)
{
	static const char *const want[] = {"Risky Location", "New Rule"};
	struct normalise_kit *kit = *state;

	kit_extra(kit, 0,
	    "{'insights':[{'signal':'Risky Location','description':'x'},"
	    "{'description':'y'},'z',{'signal':'New Rule'}],"
	    "'eventTimeline':["
	    "{'event_timestamp':'2026-03-01T09:00:00Z','title':'Old',"
	    "'ip_address':'192.0.2.1'},"
	    "{'title':'When?','ip_address':'192.0.2.2'},"
	    "{'event_timestamp':'2026-03-01T10:00:00Z','title':'Travel',"
	    "'ip_address':'2001:db8::7'},"
	    "{'event_timestamp':'2026-03-01T10:30:00+01:00','title':'Mid',"
	    "'ip_address':'192.0.2.3'},"
	    "{'event_timestamp':'2026-03-01T11:00:00Z','title':'Mail Rule'},"
	    "null]}");
	take(kit, "{'caseId':1}");
	kit_list(kit, CASE_REASON, want, 2);
	kit_text(kit, CASE_SRC, "2001:db8::7");
	kit_text(kit, CASE_CS5_LAST_EVENT, "Mail Rule");
	kit_number(kit, CASE_CN2_EVENT_COUNT, 6);
	kit_extra(kit, 0, "{'insights':'x','eventTimeline':{'a':1}}");
	take(kit, "{'caseId':1}");
	kit_text(kit, CASE_REASON, NULL);
	kit_text(kit, CASE_CN2_EVENT_COUNT, NULL);
	kit_extra(kit, 0, NULL);
}

static void
what_is_a_change_and_what_is_none(void **state)
{
	static const char *const changes[] = {
	    "{'caseId':1,'case_status':'X','threatIds':['a','b']}",
	    "{'caseId':1,'severity_level':'LOW','threatIds':['a','b']}",
	    "{'caseId':1,'severity':'X','threatIds':['a','b']}",
	    "{'caseId':1,'remediation_status':'X','threatIds':['a','b']}",
	    "{'caseId':1,'confidence':'X','threatIds':['a','b']}",
	    "{'caseId':1,'affectedEmployee':'X','threatIds':['a','b']}",
	    "{'caseId':1,'threatIds':['a','b','c']}",
	    "{'caseId':1,'threatIds':['ab','']}",
	};
	static const char before[] = "{'caseId':1,'threatIds':['a','b']}";
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_false(
		    kit_is_same(kit, normalise_case, before, changes[i]));
	assert_true(kit_is_same(kit, normalise_case, before,
	    "{'caseId':'1','threatIds':['b',null,'a'],'analysis':'X',"
	    "'genai_summary':['said otherwise'],'tenant':'X'}"));
}

static void
a_long_kind_is_no_name(void **state)
{
	struct normalise_kit *kit = *state;
	char json[200];

	memset(json, 'x', sizeof(json));
	memcpy(json, "{'caseId':1,'severity':'", 24);
	memcpy(json + 197, "'}", 3);
	take(kit, json);
	assert_true(text_eq(kit->item.event.name, TEXT("Account Takeover")));
	take(kit, "{'caseId':1,'severity':'Odd Behaviour'}");
	assert_true(text_eq(kit->item.event.name, TEXT("Odd Behaviour")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_id_is_a_text_or_a_number),
	    cmocka_unit_test(members_are_spelled_in_two_ways),
	    cmocka_unit_test(null_empty_and_absent_leave_no_value),
	    cmocka_unit_test(the_level_is_the_severity_or_the_kind),
	    cmocka_unit_test(the_summary_is_a_text_or_several),
	    cmocka_unit_test(threats_are_counted),
	    cmocka_unit_test(the_analysis_gives_reasons_and_the_newest_address),
	    cmocka_unit_test(what_is_a_change_and_what_is_none),
	    cmocka_unit_test(a_long_kind_is_no_name),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
