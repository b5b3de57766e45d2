/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON records: the document's members as they came, and what leaves a record
 * that is too long.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/field_name.h"
#include "format/record.h"
#include "format/schema_case.h"
#include "format/schema_report.h"
#include "intake/decode.h"
#include "intake/json_members.h"
#include "normalise_kit.h"
#include "strict_json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The record of a document, at most `max` octets, with a NUL behind it. */
static void
put(struct normalise_kit *kit, struct buf *out, normalise_fn *fn,
    const char *json, size_t max)
{
	const struct style style = {
	    .format = FORMAT_JSON, .header = HEADER_NONE, .max_size = max};
	char why[STRICT_WHY_MAX];
	struct err err;

	assert_int_equal(kit_take(kit, fn, json), 0);
	members_fill(&kit->item.event, doc_root(kit->doc), &kit->arena);
	buf_init(out, 1 << 21);
	if (record_put(out, &kit->item.event, &style, 0, 0, &err) == -1)
		fail_msg("%s", err.text);
	assert_in_range(out->len, 1, max);
	if (strict_json_check(out->data, out->len, why) == -1)
		fail_msg("%s: %.*s", why, (int)out->len, out->data);
	(void)buf_putc(out, '\0');
}

static void
becomes(
    struct normalise_kit *kit, const char *json, size_t max, const char *want)
{
	struct buf out;

	put(kit, &out, normalise_threat, json, max);
	assert_string_equal(out.data, want);
	buf_clear(&out);
}

#define CEFD(id)                                                            \
	"\"cefd\":{\"kind\":\"threat\",\"severity\":5,\"schema\":1,\"id\":" \
	"\"" id "\""

static void
members_stay_as_they_are(void **state)
{
	becomes(*state,
	    "{'zz':[1.50,-0,1e-7,18446744073709551615,[],{}],"
	    "'abxMessageId':-9223372036854775808,'a':null,'b':true,"
	    "'threatId':'t','u':'\\ud800 \\u2028 \\ud83d\\ude00 \\u0000'}",
	    8000,
	    "{\"zz\":[1.50,0,1e-7,18446744073709551615,[],{}],"
	    "\"abxMessageId\":-9223372036854775808,\"a\":null,\"b\":true,"
	    "\"threatId\":\"t\",\"u\":\"\xef\xbf\xbd \\u2028 "
	    "\xf0\x9f\x98\x80 \\u0000\"," CEFD("-9223372036854775808") "}}");
}

static void
words_that_are_no_json_become_null(void **state)
{
	becomes(*state,
	    "{'abxMessageId':1,'threatId':'t','n':NaN,'i':[-Infinity]}", 8000,
	    "{\"abxMessageId\":1,\"threatId\":\"t\",\"n\":null,"
	    "\"i\":[null]," CEFD("1") "}}");
}

static void
a_threat_id_that_is_missing_comes_last(void **state)
{
	becomes(*state, "{'abxMessageId':1,'x':2}", 8000,
	    "{\"abxMessageId\":1,\"x\":2,\"threatId\":\"the-parent\"," CEFD(
	        "1") "}}");
	becomes(*state, "{'threatId':null,'abxMessageId':1}", 8000,
	    "{\"abxMessageId\":1,\"threatId\":\"the-parent\"," CEFD("1") "}}");
}

static void
the_name_cefd_is_ours(void **state)
{
	becomes(*state, "{'cefd':{'kind':'x'},'abxMessageId':1,'threatId':2}",
	    8000, "{\"abxMessageId\":1,\"threatId\":2," CEFD("1") "}}");
}

static void
the_largest_members_leave_first(void **state)
{
	static const char json[] = "{'abxMessageId':1,'aa':'12345','bb':["
	                           "'1234567890'],'threatId':2,'cc':'1234'}";
	static const char all[] =
	    "{\"abxMessageId\":1,\"aa\":\"12345\",\"bb\":[\"1234567890\"],"
	    "\"threatId\":2,\"cc\":\"1234\"," CEFD("1") "}}";
	static const char less[] =
	    "{\"abxMessageId\":1,\"threatId\":2,\"cc\":\"1234\"," CEFD(
	        "1") ",\"truncated\":[\"aa\",\"bb\"]}}";
	static const char least[] = "{\"abxMessageId\":1,\"threatId\":2," CEFD(
	    "1") ",\"truncated\":[\"aa\",\"bb\",\"cc\"]}}";

	becomes(*state, json, strlen(all), all);
	becomes(*state, json, strlen(less), less);
	becomes(*state, json, strlen(less) - 1, least);
}

static void
identifiers_leave_last(void **state)
{
	static const char json[] = "{'a':['1234567890123'],'abxMessageIdStr':"
	                           "'123456789012345678','threatId':'t'}";
	static const char less[] =
	    "{\"abxMessageIdStr\":\"123456789012345678\","
	    "\"threatId\":\"t\"," CEFD(
	        "123456789012345678") ",\"truncated\":[\"a\"]}}";

	becomes(*state, json, strlen(less), less);
	becomes(*state, json, 130,
	    "{\"threatId\":\"t\"," CEFD(
	        "123456789012345678") ",\"truncated\":[\"a\","
	                              "\"abxMessageIdStr\"]}}");
}

static void
names_beyond_the_list_are_one_star(void **state)
{
	struct normalise_kit *kit = *state;
	struct buf json, out;

	buf_init(&json, 1 << 20);
	(void)buf_puts(&json, "{'abxMessageId':1");
	for (int i = 0; i < 1000; i++)
		(void)buf_printf(&json, ",'m%04d':'1234567890'", i);
	(void)buf_put(&json, "}", 2);
	put(kit, &out, normalise_threat, json.data, 2048);
	assert_non_null(strstr(out.data, "\"truncated\":[\"m"));
	assert_non_null(strstr(out.data, ",\"*\"]}}"));
	assert_non_null(strstr(out.data, "{\"abxMessageId\":1,"));
	assert_in_range(out.len, 1900, 2049);
	buf_clear(&json);
	buf_clear(&out);
}

/* Over the megabyte that a member may have at all. */
static void
a_member_longer_than_any_record_is_told(void **state)
{
	struct normalise_kit *kit = *state;
	struct buf json, out;

	buf_init(&json, 1 << 22);
	(void)buf_puts(&json, "{'abxMessageId':1,'threatId':2,'big':'");
	for (int i = 0; i < 1100000; i++)
		(void)buf_putc(&json, 'x');
	(void)buf_put(&json, "'}", 3);
	put(kit, &out, normalise_threat, json.data, 1 << 20);
	assert_string_equal(out.data,
	    "{\"abxMessageId\":1,\"threatId\":2," CEFD(
	        "1") ",\"truncated\":[\"big\"]}}");
	buf_clear(&json);
	buf_clear(&out);
}

/* As structured data has them: 1 to 32 letters and digits, and once each. */
static void
names_are_short_and_once_each(void **state)
{
	static const struct schema *const schemas[] = {&schema_threat,
	    &schema_case, &schema_vendor_case, &schema_campaign,
	    &schema_not_analyzed, &schema_audit, &schema_status};
	struct text one, other;

	(void)state;
	for (size_t s = 0; s < COUNT(schemas); s++)
		for (size_t i = 0; i < schemas[s]->count; i++) {
			const struct field *fields = schemas[s]->fields;

			one = field_name(&fields[i], schemas[s], DIALECT_LEEF);
			assert_in_range(one.len, 1, FIELD_NAME_MAX);
			for (size_t n = 0; n < i; n++) {
				other = field_name(
				    &fields[n], schemas[s], DIALECT_LEEF);
				assert_false(text_eq_nocase(one, other));
			}
			assert_false(text_eq_nocase(one, TEXT("class")));
			assert_false(text_eq_nocase(one, TEXT("severity")));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_stay_as_they_are),
	    cmocka_unit_test(words_that_are_no_json_become_null),
	    cmocka_unit_test(a_threat_id_that_is_missing_comes_last),
	    cmocka_unit_test(the_name_cefd_is_ours),
	    cmocka_unit_test(the_largest_members_leave_first),
	    cmocka_unit_test(identifiers_leave_last),
	    cmocka_unit_test(names_beyond_the_list_are_one_star),
	    cmocka_unit_test(a_member_longer_than_any_record_is_told),
	    cmocka_unit_test(names_are_short_and_once_each),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
