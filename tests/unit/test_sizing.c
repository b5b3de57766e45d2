/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions are long enough for the way, and short enough to get through.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deliver/session.h"
#include "deliver/sizing.h"

#define OCTETS 700

/* A session that is as full as it may be. */
static struct session
full(const struct sizing *sizing)
{
	const struct session_caps caps = {
	    sizing->records, sizing->bytes, 30000};
	struct session s = {.next = 0};

	session_begin(&s, &caps, 0);
	s.records = sizing->bytes / OCTETS < sizing->records
	    ? sizing->bytes / OCTETS + 1
	    : sizing->records;
	s.bytes = s.records * OCTETS;
	return s;
}

/* Share of the time in which something is sent, once the size has settled. */
static double
busy(int64_t round_trip_ms, double records_per_ms)
{
	struct sizing sizing;
	double share = 0;

	sizing_init(&sizing);
	for (int i = 0; i < 40; i++) {
		struct session s = full(&sizing);
		double send_ms = (double)s.records / records_per_ms;
		double took_ms = send_ms + (double)round_trip_ms;

		sizing_good(&sizing, &s, 2 * round_trip_ms, (int64_t)took_ms);
		share = send_ms / (took_ms + 2 * (double)round_trip_ms);
	}
	return share;
}

static void
a_long_way_gets_long_sessions(void **state)
{
	(void)state;
	assert_true(busy(100, 50) > 0.9);
	assert_true(busy(100, 150) > 0.8);
	assert_true(busy(300, 50) > 0.8);
	assert_true(busy(300, 1) > 0.9);
}

static void
near_by_they_stay_as_usual(void **state)
{
	struct sizing sizing;
	struct session s;

	(void)state;
	sizing_init(&sizing);
	for (int i = 0; i < 10; i++) {
		s = full(&sizing);
		sizing_good(&sizing, &s, 2, 120);
	}
	assert_int_equal(sizing.records, SIZING_RECORDS);
	assert_int_equal(sizing.bytes, SIZING_BYTES);
}

static void
they_shrink_again_when_the_way_does(void **state)
{
	struct sizing sizing;
	struct session s;

	(void)state;
	sizing_init(&sizing);
	for (int i = 0; i < 10; i++) {
		s = full(&sizing);
		sizing_good(&sizing, &s, 500, 1000);
	}
	assert_int_equal(sizing.records, SIZING_RECORDS_MAX);
	assert_int_equal(sizing.bytes, SIZING_BYTES_MAX);
	for (int i = 0; i < 10; i++) {
		s = full(&sizing);
		sizing_good(&sizing, &s, 2, 1000);
	}
	assert_int_equal(sizing.records, SIZING_RECORDS);
	assert_int_equal(sizing.bytes, SIZING_BYTES);
}

static void
one_that_lacks_records_tells_nothing(void **state)
{
	struct sizing sizing;
	struct session s;

	(void)state;
	sizing_init(&sizing);
	s = full(&sizing);
	s.records = 10;
	s.bytes = 10 * OCTETS;
	sizing_good(&sizing, &s, 500, 510);
	assert_int_equal(sizing.records, SIZING_RECORDS);
}

/* Of what breaks off each session over `most` records: how many sessions
 * until one gets through, and how many of the next hundred do not. */
static void
what_breaks_off_long_ones_gets_short_ones(void **state)
{
	static const uint64_t mosts[] = {19999, 5000, 100, 1};

	(void)state;
	for (size_t i = 0; i < sizeof(mosts) / sizeof(mosts[0]); i++) {
		struct sizing sizing;
		unsigned tries = 0, broken = 0;
		struct session s;

		sizing_init(&sizing);
		for (s = full(&sizing); s.records > mosts[i]; tries++) {
			assert_true(tries < 20);
			sizing_bad(&sizing, &s);
			s = full(&sizing);
		}
		for (int k = 0; k < 100; k++) {
			s = full(&sizing);
			if (s.records > mosts[i]) {
				sizing_bad(&sizing, &s);
				broken++;
			} else {
				sizing_good(&sizing, &s, 2, 1000);
			}
		}
		assert_true(broken <= 6);
	}
}

static void
the_first_failure_changes_nothing(void **state)
{
	struct sizing sizing;
	struct session s;

	(void)state;
	sizing_init(&sizing);
	for (int i = 0; i < 10; i++) {
		s = full(&sizing);
		sizing_bad(&sizing, &s);
		assert_int_equal(sizing.records, SIZING_RECORDS);
		sizing_good(&sizing, &s, 2, 1000);
	}
}

static void
it_comes_back_to_the_usual(void **state)
{
	struct sizing sizing;
	struct session s;
	unsigned n;

	(void)state;
	sizing_init(&sizing);
	for (n = 0; n < 40; n++) {
		s = full(&sizing);
		sizing_bad(&sizing, &s);
	}
	assert_int_equal(sizing.records, 1);
	for (n = 0; sizing.records < SIZING_RECORDS; n++) {
		assert_true(n < 100);
		s = full(&sizing);
		sizing_good(&sizing, &s, 2, 1000);
	}
	assert_int_equal(sizing.records, SIZING_RECORDS);
	assert_true(sizing.bytes <= SIZING_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_long_way_gets_long_sessions),
	    cmocka_unit_test(near_by_they_stay_as_usual),
	    cmocka_unit_test(they_shrink_again_when_the_way_does),
	    cmocka_unit_test(one_that_lacks_records_tells_nothing),
	    cmocka_unit_test(what_breaks_off_long_ones_gets_short_ones),
	    cmocka_unit_test(the_first_failure_changes_nothing),
	    cmocka_unit_test(it_comes_back_to_the_usual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
