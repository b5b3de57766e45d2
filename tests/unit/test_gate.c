/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places are shared in the order of asking, and none is lost.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake/gate.h"

static void
count(void *arg)
{
	++*(int *)arg;
}

static void
who_waits_is_served_in_turn(void **state)
{
	struct gate *gate = gate_new(2);
	int woken[4] = {0};
	struct gate_waiter w[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		w[i] = (struct gate_waiter){.wake = count, .arg = &woken[i]};
	assert_true(gate_enter(gate, &w[0]));
	assert_true(gate_enter(gate, &w[0]));
	assert_false(gate_enter(gate, &w[1]));
	assert_false(gate_enter(gate, &w[2]));
	assert_false(gate_enter(gate, &w[1]));
	gate_leave(gate, false);
	assert_int_equal(woken[1], 1);
	assert_int_equal(woken[2], 0);
	/* The place is kept: nobody comes before who was woken. */
	assert_false(gate_enter(gate, &w[3]));
	assert_true(gate_enter(gate, &w[1]));
	gate_leave(gate, false);
	assert_int_equal(woken[2], 1);
	gate_free(gate);
}

static void
a_place_that_is_declined_goes_to_the_next(void **state)
{
	struct gate *gate = gate_new(1);
	int woken[3] = {0};
	struct gate_waiter w[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		w[i] = (struct gate_waiter){.wake = count, .arg = &woken[i]};
	assert_true(gate_enter(gate, &w[0]));
	assert_false(gate_enter(gate, &w[1]));
	assert_false(gate_enter(gate, &w[2]));
	gate_leave(gate, false);
	gate_decline(gate, &w[1]);
	assert_int_equal(woken[2], 1);
	gate_decline(gate, &w[2]);
	assert_true(gate_enter(gate, &w[0]));
	/* One who goes out of the line is not woken. */
	assert_false(gate_enter(gate, &w[1]));
	gate_decline(gate, &w[1]);
	gate_leave(gate, false);
	assert_int_equal(woken[1], 1);
	gate_free(gate);
}

static void
trouble_takes_a_fourth(void **state)
{
	struct gate *gate = gate_new(4);
	int woken[2] = {0};
	struct gate_waiter ill = {
	    .wake = count, .arg = &woken[0], .is_troubled = true};
	struct gate_waiter well = {.wake = count, .arg = &woken[1]};

	(void)state;
	assert_true(gate_enter(gate, &ill));
	assert_false(gate_enter(gate, &ill));
	for (int i = 0; i < 3; i++)
		assert_true(gate_enter(gate, &well));
	assert_false(gate_enter(gate, &well));
	/* A place of the well is not for the ill. */
	gate_leave(gate, false);
	assert_int_equal(woken[0], 0);
	assert_int_equal(woken[1], 1);
	gate_leave(gate, true);
	assert_int_equal(woken[0], 1);
	assert_true(gate_enter(gate, &ill));
	gate_decline(gate, &well);
	gate_free(gate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_waits_is_served_in_turn),
	    cmocka_unit_test(trouble_takes_a_fourth),
	    cmocka_unit_test(a_place_that_is_declined_goes_to_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
