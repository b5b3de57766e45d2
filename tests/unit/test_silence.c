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
#include "intake/stream.h"

#define HOUR INT64_C(3600000)

static const struct stream threats = {.name = "threats"};
static const struct stream cases = {.name = "cases"};

static struct source_stats
source_of(enum poller_state first, enum poller_state second)
{
	return (struct source_stats){.stream_count = 2,
	    .streams = {{.stream = &threats, .state = first},
	        {.stream = &cases, .state = second}}};
}

/* Of the source of such a stream beside one that is well. */
static int64_t
look(struct silence *silence, struct source_stats *stats, int64_t now_ms)
{
	stats->streams[1].last_success_ms++;
	silence_look(silence, stats, now_ms);
	return silence->longest_ms;
}

static void
one_that_was_never_reached_is_silent_from_its_start(void **state)
{
	struct silence s = {0};
	struct source_stats stats = source_of(POLLER_BACKING_OFF, POLLER_OK);

	(void)state;
	assert_int_equal(look(&s, &stats, 1000), 0);
	stats.streams[0].state = POLLER_POLLING;
	assert_int_equal(look(&s, &stats, 1000 + HOUR), HOUR);
	assert_int_equal(s.longest, 0);
	stats.streams[0].last_success_ms = 7;
	assert_int_equal(look(&s, &stats, 1000 + 2 * HOUR), 0);
	assert_int_equal(look(&s, &stats, 1000 + 3 * HOUR), HOUR);
}

static void
a_long_first_poll_that_brings_something_is_no_silence(void **state)
{
	struct silence s = {0};
	struct source_stats stats = source_of(POLLER_POLLING, POLLER_OK);

	(void)state;
	for (int i = 1; i < 9; i++) {
		stats.streams[0].fetched++;
		assert_int_equal(look(&s, &stats, i * HOUR), 0);
	}
}

static void
what_rests_is_not_silent(void **state)
{
	struct silence s = {0};
	struct source_stats stats = source_of(POLLER_PAUSED, POLLER_OK);

	(void)state;
	(void)look(&s, &stats, 1);
	assert_int_equal(look(&s, &stats, 9 * HOUR), 0);
	stats.streams[0].state = POLLER_DISABLED;
	assert_int_equal(look(&s, &stats, 19 * HOUR), 0);
	stats.streams[0].state = POLLER_BACKING_OFF;
	assert_int_equal(look(&s, &stats, 20 * HOUR), HOUR);
	assert_int_equal(s.paused_ms, 0);
	stats.is_paused = true;
	assert_int_equal(look(&s, &stats, 21 * HOUR), 0);
	assert_int_equal(s.paused_ms, 0);
	assert_int_equal(look(&s, &stats, 23 * HOUR), 0);
	assert_int_equal(s.paused_ms, 2 * HOUR);
	stats.is_paused = false;
	(void)look(&s, &stats, 24 * HOUR);
	assert_int_equal(s.paused_ms, 0);
}

/* The first is what the source is there for. */
static void
a_stream_that_is_refused_is_silent_only_as_the_first(void **state)
{
	struct silence s = {0};
	struct source_stats stats = source_of(POLLER_DENIED, POLLER_OK);

	(void)state;
	(void)look(&s, &stats, 1);
	assert_int_equal(look(&s, &stats, 1 + HOUR), HOUR);
	stats = source_of(POLLER_OK, POLLER_UNLICENSED);
	for (int i = 2; i < 9; i++) {
		stats.streams[0].last_success_ms = i;
		silence_look(&s, &stats, i * HOUR);
		assert_int_equal(s.longest_ms, 0);
	}
	stats.streams[1].state = POLLER_BACKING_OFF;
	stats.streams[0].last_success_ms++;
	silence_look(&s, &stats, 9 * HOUR);
	assert_int_equal(s.longest_ms, HOUR);
	assert_int_equal(s.longest, 1);
}

static void
a_stream_that_took_the_place_of_another_begins_anew(void **state)
{
	struct silence s = {0};
	struct source_stats stats = source_of(POLLER_BACKING_OFF, POLLER_OK);

	(void)state;
	(void)look(&s, &stats, 1);
	stats.streams[0].stream = &cases;
	stats.streams[1].stream = &threats;
	assert_int_equal(look(&s, &stats, 1 + HOUR), 0);
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
	    cmocka_unit_test(
	        a_stream_that_is_refused_is_silent_only_as_the_first),
	    cmocka_unit_test(
	        a_stream_that_took_the_place_of_another_begins_anew),
	    cmocka_unit_test(an_hour_and_three_polls_are_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
