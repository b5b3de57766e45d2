/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request budget: whatever the caller does, no 60 seconds see more than the
 * budget; and who waits as long as told is let through.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bucket.h"
#include "base/rng.h"

#define MINUTE_MS 60000
#define TAKES_MAX 4000

/* Take as fast as allowed, with pauses of random length; when were they? */
static size_t
take_for_a_while(struct bucket *b, struct rng *rng, int64_t now, int64_t *times)
{
	size_t n = 0;

	while (n < TAKES_MAX) {
		int64_t wait = bucket_take(b, 0, now);

		if (wait == 0)
			times[n++] = now;
		else
			now += wait;
		if (rng_below(rng, 50) == 0)
			now += (int64_t)rng_below(rng, 90000);
	}
	return n;
}

static void
no_minute_sees_more_than_the_budget(void **state)
{
	static const unsigned budgets[] = {
	    1, 2, 3, 10, 59, 74, 75, 76, 100, 300, 1000};
	static int64_t times[TAKES_MAX];
	struct rng rng;
	size_t i;

	(void)state;
	rng_init(&rng, 1);
	for (i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
		struct bucket b;
		size_t first = 0;
		size_t n;
		size_t last;

		bucket_init(&b, budgets[i], 12345);
		n = take_for_a_while(&b, &rng, 12345, times);
		for (last = 0; last < n; last++) {
			while (times[last] - times[first] >= MINUTE_MS)
				first++;
			if (last - first + 1 > budgets[i])
				fail_msg("%zu in a minute, budget %u",
				    last - first + 1, budgets[i]);
		}
	}
}

static void
nearly_the_whole_budget_can_be_used(void **state)
{
	struct bucket b;
	int64_t now = 0;
	int taken = 0;

	(void)state;
	bucket_init(&b, 300, now);
	while (now < 10 * MINUTE_MS) {
		int64_t wait = bucket_take(&b, 0, now);

		if (wait == 0)
			taken++;
		now += wait;
	}
	assert_in_range(taken, 2900, 3000);
}

static void
who_waits_as_told_is_let_through(void **state)
{
	struct bucket b;
	int64_t now = 1000;
	int64_t wait;
	int i;

	(void)state;
	bucket_init(&b, 60, now); /* three at once */
	for (i = 0; i < 3; i++)
		assert_int_equal(bucket_take(&b, 0, now), 0);
	for (i = 0; i < 100; i++) {
		wait = bucket_take(&b, 0, now);
		assert_in_range(wait, 1, 1075);
		assert_true(bucket_take(&b, 0, now + wait - 2) > 0);
		now += wait;
		assert_int_equal(bucket_take(&b, 0, now), 0);
	}
}

static void
a_reserve_is_left_for_others(void **state)
{
	struct bucket b;

	(void)state;
	bucket_init(&b, 300, 0); /* four at once */
	assert_int_equal(bucket_take(&b, 2, 0), 0);
	assert_int_equal(bucket_take(&b, 2, 0), 0);
	assert_true(bucket_take(&b, 2, 0) > 0);
	assert_int_equal(bucket_take(&b, 0, 0), 0);
	assert_int_equal(bucket_take(&b, 0, 0), 0);
	assert_true(bucket_take(&b, 0, 0) > 0);
}

/* Otherwise it would wait for ever. */
static void
a_reserve_over_the_burst_is_cut_to_it(void **state)
{
	struct bucket b;

	(void)state;
	bucket_init(&b, 10, 0); /* one at once */
	assert_int_equal(bucket_take(&b, 1, 0), 0);
	assert_true(bucket_take(&b, 1, 0) > 0);
}

static void
a_small_budget_keeps_a_reserve_too(void **state)
{
	struct bucket b;

	(void)state;
	bucket_init(&b, 30, 0);
	assert_int_equal(bucket_take(&b, 2, 0), 0);
	assert_true(bucket_take(&b, 2, 0) > 0);
	assert_int_equal(bucket_take(&b, 0, 0), 0);
	assert_int_equal(bucket_take(&b, 0, 0), 0);
	assert_true(bucket_take(&b, 0, 0) > 0);
}

static void
no_limit_and_a_clock_that_stands_still(void **state)
{
	struct bucket b;
	int i;

	(void)state;
	bucket_init(&b, 0, 0);
	for (i = 0; i < 10000; i++)
		assert_int_equal(bucket_take(&b, 100, 0), 0);
	bucket_init(&b, 10, 1000);
	assert_int_equal(bucket_take(&b, 0, 1000), 0);
	assert_true(bucket_take(&b, 0, 0) > 0);
	assert_true(bucket_take(&b, 0, 1000) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_minute_sees_more_than_the_budget),
	    cmocka_unit_test(nearly_the_whole_budget_can_be_used),
	    cmocka_unit_test(who_waits_as_told_is_let_through),
	    cmocka_unit_test(a_reserve_is_left_for_others),
	    cmocka_unit_test(a_reserve_over_the_burst_is_cut_to_it),
	    cmocka_unit_test(a_small_budget_keeps_a_reserve_too),
	    cmocka_unit_test(no_limit_and_a_clock_that_stands_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
