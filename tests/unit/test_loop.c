/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits hold when a turn of the loop is long, as it is while a slow disk is
 * waited for; and what libevent says is said in our words.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/watch.h"

#define TURN_MS 120
#define LIMIT_MS 60

struct scene {
	struct loop *loop;
	struct timer *turn, *limit;
	struct watch *watch;
	int64_t set_ms, fired_ms;
	int pipe[2];
	int answered, expired;
};

static void
take_long(struct scene *s)
{
	int64_t until_ms = loop_now_ms(s->loop) + TURN_MS;

	while (loop_now_ms(s->loop) < until_ms)
		;
}

static void
on_turn(void *arg)
{
	struct scene *s = arg;

	take_long(s);
	s->set_ms = loop_now_ms(s->loop);
	timer_set(s->limit, LIMIT_MS);
}

static void
on_limit(void *arg)
{
	struct scene *s = arg;

	s->fired_ms = loop_now_ms(s->loop);
	s->expired++;
	loop_stop(s->loop);
}

static void
a_limit_that_is_set_late_in_a_turn_is_whole(void **state)
{
	struct scene s = {.loop = loop_new(NULL)};

	(void)state;
	s.turn = timer_new(s.loop, on_turn, &s);
	s.limit = timer_new(s.loop, on_limit, &s);
	timer_set(s.turn, 0);
	loop_run(s.loop);
	assert_true(s.fired_ms - s.set_ms >= LIMIT_MS);
	timer_free(s.turn);
	timer_free(s.limit);
	loop_free(s.loop);
}

static void
on_long_turn(void *arg)
{
	struct scene *s = arg;

	assert_int_equal(write(s->pipe[1], "x", 1), 1);
	take_long(s);
}

static void
on_answer(unsigned ready, void *arg)
{
	struct scene *s = arg;

	(void)ready;
	s->answered++;
	timer_cancel(s->limit);
	loop_stop(s->loop);
}

/* Both are due after the long turn: the answer came in time. */
static void
an_answer_that_came_in_time_is_heard_before_its_limit(void **state)
{
	struct scene s = {.loop = loop_new(NULL)};

	(void)state;
	assert_int_equal(pipe(s.pipe), 0);
	s.turn = timer_new(s.loop, on_long_turn, &s);
	s.limit = timer_new(s.loop, on_limit, &s);
	s.watch = watch_new(s.loop, s.pipe[0], on_answer, &s);
	watch_set(s.watch, WATCH_READ);
	timer_set(s.turn, 0);
	timer_set(s.limit, LIMIT_MS);
	loop_run(s.loop);
	assert_int_equal(s.answered, 1);
	assert_int_equal(s.expired, 0);
	watch_free(s.watch);
	timer_free(s.turn);
	timer_free(s.limit);
	loop_free(s.loop);
	(void)close(s.pipe[0]);
	(void)close(s.pipe[1]);
}

static void
run_within(void *arg)
{
	struct loop *loop = arg;

	loop_stop(loop);
	loop_run(loop);
}

/* Our fault here: a loop is run from inside of itself. */
static void
what_the_library_has_to_say_goes_into_the_log(void **state)
{
	struct loop *loop = loop_new(NULL);
	struct timer *timer = timer_new(loop, run_within, loop);
	FILE *file = tmpfile();
	int old = dup(STDERR_FILENO);
	char text[1000];
	size_t len;

	(void)state;
	assert_int_equal(dup2(fileno(file), STDERR_FILENO), STDERR_FILENO);
	log_init(LOG_FORMAT_JSON, false);
	timer_set(timer, 0);
	loop_run(loop);
	timer_free(timer);
	loop_free(loop);
	log_flush();
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	(void)close(old);
	rewind(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	assert_int_equal(text[0], '{');
	assert_non_null(strstr(text, "reentrant"));
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_limit_that_is_set_late_in_a_turn_is_whole),
	    cmocka_unit_test(
	        an_answer_that_came_in_time_is_heard_before_its_limit),
	    cmocka_unit_test(what_the_library_has_to_say_goes_into_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
