/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of delivery, against receivers in child processes: nothing
 * leaves the queue before the peer has ended after us, and what is sent again
 * is the same octet for octet.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/log.h"
#include "sender_kit.h"

#define PROGRAM_LIMIT_S 240

static void
all_arrives_and_is_confirmed(void **state)
{
	const struct receiver_plan plan = {
	    .folder = sender_kit_certs, .cert = "server"};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 5000);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), 5000);
	assert_true(f->r[0].log->seen[0].clean);
	assert_int_equal(sender_kit_stats(f).confirmed, 5000);
	assert_int_equal(sender_kit_stats(f).resent, 0);
	assert_int_equal(sender_kit_stats(f).sessions, 1);
	assert_string_equal(sender_kit_stats(f).confirm_level, "close-notify");
	assert_string_equal(sender_kit_stats(f).last_error, "");
	assert_string_equal(sender_kit_stats(f).server, f->r[0].server);
	assert_true(sender_kit_stats(f).certificate_expires_ms > 0);
	assert_true(sender_kit_stats(f).last_confirmed_ms > 0);
	assert_int_equal(sender_kit_stats(f).state, SENDER_IDLE);
	assert_int_equal(f->released, 1);
}

static void
tcp_is_confirmed_by_the_end(void **state)
{
	const struct receiver_plan plan = {.folder = NULL};
	struct sender_kit *f = *state;

	f->conf.framing = FRAMING_LF;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 5000);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, true), 5000);
	assert_string_equal(sender_kit_stats(f).confirm_level, "eof");
}

static void
an_end_without_close_notify_is_the_weaker_level(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_EOF, RECEIVER_EOF, RECEIVER_EOF}};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_true(sender_kit_stats(f).held);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).confirm_level, "eof");
	assert_false(sender_kit_stats(f).held);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_stats(f).resent, 10);
}

/* It may have died with the record in hand, as often as it likes. */
static void
one_that_gave_close_notify_is_held_to_it(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {
	        RECEIVER_ANSWER, RECEIVER_RESET, RECEIVER_EOF, RECEIVER_EOF}};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	/* In short sessions by now, from the first that was in doubt on. */
	assert_true(sender_kit_check(&f->r[0], 4, 10, false) > 0);
	assert_string_equal(sender_kit_stats(f).confirm_level, "close-notify");
}

static void
caps_make_sessions(void **state)
{
	const struct receiver_plan plan = {
	    .folder = sender_kit_certs, .cert = "server"};
	struct sender_kit *f = *state;

	f->conf.session_records = 300;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 1000);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_stats(f).sessions, 4);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), 300);
	assert_int_equal(sender_kit_check(&f->r[0], 1, 300, false), 300);
	assert_int_equal(sender_kit_check(&f->r[0], 2, 600, false), 300);
	assert_int_equal(sender_kit_check(&f->r[0], 3, 900, false), 100);
	assert_true(f->r[0].log->seen[3].resumed);
}

static void
a_peer_that_talks_and_reads_slowly_gets_all(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .slow = true,
	    .deeds = {RECEIVER_TALK}};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 8000);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), 8000);
	assert_true(f->r[0].log->seen[0].clean);
	assert_string_equal(sender_kit_stats(f).confirm_level, "close-notify");
}

static void
expect_unconfirmed(
    struct sender_kit *f, const struct receiver_plan *plan, unsigned records)
{
	sender_kit_start(f, plan, 1);
	sender_kit_send(f, records);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_int_equal(f->released, 0);
	assert_int_equal(sender_kit_stats(f).confirmed, 0);
	assert_string_not_equal(sender_kit_stats(f).last_error, "");
}

/* The whole session again, byte for byte. */
static void
expect_sent_again(struct sender_kit *f, unsigned records)
{
	const struct receiver_seen *seen = f->r[0].log->seen;
	const char *data = f->r[0].log->data;

	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_stats(f).confirmed, records);
	assert_true(sender_kit_stats(f).resent > 0);
	assert_true(sender_kit_stats(f).resent <= records);
	assert_string_equal(sender_kit_stats(f).last_error, "");
	assert_int_equal(sender_kit_check(&f->r[0], 1, 0, false), records);
	assert_memory_equal(data, data + seen[1].start, seen[0].len);
}

static void
a_reset_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .octets = 500000,
	    .deeds = {RECEIVER_RESET, RECEIVER_ANSWER}};

	expect_unconfirmed(*state, &plan, 4000);
	expect_sent_again(*state, 4000);
}

static void
a_tcp_reset_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {
	    .octets = 500000, .deeds = {RECEIVER_RESET, RECEIVER_ANSWER}};

	expect_unconfirmed(*state, &plan, 4000);
	expect_sent_again(*state, 4000);
}

static void
an_early_close_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .octets = 500000,
	    .deeds = {RECEIVER_CLOSE, RECEIVER_ANSWER}};

	expect_unconfirmed(*state, &plan, 4000);
	expect_sent_again(*state, 4000);
}

/* It says goodbye at once but reads on, so no reset ever comes. */
static void
a_goodbye_before_ours_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_HALF, RECEIVER_ANSWER}};
	struct sender_kit *f = *state;

	expect_unconfirmed(f, &plan, 20000);
	receiver_await_gate(&f->r[0]);
	receiver_open_gate(&f->r[0]);
	expect_sent_again(f, 20000);
}

/* All is written and acknowledged, but the reader dies with it unread. */
static void
a_reset_after_our_end_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .octets = 1,
	    .deeds = {RECEIVER_STUCK, RECEIVER_ANSWER}};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 200);
	sender_kit_run_until(f, SENDER_KIT_CONFIRMING);
	sender_kit_run_until(f, SENDER_KIT_ARRIVED);
	(void)kill(f->r[0].pid, SIGKILL);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_non_null(strstr(sender_kit_stats(f).last_error, "reset"));
	assert_string_equal(sender_kit_stats(f).confirm_level, "none");
}

static void
silence_is_the_kernels_word(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_SILENT}};
	struct sender_kit *f = *state;

	f->conf.confirm_timeout_ms = 300;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).confirm_level, "kernel");
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), 100);
}

static void
silence_is_nothing_when_a_close_is_asked_for(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_SILENT}};
	struct sender_kit *f = *state;

	f->conf.confirm_timeout_ms = 300;
	f->conf.confirm = CONFIRM_CLOSE;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_non_null(
	    strstr(sender_kit_stats(f).last_error, "confirm-timeout"));
}

static void
a_peer_that_stops_reading_is_given_up(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_STUCK}};
	struct sender_kit *f = *state;

	f->conf.write_timeout_ms = 400;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 20000);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
}

/* Twice all of it, and then sessions that get through. */
static void
what_breaks_off_long_sessions_gets_short_ones(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .octets = 500000,
	    .deeds = {RECEIVER_LIMIT, RECEIVER_LIMIT, RECEIVER_LIMIT,
	        RECEIVER_LIMIT, RECEIVER_LIMIT, RECEIVER_LIMIT}};
	struct sender_kit *f = *state;
	uint64_t third;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 1300);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_stats(f).confirmed, 1300);
	third = sender_kit_check(&f->r[0], 2, 0, false);
	assert_in_range(third, 100, 650);
	assert_int_equal(sender_kit_check(&f->r[0], 3, third, false), third);
}

static void
a_missing_client_certificate_loses_nothing(void **state)
{
	static const int versions[] = {0x0303, 0x0304};
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .demand = true,
	        .max_version = versions[0]},
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .demand = true,
	        .max_version = versions[1]},
	};

	sender_kit_start(f, plans, 2);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_true(f->r[0].log->count > 0);
	assert_true(f->r[1].log->count > 0);
	assert_non_null(strstr(sender_kit_stats(f).last_error,
	    "the server requires a client certificate"));
	assert_non_null(strstr(sender_kit_stats(f).last_error, f->r[1].server));
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, sender_kit_setup, sender_kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(all_arrives_and_is_confirmed),
	    TEST(tcp_is_confirmed_by_the_end),
	    TEST(an_end_without_close_notify_is_the_weaker_level),
	    TEST(one_that_gave_close_notify_is_held_to_it),
	    TEST(caps_make_sessions),
	    TEST(a_peer_that_talks_and_reads_slowly_gets_all),
	    TEST(a_reset_confirms_nothing),
	    TEST(a_tcp_reset_confirms_nothing),
	    TEST(an_early_close_confirms_nothing),
	    TEST(a_goodbye_before_ours_confirms_nothing),
	    TEST(a_reset_after_our_end_confirms_nothing),
	    TEST(silence_is_the_kernels_word),
	    TEST(silence_is_nothing_when_a_close_is_asked_for),
	    TEST(a_peer_that_stops_reading_is_given_up),
	    TEST(what_breaks_off_long_sessions_gets_short_ones),
	    TEST(a_missing_client_certificate_loses_nothing),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	log_init(LOG_FORMAT_PLAIN, true);
	return cmocka_run_group_tests(
	    tests, sender_kit_begin, sender_kit_finish);
}
