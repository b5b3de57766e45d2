/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors: one line in a failing path, a reason that can be told, never a
 * crash for a caller that does not want to know.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void
set_gives_minus_one_code_and_text(void **state)
{
	struct err err = {ERR_NONE, ""};

	(void)state;
	assert_int_equal(err_set(&err, ERR_AGAIN, "no answer in %d s", 5), -1);
	assert_int_equal(err.code, ERR_AGAIN);
	assert_string_equal(err.text, "no answer in 5 s");
}

static void
null_is_a_caller_who_does_not_care(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_BAD, "x"), -1);
	assert_int_equal(err_wrap(NULL, "x"), -1);
}

static void
wrap_puts_context_in_front_and_keeps_the_code(void **state)
{
	struct err err;

	(void)state;
	(void)err_set(&err, ERR_DENIED, "401");
	assert_int_equal(err_wrap(&err, "source %s", "acme"), -1);
	assert_int_equal(err.code, ERR_DENIED);
	assert_string_equal(err.text, "source acme: 401");
}

static void
its_own_text_may_be_an_argument(void **state)
{
	struct err err;

	(void)state;
	(void)err_set(&err, ERR_IO, "disk");
	(void)err_set(&err, ERR_FULL, "%s and %s", err.text, err.text);
	assert_string_equal(err.text, "disk and disk");
	(void)err_wrap(&err, "%s", err.text);
	assert_string_equal(err.text, "disk and disk: disk and disk");
}

static void
long_text_is_cut_and_stays_terminated(void **state)
{
	char large[2 * ERR_TEXT_MAX];
	struct err err;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	(void)err_set(&err, ERR_BAD, "%s", large);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	(void)err_wrap(&err, "front");
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	assert_memory_equal(err.text, "front: xxx", 10);
	(void)err_wrap(&err, "%s", large);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
}

static void
each_code_has_its_own_word(void **state)
{
	int a;
	int b;

	(void)state;
	for (a = ERR_NONE; a <= ERR_CORRUPT; a++) {
		for (b = ERR_NONE; b < a; b++)
			assert_string_not_equal(err_code_str((enum err_code)a),
			    err_code_str((enum err_code)b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(set_gives_minus_one_code_and_text),
	    cmocka_unit_test(null_is_a_caller_who_does_not_care),
	    cmocka_unit_test(wrap_puts_context_in_front_and_keeps_the_code),
	    cmocka_unit_test(its_own_text_may_be_an_argument),
	    cmocka_unit_test(long_text_is_cut_and_stays_terminated),
	    cmocka_unit_test(each_code_has_its_own_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
