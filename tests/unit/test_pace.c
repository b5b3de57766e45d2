/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A long drain keeps to the rate, however long its sessions take; in no second
 * comes much more; and rest does not save up a burst.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deliver/pace.h"

/* Drain for `span_ms`, each session taking session_ms; how many went. */
static uint64_t
drain(struct pace *pace, unsigned rate, int64_t session_ms, int64_t span_ms)
{
	int64_t now_ms = 0;
	uint64_t sent = 0;

	while (now_ms < span_ms) {
		int64_t wait_ms = pace_wait(pace, rate, 1000000, now_ms);
		uint64_t part;

		if (wait_ms > 0) {
			now_ms += wait_ms;
			continue;
		}
		part = pace_lend(pace, rate, 20000, now_ms);
		now_ms += session_ms;
		pace_settle(pace, part);
		sent += part;
	}
	return sent;
}

static void
no_rate_is_no_limit(void **state)
{
	struct pace pace = {.resting = true};

	(void)state;
	assert_int_equal(pace_wait(&pace, 0, 1, 0), 0);
	assert_int_equal(pace_lend(&pace, 0, 20000, 0), 20000);
}

static void
a_drain_keeps_to_the_rate(void **state)
{
	static const unsigned rates[] = {1, 3, 10, 1000, 50000};
	static const int64_t sessions_ms[] = {0, 3, 450, 2000};

	(void)state;
	for (size_t r = 0; r < 5; r++)
		for (size_t s = 0; s < 4; s++) {
			struct pace pace = {.resting = true};
			uint64_t want = rates[r] * UINT64_C(100);
			uint64_t sent =
			    drain(&pace, rates[r], sessions_ms[s], 100000);
			uint64_t slack = want / 20 + 2;

			/* 20,000 in 2 s are the session's own limit. */
			if (rates[r] == 50000 && sessions_ms[s] >= 450)
				continue;
			assert_in_range(sent, want - slack, want + slack);
		}
}

static void
it_comes_in_small_parts(void **state)
{
	struct pace pace = {.resting = true};
	int64_t wait_ms;

	(void)state;
	wait_ms = pace_wait(&pace, 1000, 1000000, 0);
	assert_in_range(wait_ms, 190, 210);
	assert_int_equal(pace_wait(&pace, 1000, 1000000, wait_ms), 0);
	assert_in_range(pace_lend(&pace, 1000, 20000, wait_ms), 190, 210);
	/* A few alone do not wait for company. */
	pace = (struct pace){.resting = true};
	assert_in_range(pace_wait(&pace, 1000, 5, 0), 1, 10);
}

static void
rest_saves_nothing_up(void **state)
{
	struct pace pace = {.resting = true};

	(void)state;
	pace_rest(&pace);
	assert_int_equal(pace_wait(&pace, 100, 1000, 3600000), 0);
	assert_int_equal(pace_lend(&pace, 100, 20000, 3600000), 20);
}

static void
what_was_not_used_is_given_back(void **state)
{
	struct pace pace = {.resting = true};

	(void)state;
	assert_int_equal(pace_wait(&pace, 100, 1000, 1000), 0);
	assert_int_equal(pace_lend(&pace, 100, 20000, 1000), 20);
	pace_settle(&pace, 5);
	assert_int_equal(pace_lend(&pace, 100, 20000, 1000), 15);
	pace_settle(&pace, 15);
	/* One always may, or nothing would ever move. */
	assert_int_equal(pace_lend(&pace, 100, 20000, 1000), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_rate_is_no_limit),
	    cmocka_unit_test(a_drain_keeps_to_the_rate),
	    cmocka_unit_test(it_comes_in_small_parts),
	    cmocka_unit_test(rest_saves_nothing_up),
	    cmocka_unit_test(what_was_not_used_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
