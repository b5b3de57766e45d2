/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When was it wanted, if clocks cannot be trusted?
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake/wanted.h"

#define DAY INT64_C(86400000)
/* 2026-01-01T00:00:00Z */
#define NOW INT64_C(1767225600000)

static void
is_since(int64_t about_ms, int64_t skew_ms, int64_t want_ms, bool want_absurd)
{
	const struct wanted wanted = {
	    .now_ms = NOW,
	    .skew_ms = skew_ms,
	    .about_ms = about_ms,
	    .life_ms = NOW - 5000,
	};
	bool is_absurd;

	assert_int_equal(wanted_since_ms(&wanted, &is_absurd), want_ms);
	assert_int_equal(is_absurd, want_absurd);
}

static void
test_a_clock_that_stays_wrong(void **state)
{
	(void)state;
	is_since(NOW - 2 * DAY, 0, NOW - 2 * DAY, false);
	is_since(NOW + 298 * DAY, 300 * DAY, NOW - 2 * DAY, false);
	is_since(2 * DAY, 4 * DAY - NOW, NOW - 2 * DAY, false);
	/* What is a little late is now. */
	is_since(NOW + 60000, 0, NOW, false);
}

static void
test_a_clock_that_became_right(void **state)
{
	(void)state;
	is_since(NOW + 298 * DAY, 0, NOW - 5000, true);
	is_since(NOW - 300 * DAY, 0, NOW - 5000, true);
	is_since(2 * DAY, 1000, NOW - 5000, true);
}

static void
test_a_clock_that_became_wrong(void **state)
{
	(void)state;
	is_since(NOW - 2 * DAY, 300 * DAY, NOW - 2 * DAY, false);
	is_since(NOW - 2 * DAY, 2 * DAY - NOW, NOW - 2 * DAY, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_clock_that_stays_wrong),
	    cmocka_unit_test(test_a_clock_that_became_right),
	    cmocka_unit_test(test_a_clock_that_became_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
