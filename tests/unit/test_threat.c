/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as the API really writes them become the same event. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "normalise_kit.h"

static const struct normalise_context context;

static int
take(struct normalise_kit *kit, const char *json)
{
	return kit_take(kit, normalise_threat, json);
}

static void
the_id_is_found_wherever_it_is(void **state)
{
	struct normalise_kit *f = *state;

	assert_int_equal(take(f,
	                     "{'abxMessageIdStr':'-1875077659085366331',"
	                     "'abxMessageId':-1875077659085366000}"),
	    0);
	kit_text(f, THREAT_EXTERNAL_ID, "-1875077659085366331");
	assert_int_equal(take(f, "{'abxMessageId':-1875077659085366331}"), 0);
	kit_text(f, THREAT_EXTERNAL_ID, "-1875077659085366331");
	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'','abxPortalUrl':'https://p/a/-17'}"),
	    0);
	kit_text(f, THREAT_EXTERNAL_ID, "-17");
	assert_int_equal(take(f,
	                     "{'abxPortalUrl':'https://p/a/b','threatId':'t',"
	                     "'recipientAddress':'a@x'}"),
	    0);
	kit_text(f, THREAT_EXTERNAL_ID, "t");
	assert_int_equal(take(f, "{'recipientAddress':'a@x'}"), 0);
	kit_text(f, THREAT_EXTERNAL_ID, "the-parent");
	/* A number that came as a double is none of the API's any more. */
	assert_int_equal(take(f,
	                     "{'abxMessageId':-1.875e18,"
	                     "'abxPortalUrl':'https://p/a/-17'}"),
	    0);
	kit_text(f, THREAT_EXTERNAL_ID, "-17");
}

/* The threat's id makes no message of what names none. */
static void
what_names_no_message_is_none(void **state)
{
	struct normalise_kit *f = *state;

	assert_int_equal(take(f, "{}"), -1);
	assert_int_equal(take(f, "{'threatId':'t','subject':'s'}"), -1);
	assert_int_equal(take(f, "{'abxMessageId':1.5}"), -1);
	assert_int_equal(take(f, "{'recipientAddress':' '}"), -1);
	assert_int_equal(take(f, "[]"), -1);
}

static void
null_empty_and_absent_leave_no_value(void **state)
{
	static const char *const same[] = {
	    "{'abxMessageIdStr':'1','subject':null,'senderIpAddress':null,"
	    "'remediationTimestamp':null,'urls':null,'isRead':null}",
	    "{'abxMessageIdStr':'1','subject':'','senderIpAddress':'',"
	    "'remediationTimestamp':'','urls':[],'isRead':''}",
	    "{'abxMessageIdStr':'1'}",
	};
	struct normalise_kit *f = *state;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(take(f, same[i]), 0);
		assert_int_equal(
		    f->item.event.values[THREAT_MSG].type, VALUE_NONE);
		assert_int_equal(
		    f->item.event.values[THREAT_SRC].type, VALUE_NONE);
		assert_int_equal(
		    f->item.event.values[THREAT_END].type, VALUE_NONE);
		assert_int_equal(
		    f->item.event.values[THREAT_URLS].type, VALUE_NONE);
		assert_int_equal(
		    f->item.event.values[THREAT_IS_READ].type, VALUE_NONE);
		for (size_t n = 0; n < ITEM_STATE_PARTS; n++)
			assert_true(text_is_empty(f->item.state[n]));
	}
}

static void
a_list_may_be_a_string(void **state)
{
	static const char *const want[] = {"a@x", "b@x", "c@x"};
	struct normalise_kit *f = *state;

	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'1','toAddresses':'a@x, b@x,c@x,'}"),
	    0);
	kit_list(f, THREAT_TO_ADDRESSES, want, 3);
	assert_int_equal(take(f,
	                     "{'abxMessageIdStr':'1','toAddresses':"
	                     "['a@x',null,' b@x ','','c@x']}"),
	    0);
	kit_list(f, THREAT_TO_ADDRESSES, want, 3);
}

static void
times_come_in_many_spellings(void **state)
{
	struct normalise_kit *f = *state;

	assert_int_equal(take(f,
	                     "{'abxMessageIdStr':'1',"
	                     "'receivedTime':'2024-07-17T23:26:23Z',"
	                     "'sentTime':'2024-07-17 23:26:23.5+00:00',"
	                     "'remediationTimestamp':"
	                     "'2024-07-18T01:26:23.409433123+02:00'}"),
	    0);
	assert_true(f->item.event.values[THREAT_RT].u.time_ms ==
	    INT64_C(1721258783000));
	assert_true(f->item.event.values[THREAT_START].u.time_ms ==
	    INT64_C(1721258783500));
	assert_true(f->item.event.values[THREAT_END].u.time_ms ==
	    INT64_C(1721258783409));
	assert_true(f->item.event.time_ms == INT64_C(1721258783000));
	assert_int_equal(take(f,
	                     "{'abxMessageIdStr':'1',"
	                     "'receivedTime':'yesterday',"
	                     "'sentTime':'2024-07-17T23:26:23Z'}"),
	    0);
	assert_int_equal(f->item.event.values[THREAT_RT].type, VALUE_NONE);
	assert_true(f->item.event.time_ms == INT64_C(1721258783000));
	assert_int_equal(take(f, "{'abxMessageIdStr':'1'}"), 0);
	assert_true(f->item.event.time_ms == EVENT_NO_TIME);
}

static void
the_state_is_status_time_judgement_and_override(void **state)
{
	struct normalise_kit *f = *state;

	assert_int_equal(take(f,
	                     "{'abxMessageIdStr':'1',"
	                     "'remediationStatus':'Remediated',"
	                     "'remediationTimestamp':'2024-07-17T23:26:23Z',"
	                     "'source':'Attack','customerOverride':"
	                     "{'overrideType':'T','reason':'R'}}"),
	    0);
	assert_true(text_eq(f->item.state[0], TEXT("Remediated")));
	assert_true(
	    text_eq(f->item.state[1], TEXT("2024-07-17T23:26:23.000Z")));
	assert_true(text_eq(f->item.state[2], TEXT("Attack")));
	assert_true(text_eq(f->item.state[3], TEXT("T")));
	assert_true(text_eq(f->item.state[4], TEXT("R")));
}

static void
counts_are_the_apis_or_the_lists(void **state)
{
	struct normalise_kit *f = *state;

	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'1','urls':['u'],'urlCount':39}"), 0);
	assert_int_equal(
	    f->item.event.values[THREAT_CN1_URL_COUNT].u.number, 39);
	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'1','urls':['u','v']}"), 0);
	assert_int_equal(
	    f->item.event.values[THREAT_CN1_URL_COUNT].u.number, 2);
	assert_int_equal(take(f, "{'abxMessageIdStr':'1'}"), 0);
	assert_int_equal(
	    f->item.event.values[THREAT_CN1_URL_COUNT].type, VALUE_NONE);
}

static void
unknown_attack_types_get_a_class_of_their_own(void **state)
{
	struct normalise_kit *f = *state;

	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'1','attackType':'--New (Kind)  2!'}"),
	    0);
	assert_true(text_eq(f->item.event.class_id, TEXT("new-kind-2")));
	assert_true(text_eq(f->item.event.name, TEXT("--New (Kind)  2!")));
	assert_int_equal(f->item.event.severity, 5);
	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'1','attackType':'?!?'}"), 0);
	assert_true(text_eq(f->item.event.class_id, TEXT("other")));
	assert_int_equal(
	    take(f, "{'abxMessageIdStr':'1','attackType':' '}"), 0);
	assert_true(text_eq(f->item.event.name, TEXT("Other")));
}

static void
severity_rules_of_the_user_come_first(void **state)
{
	const struct severity_rule rules[] = {
	    {TEXT("graymail"), 4}, {TEXT("Malware"), 0}};
	const struct normalise_context own = {.rules = rules, .rule_count = 2};

	(void)state;
	assert_int_equal(normalise_severity(&own, TEXT("Graymail"),
	                     TEXT("No Action Done"), TEXT("VIP")),
	    6);
	assert_int_equal(normalise_severity(&own, TEXT("Malware"),
	                     TEXT("No Action Done"), TEXT("VIP")),
	    0);
	assert_int_equal(
	    normalise_severity(&context, TEXT("MALWARE"), TEXT(""), TEXT("")),
	    9);
	assert_int_equal(normalise_severity(&context, TEXT("Malware"),
	                     TEXT("would remediate"), TEXT("vip")),
	    10);
	assert_int_equal(normalise_severity(&context, TEXT("Malware"),
	                     TEXT("MARKED SAFE"), TEXT("VIP")),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_id_is_found_wherever_it_is),
	    cmocka_unit_test(what_names_no_message_is_none),
	    cmocka_unit_test(null_empty_and_absent_leave_no_value),
	    cmocka_unit_test(a_list_may_be_a_string),
	    cmocka_unit_test(times_come_in_many_spellings),
	    cmocka_unit_test(the_state_is_status_time_judgement_and_override),
	    cmocka_unit_test(counts_are_the_apis_or_the_lists),
	    cmocka_unit_test(unknown_attack_types_get_a_class_of_their_own),
	    cmocka_unit_test(severity_rules_of_the_user_come_first),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
