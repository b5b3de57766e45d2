/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: exact numbers, null like absent, and no half document passes. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/decode.h"

static struct decoder *decoder;

static struct doc *
parse(const char *json)
{
	struct err err;

	return decode(decoder, text_of(json), &err);
}

static void
integers_keep_all_their_digits(void **state)
{
	struct doc *doc = parse("{\"a\":-9223372036854775808,"
	                        "\"b\":9223372036854775807,\"c\":\"-12\"}");
	const struct val *root = doc_root(doc);
	int64_t n;

	(void)state;
	assert_true(
	    text_eq(val_member_text(root, "a"), TEXT("-9223372036854775808")));
	assert_true(
	    text_eq(val_member_text(root, "b"), TEXT("9223372036854775807")));
	assert_true(val_int(val_member(root, "a"), &n));
	assert_true(n == INT64_MIN);
	assert_true(val_int(val_member(root, "c"), &n));
	assert_int_equal(n, -12);
	doc_free(doc);
}

static void
whole_doubles_are_integers(void **state)
{
	struct doc *doc = parse("[2.0,-3e0,2.5,1e300]");
	const struct val *root = doc_root(doc);
	int64_t n;

	(void)state;
	assert_true(val_int(val_item(root, 0), &n));
	assert_int_equal(n, 2);
	assert_true(val_int(val_item(root, 1), &n));
	assert_int_equal(n, -3);
	assert_false(val_int(val_item(root, 2), &n));
	assert_false(val_int(val_item(root, 3), &n));
	doc_free(doc);
}

static void
null_and_absent_and_wrong_types_are_nothing(void **state)
{
	struct doc *doc = parse("{\"a\":null,\"b\":[1,null],\"c\":{}}");
	const struct val *root = doc_root(doc);
	int64_t n;
	bool flag;

	(void)state;
	assert_null(val_member(root, "a"));
	assert_null(val_member(root, "z"));
	assert_null(val_member(NULL, "z"));
	assert_true(text_is_empty(val_member_text(root, "b")));
	assert_true(text_is_empty(val_member_text(root, "c")));
	assert_int_equal(val_count(val_member(root, "b")), 2);
	assert_int_equal(val_count(val_member(root, "c")), 0);
	assert_null(val_item(val_member(root, "b"), 1));
	assert_null(val_item(val_member(root, "b"), 2));
	assert_false(val_int(val_member(root, "c"), &n));
	assert_false(val_bool(val_member(root, "c"), &flag));
	doc_free(doc);
}

static void
booleans_may_be_words(void **state)
{
	struct doc *doc = parse("[true,\"True\",false,\"FALSE\",\"yes\",1]");
	const struct val *root = doc_root(doc);
	bool flag = false;

	(void)state;
	assert_true(val_bool(val_item(root, 0), &flag) && flag);
	assert_true(val_bool(val_item(root, 1), &flag) && flag);
	assert_true(val_bool(val_item(root, 2), &flag) && !flag);
	assert_true(val_bool(val_item(root, 3), &flag) && !flag);
	assert_false(val_bool(val_item(root, 4), &flag));
	assert_false(val_bool(val_item(root, 5), &flag));
	doc_free(doc);
}

static void
nul_octets_do_not_end_a_string(void **state)
{
	struct doc *doc = parse("{\"a\":\"x\\u0000y\"}");

	(void)state;
	assert_int_equal(val_member_text(doc_root(doc), "a").len, 3);
	doc_free(doc);
}

static void
what_is_not_whole_json_is_refused(void **state)
{
	static const char *const bad[] = {"", " ", "{", "{\"a\":1",
	    "{\"a\":1}}", "{\"a\":1} x", "[1,]", "<html></html>", "nul", "null",
	    "{\"a\":tru}", "\"abc", "{\"a\":\"b", "[1 2]",
	    "{\"a\":1}{\"b\":2}"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err.code = ERR_NONE;
		if (decode(decoder, text_of(bad[i]), &err) != NULL)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(err.code, ERR_BAD);
	}
}

static void
deep_nesting_is_refused(void **state)
{
	char deep[2 * (DECODE_DEPTH_MAX + 2) + 1];
	size_t half = DECODE_DEPTH_MAX + 2;

	(void)state;
	memset(deep, '[', half);
	memset(deep + half, ']', half);
	deep[2 * half] = '\0';
	assert_null(parse(deep));
}

static void
a_decoder_goes_on_after_an_error(void **state)
{
	struct doc *doc;

	(void)state;
	assert_null(parse("{\"a\":"));
	doc = parse("{\"a\":1}");
	assert_non_null(doc);
	doc_free(doc);
}

static int
set_up(void **state)
{
	(void)state;
	decoder = decoder_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	decoder_free(decoder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_keep_all_their_digits),
	    cmocka_unit_test(whole_doubles_are_integers),
	    cmocka_unit_test(null_and_absent_and_wrong_types_are_nothing),
	    cmocka_unit_test(booleans_may_be_words),
	    cmocka_unit_test(nul_octets_do_not_end_a_string),
	    cmocka_unit_test(what_is_not_whole_json_is_refused),
	    cmocka_unit_test(deep_nesting_is_refused),
	    cmocka_unit_test(a_decoder_goes_on_after_an_error),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
