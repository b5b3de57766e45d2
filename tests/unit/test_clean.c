/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hygiene: what hostile text may do to a line is nothing, and what analysts
 * want to see stays.
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
#include "format/clean.h"
#include "strict_text.h"

#define MARK "\xef\xbf\xbd" /* U+FFFD */

static struct buf scratch;

static void
check(struct text in, size_t max, struct text want, bool want_cut)
{
	bool cut = false;
	struct text got = clean(in, max, &scratch, &cut);

	if (!text_eq(got, want))
		fail_msg("<%.*s> gave <%.*s>, not <%.*s>", (int)in.len, in.ptr,
		    (int)got.len, got.ptr, (int)want.len, want.ptr);
	assert_int_equal(cut, want_cut);
}

/* In place of text, with an "x" on each side. */
static void
check_within(struct text middle, const char *want)
{
	char in[64] = "x";
	char out[64] = "x";
	size_t want_len = strlen(want);

	memcpy(in + 1, middle.ptr, middle.len);
	in[middle.len + 1] = 'x';
	memcpy(out + 1, want, want_len);
	out[want_len + 1] = 'x';
	check((struct text){in, middle.len + 2}, 0,
	    (struct text){out, want_len + 2}, false);
}

static void
plain_text_is_not_touched_nor_copied(void **state)
{
	struct text in =
	    TEXT("Invoice #42 | a=b \\ \"c\" ~ 100% <d@e.example>");
	bool cut = false;
	struct text got = clean(in, 0, &scratch, &cut);

	(void)state;
	assert_ptr_equal(got.ptr, in.ptr);
	assert_int_equal(got.len, in.len);
	got = clean(text_of(NULL), 10, &scratch, &cut);
	assert_int_equal(got.len, 0);
	assert_false(cut);
}

static void
invalid_utf8_becomes_marks(void **state)
{
	(void)state;
	check_within(TEXT("\x80"), MARK);
	check_within(TEXT("\x80\xbf"), MARK MARK);
	check_within(TEXT("\xc0\xaf"), MARK MARK);          /* overlong / */
	check_within(TEXT("\xe0\x80\xaf"), MARK MARK MARK); /* overlong / */
	check_within(TEXT("\xc0\x80"), MARK MARK);          /* overlong NUL */
	check_within(TEXT("\xed\xa0\x80"), MARK MARK MARK); /* U+D800 */
	check_within(TEXT("\xed\xb0\x80"), MARK MARK MARK); /* U+DC00 */
	check_within(TEXT("\xf4\x90\x80\x80"), MARK MARK MARK MARK);
	check_within(TEXT("\xff\xfe"), MARK MARK);
	check_within(TEXT("\xe2\x82"), MARK);     /* cut off */
	check_within(TEXT("\xf0\x9f\x98"), MARK); /* cut off */
	check(TEXT("\xf0\x9f\x98"), 0, TEXT(MARK), false);
}

static void
controls_become_blanks(void **state)
{
	static const char c1[] = "\xc2\x80";
	char octet;
	int c;

	(void)state;
	for (c = 0; c < 0x20; c++) {
		octet = (char)c;
		check_within((struct text){&octet, 1},
		    c == '\n'       ? "\n"
		        : c == '\r' ? "\r"
		                    : " ");
	}
	check_within(TEXT("\x7f"), " ");
	check_within((struct text){c1, 2}, " ");
	check_within(TEXT("\xc2\x85"), " "); /* NEL */
	check_within(TEXT("\xc2\x9f"), " ");
	check_within(TEXT("\xe2\x80\xa8"), " "); /* U+2028 */
	check_within(TEXT("\xe2\x80\xa9"), " "); /* U+2029 */
	check_within(TEXT("\xe2\x80\xaa"), " "); /* U+202A */
	check_within(TEXT("\xe2\x80\xae"), " "); /* U+202E */
	check_within(TEXT("\xe2\x81\xa6"), " "); /* U+2066 */
	check_within(TEXT("\xe2\x81\xa9"), " "); /* U+2069 */
	check_within(TEXT("\r\n"), "\r\n");
	check_within(TEXT("\0\0"), "  ");
}

static void
neighbours_of_controls_and_zero_width_stay(void **state)
{
	static const char *const rows[] = {" ", "~",
	    "\xc2\xa0", /* no-break space: no blank of ours */
	    "\xe2\x80\xa7", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa",
	    "\xe2\x80\x8b", /* zero width space */
	    "\xe2\x80\x8d", /* zero width joiner */
	    "\xe2\x80\x8e", /* left-to-right mark */
	    "\xef\xbb\xbf", /* BOM within */
	    "\xd0\xb0",     /* Cyrillic a */
	    "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", MARK};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_within(text_of(rows[i]), rows[i]);
}

static void
blanks_are_trimmed_after_blanking(void **state)
{
	(void)state;
	check(TEXT("  a b  "), 0, TEXT("a b"), false);
	check(TEXT("\t\x01 a\xc2\x80\t"), 0, TEXT("a"), false);
	check(TEXT("\t\t"), 0, TEXT(""), false);
	check(TEXT("   "), 0, TEXT(""), false);
	check(TEXT(" \n "), 0, TEXT("\n"), false);
}

static void
the_cut_counts_octets_and_never_splits(void **state)
{
	(void)state;
	check(TEXT("abc"), 4, TEXT("abc"), false);
	check(TEXT("abc"), 3, TEXT("abc"), false);
	check(TEXT("abc"), 2, TEXT("ab"), true);
	check(TEXT("ab\xc3\xa9"), 4, TEXT("ab\xc3\xa9"), false);
	check(TEXT("ab\xc3\xa9"), 3, TEXT("ab"), true);
	check(TEXT("a\xe2\x82\xac"), 3, TEXT("a"), true);
	check(TEXT("\xf0\x9f\x98\x80"), 3, TEXT(""), true);
	/* Repaired first: the mark is longer than what it stands for. */
	check(TEXT("ab\xff"), 4, TEXT("ab"), true);
	check(TEXT("ab\xff"), 5, TEXT("ab" MARK), false);
	/* Trimmed first: blanks do not count. */
	check(TEXT("  abc\t"), 3, TEXT("abc"), false);
	/* Cut last: a blank may come to stand at the end. */
	check(TEXT("ab cd"), 3, TEXT("ab "), true);
}

/* Each offset within a word of eight, and each length of the tail. */
static void
a_control_is_found_wherever_it_is(void **state)
{
	char in[40];
	char want[40];
	size_t len;
	size_t at;

	(void)state;
	for (len = 3; len < sizeof(in); len++) {
		for (at = 1; at + 1 < len; at++) {
			memset(in, 'a', len);
			memset(want, 'a', len);
			in[at] = '\x1f';
			want[at] = ' ';
			check((struct text){in, len}, 0,
			    (struct text){want, len}, false);
			in[at] = '\x7f';
			check((struct text){in, len}, 0,
			    (struct text){want, len}, false);
		}
	}
}

static void
a_full_scratch_cuts_and_says_so(void **state)
{
	struct buf small;
	struct text got;
	bool cut = false;

	(void)state;
	buf_init(&small, 10);
	got = clean(TEXT("\xff\xff\xff\xff"
	                 "abcdef"),
	    0, &small, &cut);
	assert_true(text_eq(got, TEXT(MARK MARK MARK)));
	assert_true(cut);
	buf_clear(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_text_is_not_touched_nor_copied),
	    cmocka_unit_test(invalid_utf8_becomes_marks),
	    cmocka_unit_test(controls_become_blanks),
	    cmocka_unit_test(neighbours_of_controls_and_zero_width_stay),
	    cmocka_unit_test(blanks_are_trimmed_after_blanking),
	    cmocka_unit_test(the_cut_counts_octets_and_never_splits),
	    cmocka_unit_test(a_control_is_found_wherever_it_is),
	    cmocka_unit_test(a_full_scratch_cuts_and_says_so),
	};
	int failed;

	buf_init(&scratch, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&scratch);
	return failed;
}
