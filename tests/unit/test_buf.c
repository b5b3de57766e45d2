/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The buffer: it grows, it has a ceiling, and past it nothing changes. With it
 * what else hands out memory: the arena and mem.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

static void
it_grows_and_keeps_what_was_put(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1 << 20);
	for (i = 0; i < 100000; i++)
		assert_int_equal(buf_putc(&b, (char)i), 0);
	assert_int_equal(b.len, 100000);
	for (i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], (char)i);
	buf_clear(&b);
}

static void
the_ceiling_is_exact_and_nothing_changes_past_it(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_int_equal(buf_puts(&b, "12345678"), 0);
	assert_int_equal(buf_puts(&b, "9ab"), -1);
	assert_int_equal(b.len, 8);
	assert_true(b.overflow);
	assert_int_equal(buf_puts(&b, "9a"), 0);
	assert_true(b.overflow);
	assert_int_equal(buf_putc(&b, 'b'), -1);
	assert_int_equal(buf_printf(&b, "%d", 1), -1);
	assert_int_equal(buf_put_int(&b, 1), -1);
	assert_memory_equal(b.data, "123456789a", 10);
	buf_reset(&b);
	assert_false(b.overflow);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -1);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void
printf_of_any_length(void **state)
{
	struct buf b;
	size_t width;

	(void)state;
	buf_init(&b, 4096);
	for (width = 250; width < 260; width++) {
		buf_reset(&b);
		assert_int_equal(buf_printf(&b, "%*d", (int)width, 7), 0);
		assert_int_equal(b.len, width);
		assert_int_equal(b.data[width - 1], '7');
	}
	assert_int_equal(buf_printf(&b, "%*d", 4096, 7), -1);
	assert_int_equal(b.len, 259);
	buf_clear(&b);
}

static void
numbers_from_end_to_end(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 100);
	(void)buf_put_int(&b, INT64_MIN);
	(void)buf_putc(&b, ' ');
	(void)buf_put_int(&b, INT64_MAX);
	(void)buf_putc(&b, ' ');
	(void)buf_put_int(&b, 0);
	(void)buf_putc(&b, ' ');
	(void)buf_put_int(&b, -10);
	s = buf_take(&b);
	assert_string_equal(
	    s, "-9223372036854775808 9223372036854775807 0 -10");
	free(s);
	buf_clear(&b);
}

static void
consume_moves_the_rest_to_the_front(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	(void)buf_puts(&b, "abcdef");
	buf_consume(&b, 0);
	buf_consume(&b, 2);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "cdef", 4);
	buf_consume(&b, 4);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void
take_of_a_full_or_empty_buffer_is_terminated(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 3);
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	(void)buf_puts(&b, "abc");
	s = buf_take(&b);
	assert_string_equal(s, "abc");
	free(s);
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_puts(&b, "abc"), 0);
	buf_clear(&b);
	buf_clear(&b);
}

static void
arena_memory_is_aligned_and_apart(void **state)
{
	struct arena a;
	unsigned char *p[300];
	size_t round;
	size_t i;

	(void)state;
	arena_init(&a);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 300; i++) {
			p[i] = arena_alloc(&a, i * 7);
			assert_int_equal((uintptr_t)p[i] % 16, 0);
			memset(p[i], (int)i, i * 7);
		}
		for (i = 1; i < 300; i++) {
			assert_int_equal(p[i][0], (unsigned char)i);
			assert_int_equal(p[i][i * 7 - 1], (unsigned char)i);
		}
		memset(arena_alloc(&a, 1 << 20), 1, 1 << 20);
		arena_reset(&a);
	}
	arena_clear(&a);
	arena_reset(&a);
	arena_clear(&a);
}

static void
strings_of_mem(void **state)
{
	char *s = xasprintf("%s-%d", "a", 7);
	char *t = xstrndup(s, 2);

	(void)state;
	assert_string_equal(s, "a-7");
	assert_string_equal(t, "a-");
	mem_wipe(s, 2);
	assert_memory_equal(s,
	    "\0\0"
	    "7",
	    4);
	mem_wipe(NULL, 0);
	free(s);
	secret_free(t);
	secret_free(NULL);
	free(xmalloc(0));
	free(xcalloc(0, 8));
	free(xrealloc(NULL, 0, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_grows_and_keeps_what_was_put),
	    cmocka_unit_test(the_ceiling_is_exact_and_nothing_changes_past_it),
	    cmocka_unit_test(printf_of_any_length),
	    cmocka_unit_test(numbers_from_end_to_end),
	    cmocka_unit_test(consume_moves_the_rest_to_the_front),
	    cmocka_unit_test(take_of_a_full_or_empty_buffer_is_terminated),
	    cmocka_unit_test(arena_memory_is_aligned_and_apart),
	    cmocka_unit_test(strings_of_mem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
