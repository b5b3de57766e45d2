/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A large session is released a slice at a turn, and nothing comes between.
 * It is put in place by hand: to send one would take a long way.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "deliver/sender_parts.h"
#include "io/log.h"
#include "sender_kit.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define PROGRAM_LIMIT_S 120
/* 256 blocks, one transaction. */
#define SLICE 23552
#define CONFIRMED 45000
#define ALL 45100

/* All but the last hundred of what waits was confirmed. */
static void
start_confirmed(struct sender_kit *f)
{
	const struct receiver_plan plan = {
	    .folder = sender_kit_certs, .cert = "server"};

	sender_kit_start(f, &plan, 1);
	kit_fill(f->spool, f->queue, ALL, SENDER_KIT_RECORD_LEN);
	f->sender->release_to = CONFIRMED;
	sender_kick(f->sender);
	assert_int_equal(sender_kit_head(f), SLICE);
	assert_int_equal(sender_kit_stats(f).state, SENDER_CONFIRMING);
	assert_int_equal(f->released, 1);
}

static void
a_slice_at_a_turn_and_then_the_next_session(void **state)
{
	struct sender_kit *f = *state;

	start_confirmed(f);
	sender_kick(f->sender);
	assert_int_equal(sender_kit_head(f), SLICE);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->r[0].log->count, 1);
	assert_int_equal(
	    sender_kit_check(&f->r[0], 0, CONFIRMED, false), ALL - CONFIRMED);
	assert_int_equal(f->released, 3);
}

static void
a_stop_waits_for_the_last_slice(void **state)
{
	struct sender_kit *f = *state;

	start_confirmed(f);
	sender_stop(f->sender, sender_kit_on_stopped, f);
	assert_false(f->stopped);
	sender_kit_run_until(f, SENDER_KIT_STOPPED);
	assert_int_equal(sender_kit_head(f), CONFIRMED);
	assert_int_equal(f->r[0].log->count, 0);
}

/* What is confirmed stays in the queue, and comes again in the next life. */
static void
a_stop_ends_where_the_spool_fails(void **state)
{
	struct sender_kit *f = *state;

	start_confirmed(f);
	kit_break(f->spool, f->folder);
	sender_stop(f->sender, sender_kit_on_stopped, f);
	sender_kit_run_until(f, SENDER_KIT_STOPPED);
	kit_mend(f->spool, f->folder);
	assert_int_equal(sender_kit_head(f), SLICE);
}

static void
new_settings_wait_for_the_last_slice(void **state)
{
	struct sender_kit *f = *state;
	struct conf_destination other;

	start_confirmed(f);
	other = f->conf;
	sender_reconfigure(f->sender, &other, sender_tls_context(&other, NULL),
	    sender_kit_on_done, f);
	assert_int_equal(f->done, 0);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->done, 1);
	assert_int_equal(
	    sender_kit_check(&f->r[0], 0, CONFIRMED, false), ALL - CONFIRMED);
}

/* An older copy of the spool takes the place of the one that failed. */
static void
go_back_in_time(struct sender_kit *f, unsigned records, uint64_t to)
{
	char *file = kit_file(f->folder);
	char *copy = xasprintf("cp %s %s.old", file, file);
	char *back = xasprintf("mv %s.old %s", file, file);

	assert_int_equal(system(copy), 0);
	kit_fill(f->spool, f->queue, records, SENDER_KIT_RECORD_LEN);
	f->sender->release_to = to;
	if (to == 0) {
		sender_kick(f->sender);
		sender_kit_run_until(f, SENDER_KIT_CONFIRMING);
		receiver_await_gate(&f->r[0]);
	}
	assert_int_equal(system(back), 0);
	assert_int_equal(spool_recover(f->spool, NULL), 0);
	assert_int_equal(queue_next(f->queue), 100);
	kit_fill(f->spool, f->queue, records, SENDER_KIT_RECORD_LEN);
	free(file);
	free(copy);
	free(back);
}

/* The numbers are given out again, to records that nobody was sent. */
static void
what_was_confirmed_of_a_newer_spool_is_void(void **state)
{
	const struct receiver_plan plan = {.folder = NULL};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	kit_fill(f->spool, f->queue, 100, SENDER_KIT_RECORD_LEN);
	f->sender->session.sent_before = 200;
	go_back_in_time(f, 100, 150);
	sender_kick(f->sender);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), 200);
	assert_int_equal(sender_kit_stats(f).resent, 0);
}

static void
a_session_of_a_newer_spool_releases_nothing(void **state)
{
	const struct receiver_plan plan = {.deeds = {RECEIVER_GATE}};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	kit_fill(f->spool, f->queue, 100, SENDER_KIT_RECORD_LEN);
	go_back_in_time(f, 100, 0);
	receiver_open_gate(&f->r[0]);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->r[0].log->count, 2);
	assert_int_equal(sender_kit_check(&f->r[0], 1, 0, false), 200);
}

/* The usual failure: what was confirmed before it is not sent again. */
static void
what_was_confirmed_is_released_once_the_spool_is_well(void **state)
{
	const struct receiver_plan plan = {.folder = NULL};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	kit_fill(f->spool, f->queue, 200, SENDER_KIT_RECORD_LEN);
	f->sender->release_to = 150;
	kit_break(f->spool, f->folder);
	sender_kick(f->sender);
	assert_int_equal(sender_kit_stats(f).state, SENDER_BACKING_OFF);
	kit_mend(f->spool, f->folder);
	sender_kick(f->sender);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 150, false), 50);
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, sender_kit_setup, sender_kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_slice_at_a_turn_and_then_the_next_session),
	    TEST(a_stop_waits_for_the_last_slice),
	    TEST(a_stop_ends_where_the_spool_fails),
	    TEST(new_settings_wait_for_the_last_slice),
	    TEST(what_was_confirmed_of_a_newer_spool_is_void),
	    TEST(a_session_of_a_newer_spool_releases_nothing),
	    TEST(what_was_confirmed_is_released_once_the_spool_is_well),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	log_init(LOG_FORMAT_PLAIN, true);
	return cmocka_run_group_tests(
	    tests, sender_kit_begin, sender_kit_finish);
}
