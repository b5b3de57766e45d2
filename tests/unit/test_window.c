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
a_gap_is_cut_out_of_its_kind_and_the_order_stays(void **state)
{
	struct windows w = {0};
	struct window window;

	(void)state;
	windows_push(&w, (struct window){WINDOW_NEW, 0, 100});
	windows_push_steps(&w, WINDOW_LATE, 0, 40, 10);
	windows_cut(&w, (struct window){WINDOW_LATE, 15, 17});
	windows_cut(&w, (struct window){WINDOW_LATE, 25, 38});
	windows_cut(&w, (struct window){WINDOW_LATE, 0, 1});
	for (size_t i = 0; i < 4; i++) {
		static const struct window left[] = {
		    {WINDOW_LATE, 1, 10},
		    {WINDOW_LATE, 10, 15},
		    {WINDOW_LATE, 17, 20},
		    {WINDOW_LATE, 20, 25},
		};

		assert_true(windows_pop(&w, &window));
		assert_int_equal(window.from_s, left[i].from_s);
		assert_int_equal(window.to_s, left[i].to_s);
	}
	windows_cut(&w, (struct window){WINDOW_LATE, 30, 50});
	assert_int_equal(w.count, 1);
	assert_int_equal(w.items[0].to_s, 100);
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
	    cmocka_unit_test(a_gap_is_cut_out_of_its_kind_and_the_order_stays),
	    cmocka_unit_test(a_part_is_within_the_whole_and_no_other_kind_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
