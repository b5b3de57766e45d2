/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is listed and what is not: forwards, with holes, and as text.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "intake/spans.h"

/* 2026-01-01T00:00:00Z */
#define DAY_ZERO INT64_C(1767225600)
#define SECONDS 500

static void
is_written_as(const struct spans *spans, const char *want)
{
	struct spans again;
	struct buf out;

	buf_init(&out, 10000);
	spans_put(&out, spans);
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data, want);
	assert_int_equal(spans_parse(&again, text_of(out.data)), 0);
	assert_int_equal(again.count, spans->count);
	assert_int_equal(again.cursor_s, spans->cursor_s);
	assert_memory_equal(
	    again.holes, spans->holes, spans->count * sizeof(spans->holes[0]));
	buf_clear(&out);
}

static void
forwards_it_is_a_cursor(void **state)
{
	struct spans spans;

	(void)state;
	spans_init(&spans, DAY_ZERO);
	assert_true(spans_done(&spans, (struct span){DAY_ZERO, DAY_ZERO + 60}));
	assert_int_equal(spans_oldest_s(&spans), DAY_ZERO + 60);
	is_written_as(&spans, "2026-01-01T00:01:00Z");
}

static void
what_is_passed_is_a_hole_until_it_is_done(void **state)
{
	struct spans spans;

	(void)state;
	spans_init(&spans, DAY_ZERO);
	assert_true(
	    spans_done(&spans, (struct span){DAY_ZERO + 60, DAY_ZERO + 90}));
	assert_int_equal(spans_oldest_s(&spans), DAY_ZERO);
	is_written_as(&spans,
	    "2026-01-01T00:00:00Z/2026-01-01T00:01:00Z,2026-01-01T00:01:30Z");
	assert_true(
	    spans_done(&spans, (struct span){DAY_ZERO + 20, DAY_ZERO + 40}));
	is_written_as(&spans,
	    "2026-01-01T00:00:00Z/2026-01-01T00:00:20Z,"
	    "2026-01-01T00:00:40Z/2026-01-01T00:01:00Z,2026-01-01T00:01:30Z");
	assert_true(spans_done(&spans, (struct span){DAY_ZERO, DAY_ZERO + 60}));
	is_written_as(&spans, "2026-01-01T00:01:30Z");
}

/* Against a table of seconds. */
static void
any_order_comes_to_the_same(void **state)
{
	bool done[SECONDS] = {false};
	struct spans spans;
	struct rng rng;
	int64_t last = 0, open;

	(void)state;
	rng_init(&rng, 7);
	spans_init(&spans, DAY_ZERO);
	for (int turn = 0; turn < 2000; turn++) {
		int64_t from = (int64_t)rng_below(&rng, SECONDS);
		int64_t to = from + 1 + (int64_t)rng_below(&rng, 40);
		int64_t oldest = 0;

		if (to > SECONDS)
			to = SECONDS;
		if (!spans_done(
		        &spans, (struct span){DAY_ZERO + from, DAY_ZERO + to}))
			continue;
		memset(done + from, true, (size_t)(to - from));
		last = to > last ? to : last;
		while (oldest < last && done[oldest])
			oldest++;
		assert_int_equal(spans_oldest_s(&spans), DAY_ZERO + oldest);
		assert_int_equal(spans.cursor_s, DAY_ZERO + last);
		open = SECONDS;
		for (size_t i = 0; i < SECONDS; i++)
			open -= done[i];
		assert_int_equal(
		    spans_open_s(&spans, DAY_ZERO + SECONDS), open);
		for (size_t i = 0; i < spans.count; i++)
			for (int64_t s = spans.holes[i].from_s - DAY_ZERO;
			     s < spans.holes[i].to_s - DAY_ZERO; s++)
				assert_false(done[s]);
	}
}

static void
too_many_holes_are_refused_and_nothing_changes(void **state)
{
	struct spans spans, before;
	int64_t at = DAY_ZERO;

	(void)state;
	spans_init(&spans, DAY_ZERO);
	for (size_t i = 0; i < SPANS_MAX; i++, at += 20)
		assert_true(
		    spans_done(&spans, (struct span){at + 10, at + 20}));
	before = spans;
	assert_false(spans_done(&spans, (struct span){at + 10, at + 20}));
	assert_false(
	    spans_done(&spans, (struct span){DAY_ZERO + 4, DAY_ZERO + 6}));
	assert_memory_equal(&spans, &before, sizeof(spans));
	assert_true(spans_done(&spans, (struct span){DAY_ZERO, at}));
	assert_int_equal(spans.count, 0);
}

static void
other_texts_are_refused(void **state)
{
	static const char *const bad[] = {"", "-", "2026-01-01", ",",
	    "2026-01-01T00:00:00Z,",
	    "2026-01-01T00:00:00Z/,2026-01-02T00:00:00Z",
	    ("2026-01-02T00:00:00Z/2026-01-01T00:00:00Z,"
	     "2026-01-03T00:00:00Z"),
	    ("2026-01-01T00:00:00Z/2026-01-02T00:00:00Z,"
	     "2026-01-01T00:00:00Z"),
	    ("2026-01-01T00:00:00Z/2026-01-03T00:00:00Z,"
	     "2026-01-02T00:00:00Z/2026-01-04T00:00:00Z,"
	     "2026-01-05T00:00:00Z")};
	struct spans spans = {.count = 3};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(spans_parse(&spans, text_of(bad[i])), -1);
	assert_int_equal(spans.count, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forwards_it_is_a_cursor),
	    cmocka_unit_test(what_is_passed_is_a_hole_until_it_is_done),
	    cmocka_unit_test(any_order_comes_to_the_same),
	    cmocka_unit_test(too_many_holes_are_refused_and_nothing_changes),
	    cmocka_unit_test(other_texts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
