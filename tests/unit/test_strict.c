/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict parsers can say no. A reader that took everything would make every
 * test that uses it pass.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "strict_cef.h"
#include "strict_rfc5424.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HEAD "CEF:0|V|P|1|c|n|8|"

static void
cef_as_it_should_be(void **state)
{
	static const char line[] = "CEF:0|V\\||P\\\\|1|c|n|10|"
	                           "msg=a|b \\=\\\\ \\n\\r x externalId=1";
	struct strict_cef cef;

	(void)state;
	if (strict_cef_parse(&cef, line, sizeof(line) - 1) == -1)
		fail_msg("%s", cef.why);
	assert_string_equal(cef.header[STRICT_CEF_VENDOR].ptr, "V|");
	assert_string_equal(cef.header[STRICT_CEF_PRODUCT].ptr, "P\\");
	assert_string_equal(cef.header[STRICT_CEF_SEVERITY].ptr, "10");
	assert_int_equal(cef.count, 2);
	assert_string_equal(strict_cef_get(&cef, "msg")->ptr, "a|b =\\ \n\r x");
	assert_string_equal(strict_cef_get(&cef, "externalId")->ptr, "1");
	assert_null(strict_cef_get(&cef, "ms"));
	strict_cef_clear(&cef);
}

static void
cef_that_is_refused(void **state)
{
	static const char *const rows[] = {"", "CEF:0|",
	    "CEF:1|V|P|1|c|n|8|externalId=1", "CEF:0|V|P|1|c|n|8", HEAD,
	    HEAD " externalId=1", "CEF:0|V|P|1|c|n|11|externalId=1",
	    "CEF:0|V|P|1|c|n|08|externalId=1", "CEF:0|V|P|1|c|n|x|externalId=1",
	    "CEF:0||P|1|c|n|8|externalId=1",
	    "CEF:0|V\\=|P|1|c|n|8|externalId=1", HEAD "externalId=1 msg=2",
	    HEAD "externalId=", HEAD "msg=", HEAD "msg= externalId=1",
	    HEAD "msg=a msg=b externalId=1", HEAD "a.b=1 externalId=1",
	    HEAD "a-b=1 externalId=1", HEAD "msg=a\tb externalId=1",
	    HEAD "msg=a\nb externalId=1", HEAD "msg=\x7f externalId=1",
	    HEAD "msg=\xff externalId=1", HEAD "msg=a\\|b externalId=1",
	    HEAD "msg=a\\t externalId=1", HEAD "msg=a\\ externalId=1",
	    HEAD "externalId=1\\", HEAD "msg=a=b externalId=1",
	    HEAD "=x externalId=1", HEAD "\xc3\xa9=x externalId=1"};
	struct strict_cef cef;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (strict_cef_parse(&cef, rows[i], strlen(rows[i])) != -1)
			fail_msg("taken: %s", rows[i]);
		assert_true(cef.why[0] != '\0');
		strict_cef_clear(&cef);
	}
}

static void
rfc5424_as_it_should_be(void **state)
{
	static const char line[] =
	    "<165>1 2003-10-11T22:14:15.003Z h a p m "
	    "[x@32473 i=\"3\" i=\"\\\\\\\"\\]\"][y] \xef\xbb\xbfhello";
	struct strict_rfc5424 record;

	(void)state;
	if (strict_rfc5424_parse(&record, line, sizeof(line) - 1) == -1)
		fail_msg("%s", record.why);
	assert_int_equal(record.facility, 20);
	assert_int_equal(record.severity, 5);
	assert_string_equal(record.procid.ptr, "p");
	assert_int_equal(record.param_count, 3);
	assert_string_equal(record.params[1].value.ptr, "\\\"]");
	assert_string_equal(record.params[2].id.ptr, "y");
	assert_string_equal(record.params[2].name.ptr, "");
	assert_true(record.has_bom);
	assert_string_equal(record.msg.ptr, "hello");
	strict_rfc5424_clear(&record);
}

static void
rfc5424_that_is_taken(void **state)
{
	static const char *const rows[] = {"<0>1 - - - - - -",
	    "<191>1 - - - - - - x", "<1>1 2024-02-29T00:00:00Z - - - - -",
	    "<1>1 2024-02-29T23:59:59.123456-23:59 - - - - -",
	    "<1>1 - - - - - - "};
	struct strict_rfc5424 record;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (strict_rfc5424_parse(&record, rows[i], strlen(rows[i])))
			fail_msg("%s: %s", record.why, rows[i]);
		strict_rfc5424_clear(&record);
	}
}

static void
rfc5424_that_is_refused(void **state)
{
	static const char *const rows[] = {"", "1 - - - - - -",
	    "<>1 - - - - - -", "<01>1 - - - - - -", "<192>1 - - - - - -",
	    "<1>2 - - - - - -", "<1>1  - - - - - -", "<1>1 - - - - -",
	    "<1>1 - - - - - x", "<1>1 - - - - - -x",
	    "<1>1 2024-02-30T00:00:00Z - - - - -",
	    "<1>1 2023-02-29T00:00:00Z - - - - -",
	    "<1>1 2024-02-29t00:00:00Z - - - - -",
	    "<1>1 2024-02-29T00:00:00z - - - - -",
	    "<1>1 2024-02-29T00:00:60Z - - - - -",
	    "<1>1 2024-02-29T24:00:00Z - - - - -",
	    "<1>1 2024-02-29T00:00:00 - - - - -",
	    "<1>1 2024-02-29T00:00:00.Z - - - - -",
	    "<1>1 2024-02-29T00:00:00.1234567Z - - - - -",
	    "<1>1 2024-02-29T00:00:00+0000 - - - - -",
	    "<1>1 2024-02-29T00:00:00+24:00 - - - - -",
	    "<1>1 - h\xc3\xa9 - - - -", "<1>1 - - - - - []",
	    "<1>1 - - - - - [a][a]", "<1>1 - - - - - [a b]",
	    "<1>1 - - - - - [a b=c]", "<1>1 - - - - - [a b=\"]\"]",
	    "<1>1 - - - - - [a b=\"\\n\"]", "<1>1 - - - - - [a b=\"\\",
	    "<1>1 - - - - - [a b=\"c\"", "<1>1 - - - - - [a  b=\"c\"]",
	    "<1>1 - - - - - [a b=\"\xff\"]", "<1>1 - - - - - [a] \xff",
	    "<1>1 - - - - - [abcdefghijklmnopqrstuvwxyz0123456]",
	    "<1>1 - - abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvw - - -"};
	struct strict_rfc5424 record;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (!strict_rfc5424_parse(&record, rows[i], strlen(rows[i])))
			fail_msg("taken: %s", rows[i]);
		assert_true(record.why[0] != '\0');
		strict_rfc5424_clear(&record);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cef_as_it_should_be),
	    cmocka_unit_test(cef_that_is_refused),
	    cmocka_unit_test(rfc5424_as_it_should_be),
	    cmocka_unit_test(rfc5424_that_is_taken),
	    cmocka_unit_test(rfc5424_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
