/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warnings come early enough for those who must act, and not as long as nothing
 * is wrong.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/expiry.h"

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

static void
certificates_are_warned_of_at_30_7_and_1_days(void **state)
{
	(void)state;
	assert_int_equal(expiry_due(30 * DAY + 1), -1);
	assert_int_equal(expiry_due(30 * DAY), 30);
	assert_int_equal(expiry_due(7 * DAY), 7);
	assert_int_equal(expiry_due(DAY), 1);
	assert_int_equal(expiry_due(1), 1);
	assert_int_equal(expiry_due(0), 0);
	assert_int_equal(expiry_due(-DAY), 0);
}

/* From 0 to `to`, when so much is left. */
static int
due(int64_t to, int64_t left)
{
	return expiry_list_due(1, 1 + to, 1 + to - left);
}

static void
a_list_is_warned_of_when_its_successor_is_late(void **state)
{
	(void)state;
	assert_int_equal(due(7 * DAY, 17 * HOUR), -1);
	assert_int_equal(due(7 * DAY, 16 * HOUR), 1);
	assert_int_equal(due(DAY, 3 * HOUR), -1);
	assert_int_equal(due(DAY, 2 * HOUR), 1);
	assert_int_equal(due(365 * DAY, 7 * DAY), -1);
	assert_int_equal(due(365 * DAY, 7 * DAY - 1), 1);
	assert_int_equal(due(DAY, 1), 1);
	assert_int_equal(due(DAY, 0), 0);
	assert_int_equal(due(DAY, -DAY), 0);
	/* None, or one without an end. */
	assert_int_equal(expiry_list_due(0, 0, DAY), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(certificates_are_warned_of_at_30_7_and_1_days),
	    cmocka_unit_test(a_list_is_warned_of_when_its_successor_is_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
