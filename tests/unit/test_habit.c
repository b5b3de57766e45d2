/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An end without close_notify is a dead process, until the server has shown
 * that it ends like that.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deliver/habit.h"

static enum habit_verdict
end(struct habit *habit, enum session_level level, int64_t now_ms)
{
	return habit_judge(habit, level, true, CONFIRM_AUTO, now_ms);
}

static void
the_first_end_without_it_is_held_once(void **state)
{
	struct habit habit = {.server = NULL};

	(void)state;
	assert_int_equal(end(&habit, SESSION_EOF, 0), HABIT_HOLD);
	assert_int_equal(end(&habit, SESSION_EOF, 1), HABIT_TAKE_LEARNED);
	habit_broken(&habit);
	assert_int_equal(end(&habit, SESSION_EOF, 2), HABIT_TAKE);
}

static void
what_was_given_is_asked_for_after_any_break(void **state)
{
	struct habit habit = {.server = NULL};

	(void)state;
	assert_int_equal(end(&habit, SESSION_CLOSE_NOTIFY, 0), HABIT_TAKE);
	for (int64_t ms = 0; ms < 290000; ms += 1000) {
		habit_broken(&habit);
		assert_int_equal(end(&habit, SESSION_EOF, ms), HABIT_HOLD);
		assert_int_equal(end(&habit, SESSION_EOF, ms), HABIT_HOLD);
	}
	assert_int_equal(end(&habit, SESSION_CLOSE_NOTIFY, 1), HABIT_TAKE);
	habit_broken(&habit);
	assert_int_equal(end(&habit, SESSION_EOF, 400000), HABIT_HOLD);
}

/* Behind a balancer with a server that is dead. */
static void
it_is_learned_although_sessions_break_in_between(void **state)
{
	struct habit fresh = {.server = NULL}, habit = {.end = HABIT_SAYS};

	(void)state;
	for (int64_t ms = 0; ms < 3; ms++) {
		assert_int_equal(end(&fresh, SESSION_EOF, ms), HABIT_HOLD);
		habit_broken(&fresh);
	}
	assert_int_equal(end(&fresh, SESSION_EOF, 3), HABIT_TAKE_LEARNED);
	for (int64_t ms = 0; ms < 300000; ms += 10000) {
		assert_int_equal(end(&habit, SESSION_EOF, ms), HABIT_HOLD);
		habit_broken(&habit);
	}
	assert_int_equal(end(&habit, SESSION_EOF, 300000), HABIT_TAKE_LEARNED);
}

static void
it_is_unlearned_by_many_ends_over_a_time(void **state)
{
	struct habit habit = {.server = NULL};

	(void)state;
	assert_int_equal(end(&habit, SESSION_CLOSE_NOTIFY, 0), HABIT_TAKE);
	for (int64_t ms = 1; ms < 29000; ms += 1000)
		assert_int_equal(end(&habit, SESSION_EOF, ms), HABIT_HOLD);
	assert_int_equal(end(&habit, SESSION_EOF, 30001), HABIT_TAKE_LEARNED);
	assert_int_equal(end(&habit, SESSION_EOF, 30002), HABIT_TAKE);
	assert_int_equal(end(&habit, SESSION_CLOSE_NOTIFY, 30003), HABIT_TAKE);
	assert_int_equal(end(&habit, SESSION_EOF, 30004), HABIT_HOLD);
	assert_int_equal(end(&habit, SESSION_EOF, 90000), HABIT_HOLD);
	assert_int_equal(end(&habit, SESSION_EOF, 90000), HABIT_TAKE_LEARNED);
}

static void
confirm_close_holds_it_for_good(void **state)
{
	struct habit habit = {.end = HABIT_SAYS};

	(void)state;
	for (int64_t ms = 0; ms < 1000000; ms += 10000)
		assert_int_equal(
		    habit_judge(&habit, SESSION_EOF, true, CONFIRM_CLOSE, ms),
		    HABIT_HOLD);
}

static void
without_tls_there_is_none_to_give(void **state)
{
	struct habit habit = {.server = NULL};

	(void)state;
	assert_int_equal(
	    habit_judge(&habit, SESSION_EOF, false, CONFIRM_AUTO, 0),
	    HABIT_TAKE);
	assert_int_equal(end(&habit, SESSION_KERNEL, 1), HABIT_HOLD_OPEN);
	assert_int_equal(end(&habit, SESSION_RELP, 2), HABIT_TAKE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_end_without_it_is_held_once),
	    cmocka_unit_test(what_was_given_is_asked_for_after_any_break),
	    cmocka_unit_test(it_is_unlearned_by_many_ends_over_a_time),
	    cmocka_unit_test(it_is_learned_although_sessions_break_in_between),
	    cmocka_unit_test(confirm_close_holds_it_for_good),
	    cmocka_unit_test(without_tls_there_is_none_to_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
