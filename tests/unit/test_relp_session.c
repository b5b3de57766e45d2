/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions over RELP with a scripted server: what is acknowledged leaves the
 * queue, all else stays and is sent again as the same octets.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/log.h"
#include "relp_server.h"
#include "sender_kit.h"
#include "spool_kit.h"

#define PROGRAM_LIMIT_S 240

static struct relp_server server;
/* Its spool fails once replies to records have come. */
static struct sender_kit *break_at_reply;

/* Instead of the C library's. */
ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	ssize_t len = syscall(SYS_recvfrom, fd, data, size, flags, NULL, NULL);
	struct sender_kit *f = break_at_reply;

	if (f != NULL && len > 0 &&
	    sender_kit_stats(f).state == SENDER_SENDING) {
		break_at_reply = NULL;
		kit_break(f->spool, f->folder);
	}
	return len;
}

static void
begin(struct sender_kit *f, const struct relp_script *scripts, size_t count)
{
	const struct receiver_plan none = {.folder = NULL};

	relp_server_start(&server, scripts, count);
	sender_kit_start(f, &none, 0);
	f->servers[0] = server.server;
	f->conf.servers.count = 1;
	f->conf.transport = TRANSPORT_RELP;
}

static int
teardown(void **state)
{
	if (server.log != NULL) {
		assert_false(server.log->bad);
		assert_false(server.log->differs);
		relp_server_stop(&server);
	}
	server.log = NULL;
	return sender_kit_teardown(state);
}

static void
arrived(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		assert_true(server.log->sums[i] != 0);
}

static void
all_is_acknowledged_and_closed_in_order(void **state)
{
	static const enum relp_deed deeds[] = {
	    RELP_ANSWER, RELP_DRIP, RELP_BACKWARDS};
	struct sender_kit *f = *state;
	struct relp_script scripts[3];

	for (size_t i = 0; i < 3; i++)
		scripts[i] = (struct relp_script){.deed = deeds[i]};
	begin(f, scripts, 3);
	for (size_t i = 0; i < 3; i++) {
		sender_kit_send(f, 3000);
		sender_kit_run_until(f, SENDER_KIT_EMPTY);
		assert_int_equal(server.log->seen[i].records, 3000);
		assert_true(server.log->seen[i].closed);
	}
	arrived(9000);
	assert_int_equal(server.log->count, 3);
	assert_in_range(server.log->outstanding, 2, 128);
	assert_int_equal(sender_kit_stats(f).confirmed, 9000);
	assert_int_equal(sender_kit_stats(f).resent, 0);
	assert_int_equal(sender_kit_stats(f).sessions, 3);
	assert_string_equal(sender_kit_stats(f).confirm_level, "relp");
	assert_string_equal(sender_kit_stats(f).last_error, "");
}

/* What was confirmed is released before the session ends. */
static void
no_more_than_the_window_waits(void **state)
{
	const struct relp_script script = {.deed = RELP_HOLD, .at = 500};
	struct sender_kit *f = *state;

	f->conf.relp_window = 37;
	f->conf.write_timeout_ms = 2500;
	begin(f, &script, 1);
	sender_kit_send(f, 2000);
	sender_kit_run_until(f, SENDER_KIT_RELEASED);
	assert_int_equal(sender_kit_head(f), 500);
	assert_int_equal(sender_kit_stats(f).confirmed, 500);
	assert_int_equal(sender_kit_stats(f).state, SENDER_SENDING);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(server.log->seen[0].records, 537);
	assert_int_equal(server.log->outstanding, 37);
	assert_int_equal(sender_kit_stats(f).confirmed, 500);
	assert_non_null(
	    strstr(sender_kit_stats(f).last_error, "write-timeout"));
	assert_string_equal(sender_kit_stats(f).confirm_level, "none");
}

static void
a_last_reply_that_does_not_come_is_waited_for(void **state)
{
	const struct relp_script scripts[] = {
	    {.deed = RELP_HOLD, .at = 99}, {.deed = RELP_ANSWER}};
	struct sender_kit *f = *state;

	f->conf.confirm_timeout_ms = 300;
	begin(f, scripts, 2);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 99);
	assert_non_null(
	    strstr(sender_kit_stats(f).last_error, "confirm-timeout"));
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(server.log->seen[1].records, 1);
	assert_int_equal(server.log->seen[1].first, 99);
	assert_int_equal(sender_kit_stats(f).resent, 1);
	assert_int_equal(sender_kit_stats(f).confirmed, 100);
}

/* It stops at record 700 of 3000; the next connection goes on there. */
static void
expect_the_rest_again(
    struct sender_kit *f, const struct relp_script *first, const char *why)
{
	const struct relp_script scripts[] = {*first, {.deed = RELP_ANSWER}};

	begin(f, scripts, 2);
	sender_kit_send(f, 3000);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 700);
	assert_int_equal(sender_kit_stats(f).confirmed, 700);
	if (strstr(sender_kit_stats(f).last_error, why) == NULL)
		fail_msg("not told: %s, but: %s", why,
		    sender_kit_stats(f).last_error);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	arrived(3000);
	assert_int_equal(server.log->seen[1].first, 700);
	assert_int_equal(server.log->seen[1].records, 2300);
	assert_in_range(sender_kit_stats(f).resent, 1, 128);
	assert_int_equal(sender_kit_stats(f).confirmed, 3000);
	assert_string_equal(sender_kit_stats(f).last_error, "");
}

static void
after_a_serverclose_only_the_rest_is_sent_again(void **state)
{
	const struct relp_script script = {.deed = RELP_SERVERCLOSE, .at = 700};

	expect_the_rest_again(
	    *state, &script, "the server closes the RELP session");
}

static void
a_refused_record_stays_and_is_told(void **state)
{
	const struct relp_script script = {.deed = RELP_REFUSE, .at = 700};

	expect_the_rest_again(*state, &script,
	    "the server refused the record: 500 no space left");
}

/* The reset may overtake replies that are not read yet. */
static void
after_a_reset_nothing_is_missing(void **state)
{
	const struct relp_script scripts[] = {
	    {.deed = RELP_RESET, .at = 700}, {.deed = RELP_ANSWER}};
	struct sender_kit *f = *state;

	begin(f, scripts, 2);
	sender_kit_send(f, 3000);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_in_range(sender_kit_head(f), 0, 700);
	assert_non_null(strstr(sender_kit_stats(f).last_error, "reset"));
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	arrived(3000);
	assert_int_equal(sender_kit_stats(f).confirmed, 3000);
}

static void
hostile_replies_confirm_nothing(void **state)
{
	static const char *const rows[][2] = {
	    {"1 rsp 6 200 OK\n", "does not wait"},
	    {"701 rsp 6 200 OK\n", "does not wait"},
	    {"999999999 rsp 6 200 OK\n", "does not wait"},
	    {"702 syslog 6 200 OK\n", "no reply"},
	    {"702 rsp 0\n", "no code"},
	    {"702 rsp 5000 200 OK", "does not speak RELP"},
	    {"garbage", "does not speak RELP"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct relp_script script = {
		    .deed = RELP_SAY, .at = 700, .words = rows[i][0]};
		void *own;

		(void)sender_kit_setup(&own);
		expect_the_rest_again(own, &script, rows[i][1]);
		(void)teardown(&own);
	}
}

static void
offers_that_do_not_suit_are_told(void **state)
{
	static const char *const rows[][2] = {
	    {"1 rsp 12 500 not today\n", "does not speak RELP"},
	    {"1 rsp 15 500 not today", "\"open\" within 1200 ms"},
	    {"1 rsp 11 500 not now\n", "refused the RELP session: 500 not now"},
	    {"1 rsp 6 200 OK\n", "the server speaks RELP \"\""},
	    {"2 rsp 6 200 OK\n", "what was not asked"},
	    {"1 rsp 21 200 OK\nrelp_version=0\n", "does not offer"},
	    {"220 smtp.example ESMTP\r\n", "does not speak RELP"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct relp_script script = {
		    .deed = RELP_OFFER, .words = rows[i][0]};
		struct sender_kit *f;
		void *own;

		(void)sender_kit_setup(&own);
		f = own;
		f->conf.connect_timeout_ms = 1200;
		begin(f, &script, 1);
		sender_kit_send(f, 10);
		sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
		assert_int_equal(sender_kit_head(f), 0);
		assert_int_equal(server.log->seen[0].records, 0);
		if (strstr(sender_kit_stats(f).last_error, rows[i][1]) == NULL)
			fail_msg("told: %s", sender_kit_stats(f).last_error);
		(void)teardown(&own);
	}
}

/* They confirm nothing, so they are no progress. */
static void
hints_do_not_keep_a_session_alive(void **state)
{
	static const struct {
		struct relp_script script;
		const char *why;
	} rows[] = {
	    {{RELP_HINT_OFFER, 0, "0 hint 0\n"}, "\"open\" within 3000 ms"},
	    {{RELP_HINT, 9, "0 hint 0\n"}, "(confirm-timeout)"},
	    {{RELP_HINT, 499, "0 hint 0\n"}, "(write-timeout)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sender_kit *f;
		void *own;

		(void)sender_kit_setup(&own);
		f = own;
		f->conf.connect_timeout_ms = 3000;
		f->conf.write_timeout_ms = 3000;
		f->conf.confirm_timeout_ms = 3000;
		begin(f, &rows[i].script, 1);
		sender_kit_send(f, i == 1 ? 10 : 1000);
		sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
		assert_int_equal(sender_kit_head(f), rows[i].script.at);
		if (strstr(sender_kit_stats(f).last_error, rows[i].why) == NULL)
			fail_msg("told: %s", sender_kit_stats(f).last_error);
		(void)teardown(&own);
	}
}

/* What is acknowledged is not sent again, what is not is counted. */
static void
a_spool_that_fails_takes_no_reply_back(void **state)
{
	const struct relp_script scripts[] = {
	    {.deed = RELP_HOLD, .at = 100}, {.deed = RELP_ANSWER}};
	struct sender_kit *f = *state;
	uint64_t confirmed;

	begin(f, scripts, 2);
	break_at_reply = f;
	sender_kit_send(f, 1000);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_null(break_at_reply);
	confirmed = sender_kit_stats(f).confirmed;
	assert_in_range(confirmed, 1, 100);
	kit_mend(f->spool, f->folder);
	sender_kick(f->sender);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	arrived(1000);
	assert_int_equal(server.log->seen[1].first, confirmed);
	assert_int_equal(sender_kit_stats(f).resent, 128 - confirmed);
	assert_int_equal(sender_kit_stats(f).confirmed, 1000);
}

static void
stop_waits_for_the_replies_of_what_is_sent(void **state)
{
	const struct relp_script script = {.deed = RELP_DRIP};
	struct sender_kit *f = *state;
	uint64_t head;

	begin(f, &script, 1);
	sender_kit_send(f, 20000);
	sender_kit_run_until(f, SENDER_KIT_SENDING);
	sender_stop(f->sender, sender_kit_on_stopped, f);
	sender_kit_run_until(f, SENDER_KIT_STOPPED);
	head = sender_kit_head(f);
	assert_in_range(head, 1, 19999);
	assert_int_equal(server.log->seen[0].records, head);
	assert_true(server.log->seen[0].closed);
}

/* With TLS 1.3 its alert comes after the handshake. */
static void
a_missing_client_certificate_is_told(void **state)
{
	const struct receiver_plan plan = {
	    .folder = sender_kit_certs, .cert = "server", .demand = true};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	f->conf.transport = TRANSPORT_RELP_TLS;
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	assert_int_equal(sender_kit_head(f), 0);
	assert_non_null(strstr(sender_kit_stats(f).last_error,
	    "the server requires a client certificate"));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, sender_kit_setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(all_is_acknowledged_and_closed_in_order),
	    TEST(no_more_than_the_window_waits),
	    TEST(a_last_reply_that_does_not_come_is_waited_for),
	    TEST(after_a_serverclose_only_the_rest_is_sent_again),
	    TEST(a_refused_record_stays_and_is_told),
	    TEST(after_a_reset_nothing_is_missing),
	    cmocka_unit_test(hostile_replies_confirm_nothing),
	    cmocka_unit_test(offers_that_do_not_suit_are_told),
	    cmocka_unit_test(hints_do_not_keep_a_session_alive),
	    TEST(a_spool_that_fails_takes_no_reply_back),
	    TEST(stop_waits_for_the_replies_of_what_is_sent),
	    TEST(a_missing_client_certificate_is_told),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	log_init(LOG_FORMAT_PLAIN, true);
	return cmocka_run_group_tests(
	    tests, sender_kit_begin, sender_kit_finish);
}
