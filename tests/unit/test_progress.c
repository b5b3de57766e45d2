/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Estimates, on a clock of the test's own.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/progress.h"

#define IDLE 1000

static void
assert_view(const struct progress *p, uint64_t left, uint64_t thousandths,
    int64_t per_second_milli, int64_t ends_in_ms)
{
	struct progress_view view;

	progress_view(p, &view);
	assert_int_equal(view.left, left);
	assert_int_equal(view.thousandths, thousandths);
	/* Floating point may be a thousandth off. */
	assert_in_range(view.per_second_milli + 1000000,
	    per_second_milli + 999999, per_second_milli + 1000001);
	assert_in_range(view.ends_in_ms + 1, ends_in_ms, ends_in_ms + 2);
}

static void
a_steady_pace_is_known_at_the_second_look(void **state)
{
	struct progress p = {0};

	(void)state;
	progress_look(&p, 10000, IDLE, 5000);
	assert_view(&p, 10000, 0, 0, 0);
	progress_look(&p, 9000, IDLE, 7000);
	assert_view(&p, 9000, 100, 500000, 18000);
	/* Whatever the time between two looks is. */
	progress_look(&p, 4000, IDLE, 17000);
	assert_view(&p, 4000, 600, 500000, 8000);
}

static void
the_usual_is_no_progress(void **state)
{
	struct progress p = {0};

	(void)state;
	progress_look(&p, IDLE, IDLE, 5000);
	assert_view(&p, 0, 0, 0, 0);
	progress_look(&p, IDLE + 1, IDLE, 6000);
	assert_view(&p, IDLE + 1, 0, 0, 0);
	/* The end is seen at once, and what comes later begins anew. */
	progress_look(&p, IDLE, IDLE, 6001);
	assert_view(&p, 0, 0, 0, 0);
	progress_look(&p, 5000, IDLE, 6002);
	assert_view(&p, 5000, 0, 0, 0);
}

static void
looks_in_quick_succession_are_one(void **state)
{
	struct progress p = {0};

	(void)state;
	progress_look(&p, 10000, IDLE, 1000);
	progress_look(&p, 2000, IDLE, 1999);
	assert_view(&p, 10000, 0, 0, 0);
	progress_look(&p, 8000, IDLE, 2000);
	assert_view(&p, 8000, 200, 2000000, 4000);
}

static void
what_stands_still_or_grows_has_no_end(void **state)
{
	struct progress p = {0};
	struct progress_view view;

	(void)state;
	progress_look(&p, 10000, IDLE, 1000);
	progress_look(&p, 10000, IDLE, 11000);
	assert_view(&p, 10000, 0, 0, 0);
	progress_look(&p, 20000, IDLE, 21000);
	assert_true(p.per_second < 0);
	assert_int_equal(p.most, 20000);
	/* A stall forgets the pace that there was: not at once. */
	p = (struct progress){0};
	progress_look(&p, 100000, IDLE, 1000);
	progress_look(&p, 50000, IDLE, 11000);
	assert_view(&p, 50000, 500, 5000000, 10000);
	progress_look(&p, 50000, IDLE, 131000);
	assert_true(p.per_second / p.weight < 1600);
	progress_look(&p, 50000, IDLE, INT64_C(1000000000));
	progress_view(&p, &view);
	assert_in_range(view.per_second_milli, 0, 100);
}

static void
a_new_pace_is_taken_up_within_minutes(void **state)
{
	struct progress p = {0};
	struct progress_view view;
	int64_t now_ms = 0;
	uint64_t left = 1000000;

	(void)state;
	for (int i = 0; i < 300; i++, now_ms += 1000)
		progress_look(&p, left -= 100, IDLE, now_ms);
	for (int i = 0; i < 300; i++, now_ms += 1000)
		progress_look(&p, left -= 1000, IDLE, now_ms);
	progress_view(&p, &view);
	assert_in_range(view.per_second_milli, 980000, 1000000);
}

static void
what_ends_in_years_is_not_estimated(void **state)
{
	struct progress p = {0};

	(void)state;
	progress_look(&p, UINT64_C(1) << 40, IDLE, 0);
	progress_look(&p, (UINT64_C(1) << 40) - 1, IDLE, 1000);
	assert_view(&p, (UINT64_C(1) << 40) - 1, 0, 1000, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_steady_pace_is_known_at_the_second_look),
	    cmocka_unit_test(the_usual_is_no_progress),
	    cmocka_unit_test(looks_in_quick_succession_are_one),
	    cmocka_unit_test(what_stands_still_or_grows_has_no_end),
	    cmocka_unit_test(a_new_pace_is_taken_up_within_minutes),
	    cmocka_unit_test(what_ends_in_years_is_not_estimated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
