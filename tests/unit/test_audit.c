/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: its events have no id but what they say. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/schema_report.h"
#include "normalise_kit.h"

#define take(kit, json) \
	assert_int_equal(kit_take(kit, normalise_audit, json), 0)

#define EVENT(                                                               \
    category, action, status, ip, tenant, time, user, id, reason, url)       \
	"{'category':'" category "','action':'" action "','status':'" status \
	"','sourceIp':'" ip "','tenantName':'" tenant "','timestamp':'" time \
	"','user':{'email':'" user "'},'actionDetails':{'messageId':'" id    \
	"','providedReason':'" reason "','requestUrl':'" url "'}}"

#define TIME "2026-03-01 10:20:30.141000+00:00"
#define ONE EVENT("c", "a", "s", "i", "t", TIME, "u", "m", "r", "l")

static void
an_event_is_told_whole(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit,
	    EVENT("threat_log", "update_remediation_status", "SUCCESS",
	        "192.0.2.9", "corp", TIME, "dana@corp.example", "-17",
	        "asked for", "/v1.0/x?a=1"));
	kit_number(kit, AUDIT_RT, INT64_C(1772360430141));
	kit_text(kit, AUDIT_CAT, "threat_log");
	kit_text(kit, AUDIT_ACT, "update_remediation_status");
	kit_text(kit, AUDIT_OUTCOME, "success");
	kit_text(kit, AUDIT_SUSER, "dana@corp.example");
	kit_text(kit, AUDIT_SRC, "192.0.2.9");
	kit_text(kit, AUDIT_REASON, "asked for");
	kit_text(kit, AUDIT_REQUEST, "/v1.0/x?a=1");
	kit_text(kit, AUDIT_CS1_TENANT, "corp");
	kit_text(kit, AUDIT_FLEX1_MESSAGE_ID, "-17");
	assert_true(
	    text_eq(kit->item.event.name, TEXT("update_remediation_status")));
	assert_int_equal(kit->item.event.severity, 2);
	assert_true(kit->item.near_ms == INT64_C(1772359200000));
}

static void
a_failure_is_worse(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit, "{'action':'a','status':'failure'}");
	assert_int_equal(kit->item.event.severity, 4);
	kit_text(kit, AUDIT_OUTCOME, "failure");
	take(kit, "{'action':'a','status':'PENDING'}");
	assert_int_equal(kit->item.event.severity, 2);
	kit_text(kit, AUDIT_OUTCOME, "PENDING");
	take(kit, "{}");
	assert_int_equal(kit->item.event.severity, 2);
	kit_text(kit, AUDIT_OUTCOME, NULL);
	assert_true(text_eq(kit->item.event.name, TEXT("Audit Event")));
	assert_int_equal(kit_take(kit, normalise_audit, "[]"), -1);
}

static void
the_word_null_is_no_reason(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit, "{'actionDetails':{'providedReason':'null'}}");
	kit_text(kit, AUDIT_REASON, NULL);
	assert_true(kit_is_same(kit, normalise_audit,
	    "{'actionDetails':{'providedReason':'null'}}", "{}"));
	take(kit, "{'actionDetails':{'providedReason':'nullify'}}");
	kit_text(kit, AUDIT_REASON, "nullify");
}

/* The values are the contract: the same on every machine, for ever. */
static void
the_content_is_the_id(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit, "{}");
	kit_text(kit, AUDIT_EXTERNAL_ID, "86da9cd1ba60ecd5");
	take(kit, ONE);
	kit_text(kit, AUDIT_EXTERNAL_ID, "ef02b568d824bad2");
	assert_true(text_eq(kit->item.id, TEXT("ef02b568d824bad2")));
}

static void
every_member_makes_another_id(void **state)
{
	static const char *const others[] = {
	    EVENT("x", "a", "s", "i", "t", TIME, "u", "m", "r", "l"),
	    EVENT("c", "x", "s", "i", "t", TIME, "u", "m", "r", "l"),
	    EVENT("c", "a", "x", "i", "t", TIME, "u", "m", "r", "l"),
	    EVENT("c", "a", "s", "x", "t", TIME, "u", "m", "r", "l"),
	    EVENT("c", "a", "s", "i", "x", TIME, "u", "m", "r", "l"),
	    EVENT("c", "a", "s", "i", "t", "2026-03-01 10:20:30.142Z", "u", "m",
	        "r", "l"),
	    EVENT("c", "a", "s", "i", "t", "2026-03-01 10:20:30.141001Z", "u",
	        "m", "r", "l"),
	    EVENT("c", "a", "s", "i", "t", "then", "u", "m", "r", "l"),
	    EVENT("c", "a", "s", "i", "t", TIME, "x", "m", "r", "l"),
	    EVENT("c", "a", "s", "i", "t", TIME, "u", "x", "r", "l"),
	    EVENT("c", "a", "s", "i", "t", TIME, "u", "m", "x", "l"),
	    EVENT("c", "a", "s", "i", "t", TIME, "u", "m", "r", "x"),
	    EVENT("ca", "", "s", "i", "t", TIME, "u", "m", "r", "l"),
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(kit_is_same(kit, normalise_audit, ONE, others[i]));
	assert_true(kit_is_same(kit, normalise_audit, ONE,
	    EVENT("c", "a", "s", "i", "t", "2026-03-01T11:20:30.141+01:00", "u",
	        "m", "r", "l")));
	assert_true(kit_is_same(kit, normalise_audit, ONE,
	    EVENT("c", "a", "s", "i", "t", "2026-03-01T10:20:30.141000Z", "u",
	        "m", "r", "l")));
}

#define AT "'timestamp':'" TIME "'"

/* What is not known to us tells one from another, too, whatever its order. */
static void
an_unknown_member_makes_another_id(void **state)
{
	static const char *const others[] = {
	    "{" AT ",'actionDetails':{'caseId':1,'x':[1,2]}}",
	    "{" AT ",'actionDetails':{'caseId':2,'x':[1,2]}}",
	    "{" AT ",'actionDetails':{'caseId':1,'x':[2,1]}}",
	    "{" AT ",'user':{'name':'a'}}",
	    "{" AT ",'user':{'name':'b'}}",
	    "{" AT ",'user':'a'}",
	    "{" AT ",'eventId':1}",
	    "{" AT ",'eventId':2}",
	    "{" AT "}",
	};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		for (size_t j = 0; j < i; j++)
			assert_false(kit_is_same(
			    kit, normalise_audit, others[i], others[j]));
	assert_true(kit_is_same(kit, normalise_audit, others[0],
	    "{'actionDetails':{'x':[1,2],'y':null,'caseId':1},'z':{}," AT "}"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_event_is_told_whole),
	    cmocka_unit_test(a_failure_is_worse),
	    cmocka_unit_test(the_word_null_is_no_reason),
	    cmocka_unit_test(the_content_is_the_id),
	    cmocka_unit_test(every_member_makes_another_id),
	    cmocka_unit_test(an_unknown_member_makes_another_id),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
