/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on a session, for every combination of what can be known, and
 * the caps.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deliver/session.h"

static enum session_level
verdict(enum session_end end, bool finished, uint64_t unacknowledged,
    enum conf_confirm confirm)
{
	const struct session_facts facts = {
	    end, finished, unacknowledged, confirm};

	return session_verdict(&facts);
}

static const enum session_end ends[] = {SESSION_END_CLOSED, SESSION_END_EOF,
    SESSION_END_BROKEN, SESSION_END_SILENT};
static const enum conf_confirm confirms[] = {CONFIRM_AUTO, CONFIRM_CLOSE};

static void
an_end_before_ours_confirms_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 2; j++)
			for (uint64_t n = 0; n < 2; n++)
				assert_int_equal(
				    verdict(ends[i], false, n, confirms[j]),
				    SESSION_NONE);
}

static void
octets_under_way_confirm_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 2; j++) {
			assert_int_equal(verdict(ends[i], true, 1, confirms[j]),
			    SESSION_NONE);
			assert_int_equal(
			    verdict(ends[i], true, UINT64_MAX, confirms[j]),
			    SESSION_NONE);
		}
}

static void
an_answer_after_our_end_confirms(void **state)
{
	(void)state;
	for (size_t j = 0; j < 2; j++) {
		assert_int_equal(
		    verdict(SESSION_END_CLOSED, true, 0, confirms[j]),
		    SESSION_CLOSE_NOTIFY);
		assert_int_equal(verdict(SESSION_END_EOF, true, 0, confirms[j]),
		    SESSION_EOF);
	}
}

static void
a_broken_end_never_confirms(void **state)
{
	(void)state;
	for (size_t j = 0; j < 2; j++)
		assert_int_equal(
		    verdict(SESSION_END_BROKEN, true, 0, confirms[j]),
		    SESSION_NONE);
}

static void
silence_confirms_only_if_asked_to(void **state)
{
	(void)state;
	assert_int_equal(
	    verdict(SESSION_END_SILENT, true, 0, CONFIRM_AUTO), SESSION_KERNEL);
	assert_int_equal(
	    verdict(SESSION_END_SILENT, true, 0, CONFIRM_CLOSE), SESSION_NONE);
}

static void
levels_have_the_names_of_status(void **state)
{
	(void)state;
	assert_string_equal(session_level_str(SESSION_NONE), "none");
	assert_string_equal(session_level_str(SESSION_KERNEL), "kernel");
	assert_string_equal(session_level_str(SESSION_EOF), "eof");
	assert_string_equal(
	    session_level_str(SESSION_CLOSE_NOTIFY), "close-notify");
	assert_string_equal(session_level_str(SESSION_RELP), "relp");
	assert_string_equal(session_level_str(SESSION_FILE), "file");
}

static void
what_failed_counts_as_sent_again_the_next_time(void **state)
{
	const struct session_caps caps = {9, 900, 50};
	struct session s = {0};

	(void)state;
	session_begin(&s, &caps, 0);
	session_put(&s, 5, 10);
	session_fail(&s); /* nothing had gone out */
	session_begin(&s, &caps, 0);
	session_put(&s, 5, 10);
	session_put(&s, 6, 10);
	assert_int_equal(s.resent, 0);
	s.written = 20;
	session_confirm(&s, 6, 1);
	session_fail(&s);
	session_begin(&s, &caps, 0);
	assert_int_equal(s.confirmed_to, 0);
	assert_int_equal(s.confirmed, 0);
	session_put(&s, 6, 10);
	session_put(&s, 7, 10);
	assert_int_equal(s.resent, 1);
}

static void
each_cap_ends_a_session(void **state)
{
	const struct session_caps caps = {3, 100, 50};
	struct session s = {0};

	(void)state;
	session_begin(&s, &caps, 1000);
	session_put(&s, 7, 10);
	session_put(&s, 8, 10);
	assert_true(session_has_room(&s, 1049));
	assert_false(session_has_room(&s, 1050));
	session_put(&s, 9, 10);
	assert_false(session_has_room(&s, 1000));
	assert_int_equal(s.next, 10);

	session_begin(&s, &caps, 1000);
	session_put(&s, 7, 99);
	assert_true(session_has_room(&s, 1000));
	session_put(&s, 8, 1);
	assert_false(session_has_room(&s, 1000));
	assert_int_equal(s.bytes, 100);
}

/* Otherwise a large record, or a slow start, would stop delivery for good. */
static void
the_first_record_always_joins(void **state)
{
	const struct session_caps caps = {1, 1, 1};
	struct session s = {0};

	(void)state;
	session_begin(&s, &caps, 1000);
	assert_true(session_has_room(&s, 999999));
	session_put(&s, 0, 5000);
	assert_false(session_has_room(&s, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_end_before_ours_confirms_nothing),
	    cmocka_unit_test(octets_under_way_confirm_nothing),
	    cmocka_unit_test(an_answer_after_our_end_confirms),
	    cmocka_unit_test(a_broken_end_never_confirms),
	    cmocka_unit_test(silence_confirms_only_if_asked_to),
	    cmocka_unit_test(levels_have_the_names_of_status),
	    cmocka_unit_test(what_failed_counts_as_sent_again_the_next_time),
	    cmocka_unit_test(each_cap_ends_a_session),
	    cmocka_unit_test(the_first_record_always_joins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
