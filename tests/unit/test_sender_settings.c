/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which server is used, and what stopping and new settings do to a sender that
 * is at work.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/log.h"
#include "sender_kit.h"

#define PROGRAM_LIMIT_S 240
#define MANY 65

/* The second is tried at once, and kept when the first is back. */
static void
the_server_that_answers_is_kept(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .deeds = {RECEIVER_RESET, RECEIVER_ANSWER}},
	    {.folder = sender_kit_certs, .cert = "server"},
	};

	sender_kit_start(f, plans, 2);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->r[0].log->count, 1);
	assert_int_equal(f->r[1].log->count, 1);
	assert_string_equal(sender_kit_stats(f).server, f->r[1].server);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->r[0].log->count, 1);
	assert_int_equal(f->r[1].log->count, 2);
	assert_int_equal(sender_kit_check(&f->r[1], 1, 100, false), 100);
}

/* It is left at once when it fails, and tried again after `failback`. */
static void
the_first_server_is_gone_back_to(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .deeds = {RECEIVER_RESET, RECEIVER_RESET, RECEIVER_ANSWER}},
	    {.folder = sender_kit_certs, .cert = "server"},
	};

	f->conf.failback_ms = 60;
	f->conf.session_records = 1;
	f->conf.rate = 50;
	sender_kit_start(f, plans, 2);
	sender_kit_send(f, 30);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).server, f->r[0].server);
	assert_true(f->r[0].log->count > 3);
	assert_true(f->r[1].log->count > 2);
	/* All of it, and in order: what the first got was sent again. */
	assert_int_equal(f->r[0].log->count + f->r[1].log->count, 32);
}

/* With little to send there may be hours between two sessions. */
static void
failback_counts_from_when_the_first_server_was_left(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .deeds = {RECEIVER_RESET, RECEIVER_ANSWER}},
	    {.folder = sender_kit_certs, .cert = "server"},
	};
	int64_t left_ms;

	f->conf.failback_ms = 1;
	sender_kit_start(f, plans, 2);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).server, f->r[1].server);
	left_ms = loop_now_ms(f->loop);
	while (loop_now_ms(f->loop) <= left_ms)
		continue;
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).server, f->r[0].server);
}

/* Each is known by its own ends, whatever another one does. */
static void
a_first_server_that_says_less_than_the_second_is_gone_back_to(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .deeds = {RECEIVER_RESET, RECEIVER_EOF, RECEIVER_EOF}},
	    {.folder = sender_kit_certs, .cert = "server"},
	};
	uint64_t resent;

	f->conf.failback_ms = 1;
	sender_kit_start(f, plans, 2);
	sender_kit_send(f, 100);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).confirm_level, "close-notify");
	resent = sender_kit_stats(f).resent;
	while (f->r[0].log->count < 3) {
		sender_kit_send(f, 10);
		sender_kit_run_until(f, SENDER_KIT_EMPTY);
	}
	/* Held once, as any that is new. */
	assert_int_equal(sender_kit_stats(f).resent, resent + 10);
	assert_string_equal(sender_kit_stats(f).confirm_level, "eof");
	assert_string_equal(sender_kit_stats(f).server, f->r[0].server);
}

static void
a_new_server_is_not_held_to_the_old_ones_ends(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = sender_kit_certs, .cert = "server"},
	    {.folder = sender_kit_certs,
	        .cert = "server",
	        .deeds = {RECEIVER_EOF, RECEIVER_EOF}},
	};
	struct conf_destination other;

	sender_kit_start(f, plans, 2);
	f->conf.servers.count = 1;
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	other = f->conf;
	other.servers.items = &f->servers[1];
	sender_reconfigure(f->sender, &other, sender_tls_context(&other, NULL),
	    sender_kit_on_done, f);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->r[1].log->count, 2);
	assert_int_equal(sender_kit_stats(f).resent, 10);
	assert_string_equal(sender_kit_stats(f).confirm_level, "eof");
}

static void
new_settings_make_no_server_new(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_ANSWER, RECEIVER_EOF, RECEIVER_EOF}};
	struct conf_destination other;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	other = f->conf;
	sender_reconfigure(f->sender, &other, sender_tls_context(&other, NULL),
	    sender_kit_on_done, f);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	/* In short sessions by now, from the first that was in doubt on. */
	assert_true(sender_kit_check(&f->r[0], 3, 10, false) > 0);
	assert_string_equal(sender_kit_stats(f).confirm_level, "close-notify");
}

/* A port that nobody listens on, for as long as the socket is open. */
static int
dead_port(char *server, size_t size)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	(void)snprintf(
	    server, size, "127.0.0.1:%u", (unsigned)ntohs(addr.sin_port));
	return fd;
}

/* The last ends no session, which the first does. */
static void
many_servers_are_not_taken_for_each_other(void **state)
{
	struct sender_kit *f = *state;
	const struct receiver_plan plans[] = {
	    {.deeds = {RECEIVER_ANSWER, RECEIVER_RESET}},
	    {.deeds = {RECEIVER_SILENT}},
	};
	char *servers[MANY];
	char dead[32];
	int fd = dead_port(dead, sizeof(dead));

	f->conf.confirm_timeout_ms = 300;
	sender_kit_start(f, plans, 2);
	for (size_t i = 0; i < MANY; i++)
		servers[i] = dead;
	servers[0] = f->r[0].server;
	servers[MANY - 1] = f->r[1].server;
	f->conf.servers.items = servers;
	f->conf.servers.count = MANY;
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_string_equal(sender_kit_stats(f).server, f->r[1].server);
	assert_string_equal(sender_kit_stats(f).confirm_level, "kernel");
	assert_int_equal(f->r[0].log->count, 2);
	(void)close(fd);
}

static void
a_pause_can_be_taken_back(void **state)
{
	const struct receiver_plan plan = {.deeds = {RECEIVER_GATE}};
	struct sender_kit *f = *state;

	f->conf.session_records = 10000;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 22000);
	sender_kit_run_until(f, SENDER_KIT_SENDING);
	receiver_await_gate(&f->r[0]);
	sender_stop(f->sender, sender_kit_on_stopped, f);
	receiver_open_gate(&f->r[0]);
	sender_kit_run_until(f, SENDER_KIT_STOPPED);
	assert_true(sender_kit_head(f) < 22000);
	sender_resume(f->sender);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(sender_kit_head(f), 22000);
	assert_int_equal(sender_kit_stats(f).resent, 0);
}

static void
stop_finishes_the_session(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_GATE}};
	struct sender_kit *f = *state;
	uint64_t head;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 22000);
	sender_kit_run_until(f, SENDER_KIT_SENDING);
	receiver_await_gate(&f->r[0]);
	sender_stop(f->sender, sender_kit_on_stopped, f);
	assert_false(f->stopped);
	receiver_open_gate(&f->r[0]);
	sender_kit_run_until(f, SENDER_KIT_STOPPED);
	head = sender_kit_head(f);
	assert_true(head > 0 && head < 22000);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), head);
	assert_int_equal(sender_kit_stats(f).state, SENDER_PAUSED);
	sender_kick(f->sender);
	assert_int_equal(sender_kit_stats(f).state, SENDER_PAUSED);
}

static void
stop_does_not_wait_for_a_back_off(void **state)
{
	const struct receiver_plan plan = {.folder = sender_kit_certs,
	    .cert = "server",
	    .deeds = {RECEIVER_RESET}};
	struct sender_kit *f = *state;

	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	sender_stop(f->sender, sender_kit_on_stopped, f);
	assert_true(f->stopped);
	assert_int_equal(sender_kit_head(f), 0);
}

/* The session that runs keeps its settings, the next one has the new. */
static void
new_settings_wait_for_the_session(void **state)
{
	const struct receiver_plan plan = {.deeds = {RECEIVER_GATE}};
	struct conf_destination other;
	struct sender_kit *f = *state;

	f->conf.session_records = 19000;
	sender_kit_start(f, &plan, 1);
	sender_kit_send(f, 20000);
	sender_kit_run_until(f, SENDER_KIT_SENDING);
	receiver_await_gate(&f->r[0]);
	other = f->conf;
	other.framing = FRAMING_LF;
	sender_reconfigure(f->sender, &other, NULL, sender_kit_on_done, f);
	assert_int_equal(f->done, 0);
	/* A second change before the first was used: that one is let go. */
	sender_reconfigure(f->sender, &other, NULL, sender_kit_on_done, f);
	assert_int_equal(f->done, 1);
	receiver_open_gate(&f->r[0]);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->done, 2);
	assert_int_equal(sender_kit_check(&f->r[0], 0, 0, false), 19000);
	assert_int_equal(sender_kit_check(&f->r[0], 1, 19000, true), 1000);
}

static void
new_settings_end_a_back_off(void **state)
{
	const struct receiver_plan plans[] = {
	    {.deeds = {RECEIVER_RESET}}, {.folder = NULL}};
	struct conf_destination other;
	struct sender_kit *f = *state;

	sender_kit_start(f, plans, 2);
	f->conf.servers.count = 1;
	sender_kit_send(f, 10);
	sender_kit_run_until(f, SENDER_KIT_BACKING_OFF);
	other = f->conf;
	other.servers.items = &f->servers[1];
	sender_reconfigure(f->sender, &other, NULL, sender_kit_on_done, f);
	assert_int_equal(f->done, 1);
	sender_kit_run_until(f, SENDER_KIT_EMPTY);
	assert_int_equal(f->r[1].log->count, 1);
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, sender_kit_setup, sender_kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_server_that_answers_is_kept),
	    TEST(the_first_server_is_gone_back_to),
	    TEST(failback_counts_from_when_the_first_server_was_left),
	    TEST(a_first_server_that_says_less_than_the_second_is_gone_back_to),
	    TEST(a_new_server_is_not_held_to_the_old_ones_ends),
	    TEST(new_settings_make_no_server_new),
	    TEST(many_servers_are_not_taken_for_each_other),
	    TEST(a_pause_can_be_taken_back),
	    TEST(stop_finishes_the_session),
	    TEST(stop_does_not_wait_for_a_back_off),
	    TEST(new_settings_wait_for_the_session),
	    TEST(new_settings_end_a_back_off),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	log_init(LOG_FORMAT_PLAIN, true);
	return cmocka_run_group_tests(
	    tests, sender_kit_begin, sender_kit_finish);
}
