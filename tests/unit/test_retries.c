/* SPDX-License-Identifier: Apache-2.0 */
/* What failed is tried again, later each time, over restarts, and not for ever. */
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
#include "intake/retries.h"
#include "spool/batch.h"
#include "spool/spool.h"

struct fixture {
	char folder[64];
	struct spool *spool;
	struct batch *batch;
	struct retries *retries;
};

static void
commit(struct fixture *f)
{
	struct err err;

	if (spool_commit(f->spool, f->batch, &err) == -1)
		fail_msg("%s", err.text);
	batch_reset(f->batch);
}

static void
it_waits_longer_each_time(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000), wait = 1000;
	struct text id;

	for (int i = 0; i < 10; i++, wait *= 2) {
		assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now));
		assert_true(retries_has(f->retries, TEXT("a")));
		assert_false(retries_due(f->retries, now + wait - 1, 0, &id));
		assert_true(retries_due(f->retries, now + wait, 0, &id));
		assert_true(text_eq(id, TEXT("a")));
		assert_false(retries_due(f->retries, now + wait, 1, &id));
		now += wait;
	}
}

static void
it_survives_a_restart(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000);
	struct retries *again = retries_new("acme/threats", 1000);
	struct retries *other = retries_new("acme/cases", 1000);
	struct err err;

	assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now));
	assert_true(retries_fail(f->retries, f->batch, TEXT("b"), now));
	retries_done(f->retries, f->batch, TEXT("b"));
	commit(f);
	assert_int_equal(retries_load(again, f->spool, &err), 0);
	assert_int_equal(retries_count(again), 1);
	assert_true(retries_has(again, TEXT("a")));
	assert_int_equal(retries_load(other, f->spool, &err), 0);
	assert_int_equal(retries_count(other), 0);
	retries_done(again, f->batch, TEXT("a"));
	commit(f);
	assert_int_equal(retries_load(f->retries, f->spool, &err), 0);
	assert_int_equal(retries_count(f->retries), 0);
	retries_free(again);
	retries_free(other);
}

static void
it_is_given_up_after_days(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000);

	for (int i = 1; i < RETRY_GIVE_UP_MIN; i++)
		assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now));
	assert_true(retries_fail(
	    f->retries, f->batch, TEXT("a"), now + RETRY_GIVE_UP_MS - 1));
	assert_false(retries_fail(
	    f->retries, f->batch, TEXT("a"), now + RETRY_GIVE_UP_MS));
	assert_false(retries_has(f->retries, TEXT("a")));
}

/* Days ahead for some seconds, and right again. */
static void
a_clock_that_jumps_gives_nothing_up(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000);
	struct text id;

	assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now));
	assert_true(retries_fail(
	    f->retries, f->batch, TEXT("a"), now + RETRY_GIVE_UP_MS + 1));
	assert_true(retries_due(f->retries, now + 1, 0, &id));
	assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now + 1));
	assert_false(retries_due(f->retries, now + 1, 0, &id));
}

static void
a_clock_set_back_does_not_put_it_off(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000);
	struct text id;

	assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now));
	assert_true(retries_due(
	    f->retries, now - INT64_C(30) * 24 * 3600 * 1000, 0, &id));
}

/* Who has its turn for all others; age alone gives none of them up. */
static void
what_is_due_fails_together(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000);
	int64_t later = now + RETRY_GIVE_UP_MS;
	struct text id;

	assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now));
	assert_true(retries_fail(f->retries, f->batch, TEXT("b"), now));
	assert_true(retries_fail(f->retries, f->batch, TEXT("c"), later));
	for (int i = 2; i < RETRY_GIVE_UP_MIN; i++) {
		assert_int_equal(
		    retries_fail_due(f->retries, f->batch, later), 0);
		assert_false(retries_due(f->retries, later, 0, &id));
		later += RETRY_DELAY_MAX_MS;
	}
	assert_int_equal(retries_fail_due(f->retries, f->batch, later), 2);
	assert_int_equal(retries_count(f->retries), 1);
	assert_true(retries_has(f->retries, TEXT("c")));
	commit(f);
}

/* What is held came, and has not failed; nor does its wait count as failing. */
static void
what_fails_has_an_age(void **state)
{
	struct fixture *f = *state;
	int64_t now = INT64_C(1700000000000);
	struct retries *again = retries_new("acme/threats", 1000);
	struct err err;

	assert_int_equal(retries_failing_ms(f->retries, now), -1);
	retries_hold(f->retries, f->batch, TEXT("a"), now);
	assert_int_equal(retries_failing_ms(f->retries, now + 9000), -1);
	commit(f);
	assert_int_equal(retries_load(again, f->spool, &err), 0);
	assert_int_equal(retries_failing_ms(again, now + 9000), -1);
	/* A failure in between does not make it wait for longer. */
	assert_true(retries_fail(f->retries, f->batch, TEXT("a"), now + 9000));
	assert_int_equal(
	    retries_age_ms(f->retries, TEXT("a"), now + 9000), 9000);
	assert_int_equal(retries_failing_ms(f->retries, now + 9000), -1);
	assert_true(retries_fail(f->retries, f->batch, TEXT("b"), now + 9500));
	assert_int_equal(retries_failing_ms(f->retries, now + 9700), 200);
	assert_int_equal(retries_failing_ms(f->retries, now), 0);
	assert_true(retries_done(f->retries, f->batch, TEXT("b")));
	assert_int_equal(retries_failing_ms(f->retries, now + 9800), -1);
	assert_int_equal(
	    retries_failing_ms(f->retries,
	        now + RETRY_UNSETTLED_MS + RETRY_HOLD_MAX_MS + 1000),
	    1000);
	commit(f);
	retries_free(again);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err err;

	memcpy(f->folder, "/tmp/cefd-retries-XXXXXX", 25);
	assert_non_null(mkdtemp(f->folder));
	if (spool_open(&f->spool, f->folder, 64 << 20, &err) == -1)
		fail_msg("%s", err.text);
	f->batch = batch_new();
	f->retries = retries_new("acme/threats", 1000);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	retries_free(f->retries);
	batch_free(f->batch);
	spool_close(f->spool);
	(void)snprintf(command, sizeof(command), "rm -r %s", f->folder);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        it_waits_longer_each_time, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        it_survives_a_restart, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        it_is_given_up_after_days, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        a_clock_that_jumps_gives_nothing_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        a_clock_set_back_does_not_put_it_off, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        what_is_due_fails_together, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        what_fails_has_an_age, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
