/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting longer after each failure, never longer than the ceiling, and not in
 * step with others.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/backoff.h"
#include "base/rng.h"

static void
steps_double_up_to_the_ceiling(void **state)
{
	struct backoff b;
	struct rng rng;
	int64_t step = 1000;
	int i;

	(void)state;
	rng_init(&rng, 7);
	backoff_init(&b, 1000, 60000);
	for (i = 0; i < 100; i++) {
		int64_t wait = backoff_fail(&b, &rng);

		assert_in_range(wait, step / 2, step);
		step = step * 2 < 60000 ? step * 2 : 60000;
	}
	assert_int_equal(b.failures, 100);
	backoff_reset(&b);
	assert_in_range(backoff_fail(&b, &rng), 500, 1000);
}

static void
odd_settings_do_no_harm(void **state)
{
	struct backoff b;
	struct rng rng;
	int i;

	(void)state;
	rng_init(&rng, 0);
	backoff_init(&b, 0, 0);
	assert_int_equal(backoff_fail(&b, &rng), 0);
	backoff_init(&b, 5000, 1000);
	assert_in_range(backoff_fail(&b, &rng), 2500, 5000);
	assert_in_range(backoff_fail(&b, &rng), 2500, 5000);
	backoff_init(&b, 1, INT64_MAX);
	for (i = 0; i < 1000; i++)
		assert_true(backoff_fail(&b, &rng) >= 0);
	b.failures = UINT32_MAX;
	assert_true(backoff_fail(&b, &rng) >= INT64_MAX / 2);
	assert_true(b.failures == UINT32_MAX);
}

static void
two_of_a_fleet_differ(void **state)
{
	struct backoff b;
	struct rng one;
	struct rng two;
	int same = 0;
	int i;

	(void)state;
	rng_init(&one, 1);
	rng_init(&two, 2);
	for (i = 0; i < 100; i++) {
		backoff_init(&b, 60000, 60000);
		same += backoff_fail(&b, &one) == backoff_fail(&b, &two);
	}
	assert_in_range(same, 0, 3);
}

static void
numbers_are_even_and_stay_below_the_bound(void **state)
{
	int seen[10] = {0};
	struct rng rng;
	int i;

	(void)state;
	rng_init(&rng, 3);
	assert_int_equal(rng_below(&rng, 0), 0);
	assert_int_equal(rng_below(&rng, 1), 0);
	for (i = 0; i < 100000; i++)
		seen[rng_below(&rng, 10)]++;
	for (i = 0; i < 10; i++)
		assert_in_range(seen[i], 9500, 10500);
	for (i = 0; i < 1000; i++)
		assert_true(rng_below(&rng, UINT64_MAX) < UINT64_MAX);
}

static void
the_same_seed_gives_the_same_numbers(void **state)
{
	struct rng a;
	struct rng b;
	int i;

	(void)state;
	rng_init(&a, 99);
	rng_init(&b, 99);
	for (i = 0; i < 100; i++)
		assert_true(rng_next(&a) == rng_next(&b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps_double_up_to_the_ceiling),
	    cmocka_unit_test(odd_settings_do_no_harm),
	    cmocka_unit_test(two_of_a_fleet_differ),
	    cmocka_unit_test(numbers_are_even_and_stay_below_the_bound),
	    cmocka_unit_test(the_same_seed_gives_the_same_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
