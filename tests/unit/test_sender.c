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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "certs.h"
#include "conf/conf.h"
#include "deliver/sender.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/tls.h"
#include "receiver.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define LIMIT_MS 20000
#define PROGRAM_LIMIT_S 240
#define RECORD_LEN 700
#define FRAME_LEN (4 + RECORD_LEN)

static char *certs;

struct fixture {
	char *folder;
	struct spool *spool;
	struct queue *queue;
	struct loop *loop;
	struct timer *poll;
	struct timer *limit;
	struct sender *sender;
	char *servers[3];
	struct conf_destination conf;
	struct receiver r[3];
	unsigned released; /* times the hook was called */
	unsigned done;     /* times sender_reconfigure's was */
	bool stopped;
	bool timed_out;
	bool (*until)(struct fixture *f);
};

static void
on_released(void *arg)
{
	struct fixture *f = arg;

	f->released++;
}

static void
on_stopped(void *arg)
{
	struct fixture *f = arg;

	f->stopped = true;
}

static void
on_done(void *arg)
{
	struct fixture *f = arg;

	f->done++;
}

static void
on_limit(void *arg)
{
	struct fixture *f = arg;

	f->timed_out = true;
	loop_stop(f->loop);
}

/* Ask again and again: the condition may be in another process's hands. */
static void
on_poll(void *arg)
{
	struct fixture *f = arg;

	if (f->until(f))
		loop_stop(f->loop);
	else
		timer_set(f->poll, 5);
}

static void
run_until(struct fixture *f, bool (*until)(struct fixture *f))
{
	f->until = until;
	timer_set(f->poll, 0);
	timer_set(f->limit, LIMIT_MS);
	loop_run(f->loop);
	timer_cancel(f->limit);
	if (f->timed_out) {
		struct sender_stats stats;

		sender_stats(f->sender, &stats);
		print_error("state=%s error=%s\n",
		    sender_state_str(stats.state), stats.last_error);
	}
	assert_false(f->timed_out);
}

static bool
is_empty(struct fixture *f)
{
	return queue_is_empty(f->queue);
}

static bool
is_stopped(struct fixture *f)
{
	return f->stopped;
}

static struct sender_stats
stats_of(struct fixture *f)
{
	struct sender_stats stats;

	sender_stats(f->sender, &stats);
	return stats;
}

static bool
is_backing_off(struct fixture *f)
{
	return stats_of(f).state == SENDER_BACKING_OFF;
}

static bool
is_confirming(struct fixture *f)
{
	return stats_of(f).state == SENDER_CONFIRMING;
}

static bool
is_sending(struct fixture *f)
{
	return stats_of(f).state == SENDER_SENDING;
}

static bool
has_some_arrived(struct fixture *f)
{
	return f->r[0].log->seen[0].len > 0;
}

static uint64_t
head_of(struct fixture *f)
{
	struct queue_stat stat;

	assert_int_equal(queue_stat(f->queue, &stat, NULL), 0);
	return stat.head;
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->conf = (struct conf_destination){
	    .name = (char *)(uintptr_t) "test",
	    .servers = {f->servers, 0},
	    .enabled = true,
	    .confirm_timeout_ms = 10000,
	    .connect_timeout_ms = 5000,
	    .write_timeout_ms = 10000,
	    .session_records = 20000,
	    .session_bytes = 16 << 20,
	    .session_time_ms = 30000,
	    .tls_min = 0x0303,
	};
	*state = f;
	return 0;
}

/* Receivers first: the spool must not be open in them. */
static void
start(struct fixture *f, const struct receiver_plan *plans, size_t count)
{
	const struct sender_hooks hooks = {on_released, f};
	struct tls_context *tls = NULL;
	struct err err;

	for (size_t i = 0; i < count; i++) {
		receiver_start(&f->r[i], &plans[i]);
		f->servers[i] = f->r[i].server;
	}
	f->conf.servers.count = count;
	f->conf.transport =
	    plans[0].folder != NULL ? TRANSPORT_TLS : TRANSPORT_TCP;
	if (plans[0].folder != NULL) {
		f->conf.ca_file = xasprintf("%s/ca.pem", certs);
		tls = sender_tls_context(&f->conf, &err);
		assert_non_null(tls);
	}
	f->folder = kit_folder();
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "test");
	f->loop = loop_new(NULL);
	f->poll = timer_new(f->loop, on_poll, f);
	f->limit = timer_new(f->loop, on_limit, f);
	f->sender = sender_new(f->loop, f->queue, &f->conf, tls, &hooks);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	sender_free(f->sender);
	timer_free(f->poll);
	timer_free(f->limit);
	loop_free(f->loop);
	spool_close(f->spool);
	kit_remove(f->folder);
	for (size_t i = 0; i < 3; i++)
		receiver_stop(&f->r[i]);
	free(f->conf.ca_file);
	free(f);
	return 0;
}

static void
send_records(struct fixture *f, unsigned count)
{
	kit_fill(f->spool, f->queue, count, RECORD_LEN);
	sender_kick(f->sender);
}

/* What came on that connection are whole frames of records from `first` on.
 * Returns how many; a torn frame at the end does not count. */
static uint64_t
check_frames(
    const struct receiver *r, size_t connection, uint64_t first, bool lines)
{
	const struct receiver_seen *seen = &r->log->seen[connection];
	const char *data = r->log->data + seen->start;
	size_t frame = lines ? RECORD_LEN + 1 : FRAME_LEN;
	uint64_t count = seen->len / frame;

	for (uint64_t i = 0; i < count; i++) {
		const char *at = data + i * frame;
		char text[40];

		(void)snprintf(text, sizeof(text), "%s<record %012llu>",
		    lines ? "" : "700 ", (unsigned long long)(first + i));
		assert_memory_equal(at, text, strlen(text));
		if (lines)
			assert_int_equal(at[RECORD_LEN], '\n');
	}
	return count;
}

static void
all_arrives_and_is_confirmed(void **state)
{
	const struct receiver_plan plan = {.folder = certs, .cert = "server"};
	struct fixture *f = *state;

	start(f, &plan, 1);
	send_records(f, 5000);
	run_until(f, is_empty);
	assert_int_equal(check_frames(&f->r[0], 0, 0, false), 5000);
	assert_true(f->r[0].log->seen[0].clean);
	assert_int_equal(stats_of(f).confirmed, 5000);
	assert_int_equal(stats_of(f).resent, 0);
	assert_int_equal(stats_of(f).sessions, 1);
	assert_string_equal(stats_of(f).confirm_level, "close-notify");
	assert_string_equal(stats_of(f).last_error, "");
	assert_string_equal(stats_of(f).server, f->r[0].server);
	assert_true(stats_of(f).certificate_expires_ms > 0);
	assert_true(stats_of(f).last_confirmed_ms > 0);
	assert_int_equal(stats_of(f).state, SENDER_IDLE);
	assert_int_equal(f->released, 1);
}

static void
tcp_is_confirmed_by_the_end(void **state)
{
	const struct receiver_plan plan = {.folder = NULL};
	struct fixture *f = *state;

	f->conf.framing = FRAMING_LF;
	start(f, &plan, 1);
	send_records(f, 5000);
	run_until(f, is_empty);
	assert_int_equal(check_frames(&f->r[0], 0, 0, true), 5000);
	assert_string_equal(stats_of(f).confirm_level, "eof");
}

static void
an_end_without_close_notify_is_the_weaker_level(void **state)
{
	const struct receiver_plan plan = {
	    .folder = certs, .cert = "server", .deeds = {RECEIVER_EOF}};
	struct fixture *f = *state;

	start(f, &plan, 1);
	send_records(f, 10);
	run_until(f, is_empty);
	assert_string_equal(stats_of(f).confirm_level, "eof");
}

static void
caps_make_sessions(void **state)
{
	const struct receiver_plan plan = {.folder = certs, .cert = "server"};
	struct fixture *f = *state;

	f->conf.session_records = 300;
	start(f, &plan, 1);
	send_records(f, 1000);
	run_until(f, is_empty);
	assert_int_equal(stats_of(f).sessions, 4);
	assert_int_equal(check_frames(&f->r[0], 0, 0, false), 300);
	assert_int_equal(check_frames(&f->r[0], 1, 300, false), 300);
	assert_int_equal(check_frames(&f->r[0], 2, 600, false), 300);
	assert_int_equal(check_frames(&f->r[0], 3, 900, false), 100);
	assert_true(f->r[0].log->seen[3].resumed);
}

static void
a_peer_that_talks_and_reads_slowly_gets_all(void **state)
{
	const struct receiver_plan plan = {.folder = certs,
	    .cert = "server",
	    .slow = true,
	    .deeds = {RECEIVER_TALK}};
	struct fixture *f = *state;

	start(f, &plan, 1);
	send_records(f, 8000);
	run_until(f, is_empty);
	assert_int_equal(check_frames(&f->r[0], 0, 0, false), 8000);
	assert_true(f->r[0].log->seen[0].clean);
	assert_string_equal(stats_of(f).confirm_level, "close-notify");
}

static void
expect_unconfirmed(
    struct fixture *f, const struct receiver_plan *plan, unsigned records)
{
	start(f, plan, 1);
	send_records(f, records);
	run_until(f, is_backing_off);
	assert_int_equal(head_of(f), 0);
	assert_int_equal(f->released, 0);
	assert_int_equal(stats_of(f).confirmed, 0);
	assert_string_not_equal(stats_of(f).last_error, "");
}

/* The whole session again, byte for byte. */
static void
expect_sent_again(struct fixture *f, unsigned records)
{
	const struct receiver_seen *seen = f->r[0].log->seen;
	const char *data = f->r[0].log->data;

	run_until(f, is_empty);
	assert_int_equal(stats_of(f).confirmed, records);
	assert_true(stats_of(f).resent > 0);
	assert_true(stats_of(f).resent <= records);
	assert_string_equal(stats_of(f).last_error, "");
	assert_int_equal(check_frames(&f->r[0], 1, 0, false), records);
	assert_memory_equal(data, data + seen[1].start, seen[0].len);
}

static void
a_reset_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {.folder = certs,
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
	const struct receiver_plan plan = {.folder = certs,
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
	const struct receiver_plan plan = {.folder = certs,
	    .cert = "server",
	    .deeds = {RECEIVER_HALF, RECEIVER_ANSWER}};
	struct fixture *f = *state;

	expect_unconfirmed(f, &plan, 20000);
	receiver_await_gate(&f->r[0]);
	receiver_open_gate(&f->r[0]);
	expect_sent_again(f, 20000);
}

/* All is written and acknowledged, but the reader dies with it unread. */
static void
a_reset_after_our_end_confirms_nothing(void **state)
{
	const struct receiver_plan plan = {.folder = certs,
	    .cert = "server",
	    .octets = 1,
	    .deeds = {RECEIVER_STUCK, RECEIVER_ANSWER}};
	struct fixture *f = *state;

	start(f, &plan, 1);
	send_records(f, 200);
	run_until(f, is_confirming);
	run_until(f, has_some_arrived);
	(void)kill(f->r[0].pid, SIGKILL);
	run_until(f, is_backing_off);
	assert_int_equal(head_of(f), 0);
	assert_non_null(strstr(stats_of(f).last_error, "reset"));
	assert_string_equal(stats_of(f).confirm_level, "none");
}

static void
silence_is_the_kernels_word(void **state)
{
	const struct receiver_plan plan = {
	    .folder = certs, .cert = "server", .deeds = {RECEIVER_SILENT}};
	struct fixture *f = *state;

	f->conf.confirm_timeout_ms = 300;
	start(f, &plan, 1);
	send_records(f, 100);
	run_until(f, is_empty);
	assert_string_equal(stats_of(f).confirm_level, "kernel");
	assert_int_equal(check_frames(&f->r[0], 0, 0, false), 100);
}

static void
silence_is_nothing_when_a_close_is_asked_for(void **state)
{
	const struct receiver_plan plan = {
	    .folder = certs, .cert = "server", .deeds = {RECEIVER_SILENT}};
	struct fixture *f = *state;

	f->conf.confirm_timeout_ms = 300;
	f->conf.confirm = CONFIRM_CLOSE;
	start(f, &plan, 1);
	send_records(f, 100);
	run_until(f, is_backing_off);
	assert_int_equal(head_of(f), 0);
	assert_non_null(strstr(stats_of(f).last_error, "confirm-timeout"));
}

static void
a_peer_that_stops_reading_is_given_up(void **state)
{
	const struct receiver_plan plan = {
	    .folder = certs, .cert = "server", .deeds = {RECEIVER_STUCK}};
	struct fixture *f = *state;

	f->conf.write_timeout_ms = 400;
	start(f, &plan, 1);
	send_records(f, 20000);
	run_until(f, is_backing_off);
	assert_int_equal(head_of(f), 0);
}

static void
a_missing_client_certificate_loses_nothing(void **state)
{
	static const int versions[] = {0x0303, 0x0304};
	struct fixture *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = certs,
	        .cert = "server",
	        .demand = true,
	        .max_version = versions[0]},
	    {.folder = certs,
	        .cert = "server",
	        .demand = true,
	        .max_version = versions[1]},
	};

	start(f, plans, 2);
	send_records(f, 100);
	run_until(f, is_backing_off);
	assert_int_equal(head_of(f), 0);
	assert_true(f->r[0].log->count > 0);
	assert_true(f->r[1].log->count > 0);
	assert_non_null(strstr(stats_of(f).last_error,
	    "the server requires a client certificate"));
	assert_non_null(strstr(stats_of(f).last_error, f->r[1].server));
}

/* The second is tried at once, and kept when the first is back. */
static void
the_server_that_answers_is_kept(void **state)
{
	struct fixture *f = *state;
	const struct receiver_plan plans[] = {
	    {.folder = certs,
	        .cert = "server",
	        .deeds = {RECEIVER_RESET, RECEIVER_ANSWER}},
	    {.folder = certs, .cert = "server"},
	};

	start(f, plans, 2);
	send_records(f, 100);
	run_until(f, is_empty);
	assert_int_equal(f->r[0].log->count, 1);
	assert_int_equal(f->r[1].log->count, 1);
	assert_string_equal(stats_of(f).server, f->r[1].server);
	send_records(f, 100);
	run_until(f, is_empty);
	assert_int_equal(f->r[0].log->count, 1);
	assert_int_equal(f->r[1].log->count, 2);
	assert_int_equal(check_frames(&f->r[1], 1, 100, false), 100);
}

static void
stop_finishes_the_session(void **state)
{
	const struct receiver_plan plan = {
	    .folder = certs, .cert = "server", .deeds = {RECEIVER_GATE}};
	struct fixture *f = *state;
	uint64_t head;

	start(f, &plan, 1);
	send_records(f, 22000);
	run_until(f, is_sending);
	receiver_await_gate(&f->r[0]);
	sender_stop(f->sender, on_stopped, f);
	assert_false(f->stopped);
	receiver_open_gate(&f->r[0]);
	run_until(f, is_stopped);
	head = head_of(f);
	assert_true(head > 0 && head < 22000);
	assert_int_equal(check_frames(&f->r[0], 0, 0, false), head);
	assert_int_equal(stats_of(f).state, SENDER_PAUSED);
	sender_kick(f->sender);
	assert_int_equal(stats_of(f).state, SENDER_PAUSED);
}

static void
stop_does_not_wait_for_a_back_off(void **state)
{
	const struct receiver_plan plan = {
	    .folder = certs, .cert = "server", .deeds = {RECEIVER_RESET}};
	struct fixture *f = *state;

	start(f, &plan, 1);
	send_records(f, 10);
	run_until(f, is_backing_off);
	sender_stop(f->sender, on_stopped, f);
	assert_true(f->stopped);
	assert_int_equal(head_of(f), 0);
}

/* The session that runs keeps its settings, the next one has the new. */
static void
new_settings_wait_for_the_session(void **state)
{
	const struct receiver_plan plan = {.deeds = {RECEIVER_GATE}};
	struct conf_destination other;
	struct fixture *f = *state;

	f->conf.session_records = 19000;
	start(f, &plan, 1);
	send_records(f, 20000);
	run_until(f, is_sending);
	receiver_await_gate(&f->r[0]);
	other = f->conf;
	other.framing = FRAMING_LF;
	sender_reconfigure(f->sender, &other, NULL, on_done, f);
	assert_int_equal(f->done, 0);
	/* A second change before the first was used: that one is let go. */
	sender_reconfigure(f->sender, &other, NULL, on_done, f);
	assert_int_equal(f->done, 1);
	receiver_open_gate(&f->r[0]);
	run_until(f, is_empty);
	assert_int_equal(f->done, 2);
	assert_int_equal(check_frames(&f->r[0], 0, 0, false), 19000);
	assert_int_equal(check_frames(&f->r[0], 1, 19000, true), 1000);
}

static void
new_settings_end_a_back_off(void **state)
{
	const struct receiver_plan plans[] = {
	    {.deeds = {RECEIVER_RESET}}, {.folder = NULL}};
	struct conf_destination other;
	struct fixture *f = *state;

	start(f, plans, 2);
	f->conf.servers.count = 1;
	send_records(f, 10);
	run_until(f, is_backing_off);
	other = f->conf;
	other.servers.items = &f->servers[1];
	sender_reconfigure(f->sender, &other, NULL, on_done, f);
	assert_int_equal(f->done, 1);
	run_until(f, is_empty);
	assert_int_equal(f->r[1].log->count, 1);
}

static int
make_certificates(void **state)
{
	(void)state;
	certs = kit_folder();
	return certs_write_all(certs);
}

static int
remove_certificates(void **state)
{
	(void)state;
	kit_remove(certs);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(all_arrives_and_is_confirmed),
	    TEST(tcp_is_confirmed_by_the_end),
	    TEST(an_end_without_close_notify_is_the_weaker_level),
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
	    TEST(a_missing_client_certificate_loses_nothing),
	    TEST(the_server_that_answers_is_kept),
	    TEST(stop_finishes_the_session),
	    TEST(stop_does_not_wait_for_a_back_off),
	    TEST(new_settings_wait_for_the_session),
	    TEST(new_settings_end_a_back_off),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	log_init(LOG_FORMAT_PLAIN, true);
	return cmocka_run_group_tests(
	    tests, make_certificates, remove_certificates);
}
