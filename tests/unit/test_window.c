/* SPDX-License-Identifier: Apache-2.0 */
/* Windows: no second skipped, none counted twice, time walked forward. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake/window.h"

/* Pop everything; the seconds must follow each other without a gap. */
static void
expect_walk(struct windows *w, int64_t from, int64_t to)
{
	struct window window;

	while (windows_pop(w, &window)) {
		assert_int_equal(window.from_s, from);
		assert_true(window.to_s > window.from_s);
		from = window.to_s;
	}
	assert_int_equal(from, to);
	windows_clear(w);
}

static void
steps_cover_the_span_in_order(void **state)
{
	struct windows w = {0};

	(void)state;
	windows_push_steps(&w, WINDOW_NEW, 1000, 1000 + 250, 100);
	assert_int_equal(w.count, 3);
	expect_walk(&w, 1000, 1250);
	windows_push_steps(&w, WINDOW_NEW, 1000, 1200, 100);
	assert_int_equal(w.count, 2);
	expect_walk(&w, 1000, 1200);
}

static void
an_empty_span_gives_nothing(void **state)
{
	struct windows w = {0};

	(void)state;
	windows_push_steps(&w, WINDOW_LATE, 5, 5, 10);
	windows_push_steps(&w, WINDOW_LATE, 6, 5, 10);
	assert_int_equal(w.count, 0);
}

static void
halves_meet_and_the_earlier_comes_first(void **state)
{
	struct windows w = {0};
	struct window window = {WINDOW_CHANGED, 10, 21};

	(void)state;
	assert_true(windows_split(&w, window));
	assert_int_equal(w.items[1].from_s, 10);
	assert_int_equal(w.items[1].kind, WINDOW_CHANGED);
	expect_walk(&w, 10, 21);
}

static void
one_second_cannot_be_split(void **state)
{
	struct windows w = {0};

	(void)state;
	assert_false(windows_split(&w, (struct window){WINDOW_NEW, 10, 11}));
	assert_int_equal(w.count, 0);
}

static void
splitting_to_the_end_visits_each_second_once(void **state)
{
	struct windows w = {0};
	struct window window;
	int64_t next = 0;

	(void)state;
	windows_push(&w, (struct window){WINDOW_NEW, 0, 1000});
	while (windows_pop(&w, &window)) {
		if (windows_split(&w, window))
			continue;
		assert_int_equal(window.from_s, next);
		next = window.to_s;
	}
	assert_int_equal(next, 1000);
	windows_clear(&w);
}

static void
a_part_is_within_the_whole_and_no_other_kind_is(void **state)
{
	const struct window whole = {WINDOW_NEW, 10, 20};
	const struct window part = {WINDOW_NEW, 15, 20};
	const struct window other = {WINDOW_CHANGED, 15, 20};
	const struct window beyond = {WINDOW_NEW, 15, 21};
	const struct window none = {WINDOW_NEW, 0, 0};

	(void)state;
	assert_true(window_is_within(&whole, &whole));
	assert_true(window_is_within(&part, &whole));
	assert_false(window_is_within(&whole, &part));
	assert_false(window_is_within(&other, &whole));
	assert_false(window_is_within(&beyond, &whole));
	assert_false(window_is_within(&part, &none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps_cover_the_span_in_order),
	    cmocka_unit_test(an_empty_span_gives_nothing),
	    cmocka_unit_test(halves_meet_and_the_earlier_comes_first),
	    cmocka_unit_test(one_second_cannot_be_split),
	    cmocka_unit_test(a_part_is_within_the_whole_and_no_other_kind_is),
	    cmocka_unit_test(splitting_to_the_end_visits_each_second_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
