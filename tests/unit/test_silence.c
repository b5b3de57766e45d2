/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source that is not reached is noticed, from the first hour on.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/silence.h"
#include "intake/source_stats.h"

#define HOUR INT64_C(3600000)

static void
one_that_was_never_reached_is_silent_from_its_start(void **state)
{
	struct silence s = {0};
	struct source_stats stats = {.state = POLLER_BACKING_OFF};

	(void)state;
	assert_int_equal(silence_look(&s, &stats, 1000), 0);
	stats.state = POLLER_POLLING;
	assert_int_equal(silence_look(&s, &stats, 1000 + HOUR), HOUR);
	stats.last_success_ms = 7;
	assert_int_equal(silence_look(&s, &stats, 1000 + 2 * HOUR), 0);
	assert_int_equal(silence_look(&s, &stats, 1000 + 3 * HOUR), HOUR);
}

static void
a_long_first_poll_that_brings_something_is_no_silence(void **state)
{
	struct silence s = {0};
	struct source_stats stats = {.state = POLLER_POLLING};

	(void)state;
	for (int i = 1; i < 9; i++) {
		stats.fetched++;
		assert_int_equal(silence_look(&s, &stats, i * HOUR), 0);
	}
}

static void
what_rests_is_not_silent(void **state)
{
	struct silence s = {0};
	struct source_stats stats = {.state = POLLER_PAUSED};

	(void)state;
	(void)silence_look(&s, &stats, 1);
	assert_int_equal(silence_look(&s, &stats, 9 * HOUR), 0);
	stats.state = POLLER_DISABLED;
	assert_int_equal(silence_look(&s, &stats, 19 * HOUR), 0);
	stats.state = POLLER_BACKING_OFF;
	assert_int_equal(silence_look(&s, &stats, 20 * HOUR), HOUR);
}

static void
an_hour_and_three_polls_are_the_limit(void **state)
{
	(void)state;
	assert_false(silence_is_trouble(HOUR, HOUR / 60));
	assert_true(silence_is_trouble(HOUR + 1, HOUR / 60));
	assert_false(silence_is_trouble(3 * HOUR, HOUR));
	assert_true(silence_is_trouble(3 * HOUR + 1, HOUR));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        one_that_was_never_reached_is_silent_from_its_start),
	    cmocka_unit_test(
	        a_long_first_poll_that_brings_something_is_no_silence),
	    cmocka_unit_test(what_rests_is_not_silent),
	    cmocka_unit_test(an_hour_and_three_polls_are_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
