/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON that is always valid.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/json_put.h"

static struct buf out;
static struct json_put json;

static int
begin(void **state)
{
	(void)state;
	buf_init(&out, 1000);
	json_put_init(&json, &out);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	buf_clear(&out);
	return 0;
}

static void
wrote(const char *text)
{
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data, text);
}

static void
commas_stand_between_and_nowhere_else(void **state)
{
	(void)state;
	json_put_open(&json, NULL, '{');
	json_put_int(&json, "a", -1);
	json_put_open(&json, "b", '[');
	json_put_open(&json, NULL, '{');
	json_put_close(&json, '}');
	json_put_bool(&json, NULL, true);
	json_put_close(&json, ']');
	json_put_open(&json, "c", '[');
	json_put_close(&json, ']');
	json_put_close(&json, '}');
	wrote("{\"a\": -1, \"b\": [{}, true], \"c\": []}");
}

static void
numbers_keep_every_digit(void **state)
{
	(void)state;
	json_put_open(&json, NULL, '[');
	json_put_int(&json, NULL, INT64_MIN);
	json_put_uint(&json, NULL, UINT64_MAX);
	json_put_milli(&json, NULL, 12345);
	json_put_milli(&json, NULL, -1);
	json_put_milli(&json, NULL, INT64_MIN);
	json_put_string(&json, NULL, NULL);
	json_put_bool(&json, NULL, false);
	json_put_close(&json, ']');
	wrote("[-9223372036854775808, 18446744073709551615, 12.345, -0.001, "
	      "-9223372036854775.808, null, false]");
}

static void
text_is_escaped(void **state)
{
	(void)state;
	json_put_text(&json, NULL,
	    TEXT("\"\\/\n\r\t\x00\x1f\x7f \xc3\xa9 \xf0\x9f\x98\x80"));
	wrote("\"\\\"\\\\/\\n\\r\\t\\u0000\\u001f\\u007f \xc3\xa9 "
	      "\xf0\x9f\x98\x80\"");
}

static void
invalid_utf8_is_repaired(void **state)
{
	(void)state;
	json_put_text(&json, "\xff", TEXT("a\x80z\xc3"));
	wrote("\"\xef\xbf\xbd\": \"a\xef\xbf\xbdz\xef\xbf\xbd\"");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        commas_stand_between_and_nowhere_else, begin, end),
	    cmocka_unit_test_setup_teardown(
	        numbers_keep_every_digit, begin, end),
	    cmocka_unit_test_setup_teardown(text_is_escaped, begin, end),
	    cmocka_unit_test_setup_teardown(
	        invalid_utf8_is_repaired, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
