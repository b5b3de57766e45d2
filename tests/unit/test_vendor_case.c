/* SPDX-License-Identifier: Apache-2.0 */
/* Vendor cases: times of every zone, and people from the newest message. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/schema_case.h"
#include "normalise_kit.h"

#define take(kit, json) \
	assert_int_equal(kit_take(kit, normalise_vendor_case, json), 0)

static const char rich[] =
    "{'vendorCaseId':44,'vendorDomain':'vendor.example',"
    "'firstObservedTime':'2026-03-01T15:50:30.512848+05:30',"
    "'lastModifiedTime':'2026-03-02T15:50:30.512849+05:30',"
    "'insights':[{'highlight':'Young Domain','description':'3 days.'},"
    "{'highlight':'','description':'Else.'}],"
    "'timeline':["
    "{'eventTimestamp':'2026-03-01T10:00:00Z','senderAddress':'old@v',"
    "'markedAs':'Safe','threatId':'t-1'},"
    "{'eventTimestamp':'2026-03-01T10:00:01Z','senderAddress':'new@v',"
    "'recipientAddress':'dana@corp.example','subject':'Bank details',"
    "'markedAs':'Malicious','threatId':9007199254740993}]}";

static void
the_newest_message_gives_the_people(void **state)
{
	static const char *const reason[] = {"Young Domain"};
	static const char *const details[] = {"3 days.", "Else."};
	struct normalise_kit *kit = *state;

	take(kit, rich);
	kit_text(kit, VENDOR_CASE_EXTERNAL_ID, "44");
	kit_text(kit, VENDOR_CASE_SUSER, "new@v");
	kit_text(kit, VENDOR_CASE_DUSER, "dana@corp.example");
	kit_text(kit, VENDOR_CASE_MSG, "Bank details");
	kit_text(kit, VENDOR_CASE_ACT, "Malicious");
	kit_text(kit, VENDOR_CASE_FLEX1_THREAT_ID, "9007199254740993");
	kit_text(kit, VENDOR_CASE_CS1_VENDOR_DOMAIN, "vendor.example");
	kit_list(kit, VENDOR_CASE_REASON, reason, 1);
	kit_list(kit, VENDOR_CASE_CS2_INSIGHT_DETAILS, details, 2);
	kit_number(kit, VENDOR_CASE_CN1_INSIGHT_COUNT, 2);
	kit_number(kit, VENDOR_CASE_CN2_EVENT_COUNT, 2);
	kit_number(kit, VENDOR_CASE_RT, INT64_C(1772446830512));
	kit_number(kit, VENDOR_CASE_START, INT64_C(1772360430512));
	kit_number(kit, VENDOR_CASE_END, INT64_C(1772359201000));
	assert_true(kit->item.event.time_ms == INT64_C(1772446830512));
	assert_true(kit->item.near_ms == INT64_C(1772359200000));
	assert_int_equal(kit->item.event.severity, 7);
}

static void
a_bare_case_is_told_too(void **state)
{
	struct normalise_kit *kit = *state;

	take(kit, "{'vendorCaseId':null,'timeline':'x','insights':null}");
	kit_text(kit, VENDOR_CASE_EXTERNAL_ID, "the-parent");
	kit_text(kit, VENDOR_CASE_CN1_INSIGHT_COUNT, NULL);
	kit_text(kit, VENDOR_CASE_CN2_EVENT_COUNT, NULL);
	assert_true(kit->item.near_ms == 0);
	take(kit, "{'vendorCaseId':1,'timeline':[],'insights':[1]}");
	kit_number(kit, VENDOR_CASE_CN2_EVENT_COUNT, 0);
	kit_text(kit, VENDOR_CASE_REASON, NULL);
	take(kit,
	    "{'vendorCaseId':1,'firstObservedTime':'2026-03-01T10:00:00Z'}");
	kit_number(kit, VENDOR_CASE_RT, INT64_C(1772359200000));
	assert_int_equal(kit_take(kit, normalise_vendor_case, "7"), -1);
}

static void
what_is_a_change_and_what_is_none(void **state)
{
	static const char before[] =
	    "{'vendorCaseId':1,'lastModifiedTime':'2026-03-01T10:00:00Z',"
	    "'timeline':[{'markedAs':'Safe'}]}";
	struct normalise_kit *kit = *state;

	assert_true(kit_is_same(kit, normalise_vendor_case, before,
	    "{'vendorCaseId':'1',"
	    "'lastModifiedTime':'2026-03-01 15:30:00.000000+05:30',"
	    "'timeline':[{'markedAs':'Safe','subject':'x'}]}"));
	assert_false(kit_is_same(kit, normalise_vendor_case, before,
	    "{'vendorCaseId':1,'lastModifiedTime':'2026-03-01T10:00:01Z',"
	    "'timeline':[{'markedAs':'Safe'}]}"));
	assert_false(kit_is_same(kit, normalise_vendor_case, before,
	    "{'vendorCaseId':1,'lastModifiedTime':'2026-03-01T10:00:00Z',"
	    "'timeline':[{'markedAs':'Safe'},{'markedAs':'Safe'}]}"));
	assert_false(kit_is_same(kit, normalise_vendor_case, before,
	    "{'vendorCaseId':1,'lastModifiedTime':'2026-03-01T10:00:00Z',"
	    "'timeline':[{'markedAs':'Malicious'}]}"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_newest_message_gives_the_people),
	    cmocka_unit_test(a_bare_case_is_told_too),
	    cmocka_unit_test(what_is_a_change_and_what_is_none),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
