/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs of octets, and UTF-8 in them: every code point there is comes back, and
 * everything that is none is told.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"
#include "strict_text.h"

static void
equality(void **state)
{
	(void)state;
	assert_true(text_eq(TEXT(""), text_of(NULL)));
	assert_true(text_eq(TEXT("a\0b"), TEXT("a\0b")));
	assert_false(text_eq(TEXT("a\0b"), TEXT("a\0c")));
	assert_false(text_eq(TEXT("ab"), TEXT("a")));
	assert_true(
	    text_eq_nocase(TEXT("Phishing [x@Z"), TEXT("pHISHING [X@z")));
	assert_false(text_eq_nocase(TEXT("@"), TEXT("`")));
	assert_false(text_eq_nocase(TEXT("["), TEXT("{")));
	assert_false(text_eq_nocase(TEXT("a"), TEXT("ab")));
	assert_true(
	    text_eq_word(TEXT("Auto-Remediated"), TEXT("auto remediated")));
	assert_false(
	    text_eq_word(TEXT("auto_remediated"), TEXT("auto remediated")));
	assert_false(text_eq_nocase(TEXT("a-b"), TEXT("a b")));
}

static void
trim_takes_blanks_of_both_ends_only(void **state)
{
	(void)state;
	assert_true(text_eq(text_trim(TEXT(" \t\r\n a b \n")), TEXT("a b")));
	assert_true(text_eq(text_trim(TEXT("  \t ")), TEXT("")));
	assert_true(text_eq(text_trim(TEXT("")), TEXT("")));
	assert_true(text_eq(text_trim(text_of(NULL)), TEXT("")));
}

static size_t
encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

static void
every_code_point_is_read_and_surrogates_are_not(void **state)
{
	char raw[4];
	uint32_t cp;
	uint32_t got;

	(void)state;
	for (cp = 0; cp < 0x200000; cp++) {
		size_t len = encode(cp, raw);
		bool valid = cp < 0xd800 || (cp > 0xdfff && cp <= 0x10ffff);
		size_t took = utf8_decode((struct text){raw, len}, &got);

		if (took != (valid ? len : 1) ||
		    got != (valid ? cp : UTF8_INVALID))
			fail_msg("U+%04X", cp);
	}
}

/* Every sequence of three octets, and the strict parser's opinion. */
static void
validity_is_what_encoding_again_says(void **state)
{
	char raw[4];
	uint32_t n;

	(void)state;
	for (n = 0; n < 1U << 24; n += 1 + n % 7) {
		raw[0] = (char)(n >> 16);
		raw[1] = (char)(n >> 8);
		raw[2] = (char)n;
		if (utf8_is_valid((struct text){raw, 3}) !=
		    strict_is_utf8(raw, 3))
			fail_msg("%06x", n);
	}
}

/* One mark for each longest piece that could have become a code point. */
static void
what_one_mark_stands_for(void **state)
{
	static const struct {
		struct text in;
		size_t took;
	} rows[] = {
	    {TEXT("\x80"), 1},             /* lone continuation */
	    {TEXT("\xc0\x80"), 1},         /* overlong NUL */
	    {TEXT("\xc1\xbf"), 1},         /* overlong DEL */
	    {TEXT("\xe0\x80\x80"), 1},     /* overlong, 3 octets */
	    {TEXT("\xe0\x9f\xbf"), 1},     /* the longest such */
	    {TEXT("\xf0\x80\x80\x80"), 1}, /* overlong, 4 octets */
	    {TEXT("\xf0\x8f\xbf\xbf"), 1}, /* the longest such */
	    {TEXT("\xed\xa0\x80"), 1},     /* U+D800 */
	    {TEXT("\xed\xbf\xbf"), 1},     /* U+DFFF */
	    {TEXT("\xf4\x90\x80\x80"), 1}, /* U+110000 */
	    {TEXT("\xf5\x80\x80\x80"), 1},
	    {TEXT("\xff"), 1},
	    {TEXT("\xfe"), 1},
	    {TEXT("\xc3"), 1},         /* cut off */
	    {TEXT("\xe2\x82"), 2},     /* cut off */
	    {TEXT("\xf0\x9f\x98"), 3}, /* cut off */
	    {TEXT("\xe2\x82"
	          "A"),
	        2},
	    {TEXT("\xf0\x9f\x98"
	          "A"),
	        3},
	    {TEXT("\xf0\x9f"
	          "A"),
	        2},
	    {TEXT("\xc3"
	          "A"),
	        1},
	};
	uint32_t cp;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(utf8_decode(rows[i].in, &cp), rows[i].took);
		assert_int_equal(cp, UTF8_INVALID);
		assert_false(utf8_is_valid(rows[i].in));
	}
}

static void
a_cut_never_splits(void **state)
{
	struct text t = TEXT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
	static const size_t len[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
	size_t max;

	(void)state;
	for (max = 0; max < sizeof(len) / sizeof(len[0]); max++)
		assert_int_equal(utf8_cut(t, max).len, len[max]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equality),
	    cmocka_unit_test(trim_takes_blanks_of_both_ends_only),
	    cmocka_unit_test(every_code_point_is_read_and_surrogates_are_not),
	    cmocka_unit_test(validity_is_what_encoding_again_says),
	    cmocka_unit_test(what_one_mark_stands_for),
	    cmocka_unit_test(a_cut_never_splits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
