/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams to real servers on loopback: how they are opened, that they are read
 * all the time, and how an end is told.
 */
#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/conn.h"
#include "io/dial.h"
#include "io/loop.h"
#include "io/tls_context.h"
#include "receiver.h"
#include "talk_kit.h"

#define PROGRAM_LIMIT_S 120

/* The peer's chatter is dropped, and its tickets do not turn our close into
 * a reset: it reads all to a clean end. */
static void
a_peer_that_talks_reads_all(void **state)
{
	static char data[1 << 20];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct receiver_plan plan = {
		    .folder = i == 0 ? talk_folder : NULL,
		    .cert = "server",
		    .deeds = {RECEIVER_TALK}};
		struct tls_context *tls = i == 0 ? talk_context_plain() : NULL;
		struct talk talk = {.data = data, .len = sizeof(data)};
		struct receiver r;

		receiver_start(&r, &plan);
		talk_to(&talk, r.server, NULL, tls);
		assert_int_equal(talk.end, i == 0 ? CONN_CLOSED : CONN_EOF);
		assert_int_equal(r.log->seen[0].len, sizeof(data));
		assert_true(r.log->seen[0].clean);
		receiver_stop(&r);
		tls_context_free(tls);
	}
}

static void
an_end_is_seen_while_we_are_silent(void **state)
{
	static const struct {
		enum receiver_deed deed;
		enum conn_end end;
	} rows[] = {
	    {RECEIVER_CLOSE, CONN_CLOSED}, {RECEIVER_RESET, CONN_BROKEN}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct receiver_plan plan = {.folder = talk_folder,
		    .cert = "server",
		    .deeds = {rows[i].deed}};
		struct tls_context *tls = talk_context_plain();
		struct talk talk = {.hold = true};
		struct receiver r;

		receiver_start(&r, &plan);
		talk_to(&talk, r.server, NULL, tls);
		assert_true(talk.opened);
		assert_int_equal(talk.end, rows[i].end);
		receiver_stop(&r);
		tls_context_free(tls);
	}
}

static void
a_server_without_tls_is_recognised(void **state)
{
	const struct receiver_plan plan = {.deeds = {RECEIVER_TALK}};
	struct tls_context *tls = talk_context_plain();
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	assert_int_equal(talk.end, CONN_BROKEN);
	if (strstr(talk.why.text, "TLS") == NULL)
		print_error("told: %s\n", talk.why.text);
	assert_non_null(strstr(talk.why.text, "TLS"));
	receiver_stop(&r);
	tls_context_free(tls);
}

/* It drains what it was sent and ends in order, as if it had been read. */
static void
a_tls_server_is_recognised_without_tls(void **state)
{
	static char data[1 << 20];
	const struct receiver_plan plan = {
	    .deeds = {RECEIVER_ALERT}, .octets = 100};
	struct talk talk = {.data = data, .len = sizeof(data)};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, NULL);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_non_null(strstr(talk.why.text, "the server speaks TLS"));
	receiver_stop(&r);
}

static void
a_mute_server_does_not_hold_us(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server", .deeds = {RECEIVER_MUTE}};
	struct tls_context *tls = talk_context_plain();
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_non_null(strstr(talk.why.text, "TLS handshake within 2000 ms"));
	receiver_stop(&r);
	tls_context_free(tls);
}

static void
a_closed_port_is_an_error(void **state)
{
	const struct receiver_plan plan = {.folder = NULL};
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;
	char server[32];

	(void)state;
	receiver_start(&r, &plan);
	(void)snprintf(server, sizeof(server), "127.0.0.1:%u", r.port);
	receiver_stop(&r);
	talk_to(&talk, server, NULL, NULL);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_non_null(strstr(talk.why.text, "Connection refused"));
}

/* ::1 is refused there, 127.0.0.1 is not; and the name goes out as SNI. */
static void
each_address_of_a_name_is_tried(void **state)
{
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server"};
	struct tls_context *tls = talk_context_plain();
	struct talk talk = {.data = "hello", .len = 5};
	struct receiver r;
	char server[32];

	(void)state;
	receiver_start(&r, &plan);
	(void)snprintf(server, sizeof(server), "localhost:%u", r.port);
	talk_to(&talk, server, NULL, tls);
	if (talk.end != CONN_CLOSED)
		print_error("told: %s\n", talk.why.text);
	assert_int_equal(talk.end, CONN_CLOSED);
	assert_string_equal(r.log->seen[0].sni, "localhost");
	receiver_stop(&r);
	tls_context_free(tls);
}

/* RFC 6761 reserves .invalid; with or without a name server this fails, and
 * within the limit. */
static void
an_unknown_name_is_an_error(void **state)
{
	struct talk talk = {.data = "x", .len = 1};

	(void)state;
	talk_to(&talk, "nowhere.invalid:6514", NULL, NULL);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_non_null(strstr(talk.why.text, "nowhere.invalid"));
}

/* Gone while looking a name up: evdns tells of it later, or never. */
static void
a_stream_may_go_at_any_time(void **state)
{
	const struct conn_options options = {.server = "nowhere.invalid:1",
	    .connect_timeout_ms = 1000,
	    .write_timeout_ms = 1000};
	const struct conn_hooks hooks = {.arg = NULL};
	struct loop *loop = loop_new(NULL);

	(void)state;
	conn_free(conn_open(loop, &options, &hooks));
	loop_free(loop);
}

struct opened {
	struct loop *loop;
	int fd;
};

static void
on_opened(const struct dialled *stream, const struct err *failure,
    const char *address, void *arg)
{
	struct opened *o = arg;

	(void)address;
	if (failure == NULL)
		o->fd = stream->fd;
	loop_stop(o->loop);
}

/* Ours says why a stream ended; the kernel's would be "Connection timed out". */
static void
our_limit_comes_before_the_kernels(void **state)
{
	const struct receiver_plan plan = {.deeds = {RECEIVER_ANSWER}};
	struct opened o = {.loop = loop_new(NULL), .fd = -1};
	struct conn_options options = {
	    .connect_timeout_ms = 10000, .write_timeout_ms = 3000};
	struct receiver r;
	int ms = 0;
	socklen_t len = sizeof(ms);

	(void)state;
	receiver_start(&r, &plan);
	options.server = r.server;
	(void)dial_start(o.loop, &options, on_opened, &o);
	loop_run(o.loop);
	assert_int_not_equal(o.fd, -1);
	assert_int_equal(
	    getsockopt(o.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, &len), 0);
	assert_in_range(ms, options.write_timeout_ms + 1000, 60000);
	(void)close(o.fd);
	receiver_stop(&r);
	loop_free(o.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_peer_that_talks_reads_all),
	    cmocka_unit_test(an_end_is_seen_while_we_are_silent),
	    cmocka_unit_test(a_server_without_tls_is_recognised),
	    cmocka_unit_test(a_tls_server_is_recognised_without_tls),
	    cmocka_unit_test(a_mute_server_does_not_hold_us),
	    cmocka_unit_test(a_closed_port_is_an_error),
	    cmocka_unit_test(each_address_of_a_name_is_tried),
	    cmocka_unit_test(an_unknown_name_is_an_error),
	    cmocka_unit_test(a_stream_may_go_at_any_time),
	    cmocka_unit_test(our_limit_comes_before_the_kernels),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	return cmocka_run_group_tests(tests, talk_setup, talk_teardown);
}
