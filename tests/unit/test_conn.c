/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams to real TLS and TCP servers on loopback: who is let in, who is
 * refused and in which words, what is offered, and how an end is told.
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
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "certs.h"
#include "io/conn.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/tls.h"
#include "receiver.h"
#include "spool_kit.h"

#define LIMIT_MS 15000
#define PROGRAM_LIMIT_S 120

static char *folder;

/* A stream and what became of it. */
struct talk {
	struct loop *loop;
	struct timer *limit;
	struct conn *conn;
	const char *data; /* to send once open; then our end */
	size_t len;
	bool opened;
	bool ended;
	bool timed_out;
	bool hold; /* send nothing, end nothing */
	enum conn_end end;
	struct err why;
	bool resumed;
	int64_t expires_ms;
};

static char *
path_of(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static struct tls_context *
context_with(const char *ca, const char *cert, const char *key, int min)
{
	char *ca_file = path_of(ca);
	char *cert_file = cert != NULL ? path_of(cert) : NULL;
	char *key_file = key != NULL ? path_of(key) : NULL;
	const struct tls_options options = {ca_file, cert_file, key_file, min};
	struct err err = {ERR_NONE, ""};
	struct tls_context *context = tls_context_new(&options, &err);

	if (context == NULL)
		print_error("%s\n", err.text);
	assert_non_null(context);
	free(ca_file);
	free(cert_file);
	free(key_file);
	return context;
}

static struct tls_context *
plain_context(void)
{
	return context_with("ca.pem", NULL, NULL, 0x0303);
}

static void
write_on(struct talk *talk)
{
	size_t taken = 1;

	while (talk->len > 0 && taken > 0) {
		if (conn_write(talk->conn, talk->data, talk->len, &taken) == -1)
			return;
		talk->data += taken;
		talk->len -= taken;
	}
	if (talk->len == 0)
		conn_finish(talk->conn);
	else
		conn_want_write(talk->conn, true);
}

static void
on_opened(void *arg)
{
	struct talk *talk = arg;
	struct conn_facts facts;

	talk->opened = true;
	conn_facts(talk->conn, &facts);
	talk->resumed = facts.resumed;
	talk->expires_ms = facts.expires_ms;
	if (!talk->hold)
		write_on(talk);
}

static void
on_writable(void *arg)
{
	write_on(arg);
}

static void
on_ended(enum conn_end end, const struct err *why, void *arg)
{
	struct talk *talk = arg;

	assert_false(talk->ended);
	talk->ended = true;
	talk->end = end;
	talk->why = *why;
	/* The hook may free it. */
	conn_free(talk->conn);
	talk->conn = NULL;
	loop_stop(talk->loop);
}

static void
on_limit(void *arg)
{
	struct talk *talk = arg;

	talk->timed_out = true;
	loop_stop(talk->loop);
}

static void
talk_to(struct talk *talk, const char *server, const char *name,
    struct tls_context *tls)
{
	const struct conn_options options = {
	    .server = server,
	    .name = name,
	    .tls = tls,
	    .connect_timeout_ms = 2000,
	    .write_timeout_ms = 5000,
	};
	const struct conn_hooks hooks = {
	    on_opened, on_writable, on_ended, talk};

	talk->loop = loop_new(NULL);
	talk->limit = timer_new(talk->loop, on_limit, talk);
	timer_set(talk->limit, LIMIT_MS);
	talk->conn = conn_open(talk->loop, &options, &hooks);
	loop_run(talk->loop);
	conn_free(talk->conn);
	talk->conn = NULL;
	timer_free(talk->limit);
	loop_free(talk->loop);
	assert_false(talk->timed_out);
}

static void
expect_refused(const char *cert, const char *name, const char *words)
{
	const struct receiver_plan plan = {.folder = folder, .cert = cert};
	struct tls_context *tls = plain_context();
	struct talk talk = {.data = "hello", .len = 5};
	struct receiver r;

	receiver_start(&r, &plan);
	talk_to(&talk, r.server, name, tls);
	assert_true(talk.ended);
	assert_false(talk.opened);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_int_equal(talk.why.code, ERR_DENIED);
	if (strstr(talk.why.text, words) == NULL)
		print_error("told: %s\n", talk.why.text);
	assert_non_null(strstr(talk.why.text, words));
	receiver_stop(&r);
	tls_context_free(tls);
}

static void
a_good_certificate_is_taken(void **state)
{
	static const char *const certs[] = {"server", "server-rsa"};
	static const int versions[] = {0x0303, 0x0304};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct receiver_plan plan = {.folder = folder,
		    .cert = certs[i / 2],
		    .max_version = versions[i % 2]};
		struct tls_context *tls = plain_context();
		struct talk talk = {.data = "hello", .len = 5};
		struct receiver r;

		receiver_start(&r, &plan);
		talk_to(&talk, r.server, NULL, tls);
		assert_true(talk.opened);
		assert_int_equal(talk.end, CONN_CLOSED);
		assert_int_equal(r.log->seen[0].len, 5);
		assert_true(r.log->seen[0].clean);
		assert_true(talk.expires_ms > INT64_C(1700000000000));
		/* No name, no SNI: an address was checked. */
		assert_string_equal(r.log->seen[0].sni, "");
		receiver_stop(&r);
		tls_context_free(tls);
	}
}

static void
bad_certificates_are_refused_in_plain_words(void **state)
{
	(void)state;
	expect_refused("wrong-name", "localhost",
	    "for elsewhere.example, not for localhost");
	expect_refused(
	    "wrong-name", NULL, "for elsewhere.example, not for 127.0.0.1");
	expect_refused("expired", "localhost", "expired at 2");
	expect_refused("future", "localhost", "not valid before 2");
	expect_refused(
	    "stranger", "localhost", "signed by other-ca, which is not");
}

/* RFC 5425 section 5.2: a wildcard stands for one whole label. */
static void
wildcards_match_one_label(void **state)
{
	const struct receiver_plan plan = {
	    .folder = folder, .cert = "wildcard"};
	struct tls_context *tls = plain_context();
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, "collector.example.test", tls);
	assert_true(talk.opened);
	assert_string_equal(r.log->seen[0].sni, "collector.example.test");
	receiver_stop(&r);
	tls_context_free(tls);
	expect_refused("wildcard", "a.b.example.test", "*.example.test");
	expect_refused("wildcard", "example.test", "*.example.test");
}

static void
tls_1_1_is_refused(void **state)
{
	const struct receiver_plan plan = {
	    .folder = folder, .cert = "server", .max_version = 0x0302};
	struct tls_context *tls = plain_context();
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	assert_false(talk.opened);
	assert_non_null(strstr(talk.why.text, "tls-min"));
	receiver_stop(&r);
	tls_context_free(tls);
}

static void
tls_min_1_3_refuses_1_2(void **state)
{
	const struct receiver_plan plan = {
	    .folder = folder, .cert = "server", .max_version = 0x0303};
	struct tls_context *tls = context_with("ca.pem", NULL, NULL, 0x0304);
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	assert_false(talk.opened);
	assert_non_null(strstr(talk.why.text, "tls-min"));
	receiver_stop(&r);
	tls_context_free(tls);
}

/* With 1.3 the handshake is over before the server looks for one. */
static void
a_demand_for_a_certificate_is_understood(void **state)
{
	static const int versions[] = {0x0303, 0x0304};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct receiver_plan plan = {.folder = folder,
		    .cert = "server",
		    .max_version = versions[i],
		    .demand = true};
		struct tls_context *tls = plain_context();
		struct talk talk = {.data = "x", .len = 1};
		struct receiver r;

		receiver_start(&r, &plan);
		talk_to(&talk, r.server, NULL, tls);
		assert_int_equal(talk.end, CONN_BROKEN);
		assert_string_equal(talk.why.text,
		    "the server requires a client certificate "
		    "(cert-file, key-file)");
		assert_int_equal(r.log->seen[0].len, 0);
		tls_context_free(tls);
		receiver_stop(&r);

		tls = context_with("ca.pem", "client.pem", "client.key", 0x303);
		memset(&talk, 0, sizeof(talk));
		talk.data = "hello";
		talk.len = 5;
		receiver_start(&r, &plan);
		talk_to(&talk, r.server, NULL, tls);
		assert_int_equal(talk.end, CONN_CLOSED);
		assert_int_equal(r.log->seen[0].len, 5);
		tls_context_free(tls);
		receiver_stop(&r);
	}
}

static void
our_refused_certificate_is_named(void **state)
{
	const struct receiver_plan plan = {
	    .folder = folder, .cert = "server", .demand = true};
	struct tls_context *tls =
	    context_with("ca.pem", "stranger.pem", "stranger.key", 0x0303);
	struct talk talk = {.data = "x", .len = 1};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_non_null(strstr(talk.why.text, "our certificate"));
	tls_context_free(tls);
	receiver_stop(&r);
}

/* RFC 9662: no static RSA, no CBC; and no early data with TLS 1.3. */
static void
only_the_allowed_suites_are_offered(void **state)
{
	static const uint16_t allowed[] = {
	    0x1301, 0x1302, 0x1303, /* TLS 1.3 */
	    0xc02b, 0xc02c,         /* ECDHE-ECDSA AES-GCM */
	    0xc02f, 0xc030,         /* ECDHE-RSA AES-GCM */
	    0xcca8, 0xcca9,         /* ECDHE CHACHA20 */
	    0x00ff,                 /* no suite: RFC 5746's signal */
	};
	const struct receiver_plan plan = {.folder = folder, .cert = "server"};
	struct tls_context *tls = plain_context();
	struct talk talk = {.data = "x", .len = 1};
	const struct receiver_seen *seen;
	bool mandatory = false;
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	seen = &r.log->seen[0];
	assert_true(seen->suite_count >= 9);
	for (size_t i = 0; i < seen->suite_count; i++) {
		bool good = false;

		for (size_t j = 0; j < sizeof(allowed) / 2; j++)
			good |= seen->suites[i] == allowed[j];
		if (!good)
			print_error("offered 0x%04x\n", seen->suites[i]);
		assert_true(good);
		mandatory |= seen->suites[i] == 0xc02f;
	}
	assert_true(mandatory);
	assert_false(seen->early_data);
	receiver_stop(&r);
	tls_context_free(tls);
}

/* Each ticket once under 1.3; no early data even then. */
static void
sessions_are_resumed(void **state)
{
	static const int versions[] = {0x0303, 0x0304};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct receiver_plan plan = {.folder = folder,
		    .cert = "server",
		    .max_version = versions[i]};
		struct tls_context *tls = plain_context();
		struct receiver r;

		receiver_start(&r, &plan);
		for (size_t n = 0; n < 4; n++) {
			struct talk talk = {.data = "hello", .len = 5};

			talk_to(&talk, r.server, NULL, tls);
			assert_int_equal(talk.end, CONN_CLOSED);
			assert_int_equal(talk.resumed, n > 0);
			assert_int_equal(r.log->seen[n].resumed, n > 0);
			assert_false(r.log->seen[n].early_data);
		}
		receiver_stop(&r);
		tls_context_free(tls);
	}
}

/* The peer's chatter is dropped, and its tickets do not turn our close into
 * a reset: it reads all to a clean end. */
static void
a_peer_that_talks_reads_all(void **state)
{
	static char data[1 << 20];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct receiver_plan plan = {
		    .folder = i == 0 ? folder : NULL,
		    .cert = "server",
		    .deeds = {RECEIVER_TALK}};
		struct tls_context *tls = i == 0 ? plain_context() : NULL;
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
		const struct receiver_plan plan = {.folder = folder,
		    .cert = "server",
		    .deeds = {rows[i].deed}};
		struct tls_context *tls = plain_context();
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
	struct tls_context *tls = plain_context();
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

static void
a_mute_server_does_not_hold_us(void **state)
{
	const struct receiver_plan plan = {
	    .folder = folder, .cert = "server", .deeds = {RECEIVER_MUTE}};
	struct tls_context *tls = plain_context();
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
	const struct receiver_plan plan = {.folder = folder, .cert = "server"};
	struct tls_context *tls = plain_context();
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
	const struct conn_hooks hooks = {NULL, NULL, NULL, NULL};
	struct loop *loop = loop_new(NULL);

	(void)state;
	conn_free(conn_open(loop, &options, &hooks));
	loop_free(loop);
}

static void
expect_bad_files(
    const char *ca, const char *cert, const char *key, const char *words)
{
	char *ca_file = path_of(ca);
	char *cert_file = cert != NULL ? path_of(cert) : NULL;
	char *key_file = key != NULL ? path_of(key) : NULL;
	const struct tls_options options = {
	    ca_file, cert_file, key_file, 0x0303};
	struct err err = {ERR_NONE, ""};

	assert_null(tls_context_new(&options, &err));
	if (strstr(err.text, words) == NULL)
		print_error("told: %s\n", err.text);
	assert_non_null(strstr(err.text, words));
	assert_null(strstr(err.text, "PRIVATE"));
	free(ca_file);
	free(cert_file);
	free(key_file);
}

static void
unusable_files_are_named(void **state)
{
	(void)state;
	expect_bad_files("none.pem", NULL, NULL, "No such file");
	expect_bad_files("ca.key", NULL, NULL, "ca-file");
	expect_bad_files("ca.pem", "client.pem", NULL, "go together");
	expect_bad_files("ca.pem", "client.key", "client.key", "cert-file");
	expect_bad_files("ca.pem", "client.pem", "client.pem", "key-file");
	expect_bad_files(
	    "ca.pem", "client.pem", "server.key", "not the key of");
	expect_bad_files(
	    "ca.pem", "client.pem", "client-locked.key", "is encrypted");
}

static int
make_certificates(void **state)
{
	(void)state;
	folder = kit_folder();
	return certs_write_all(folder);
}

static int
remove_certificates(void **state)
{
	(void)state;
	kit_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_certificate_is_taken),
	    cmocka_unit_test(bad_certificates_are_refused_in_plain_words),
	    cmocka_unit_test(wildcards_match_one_label),
	    cmocka_unit_test(tls_1_1_is_refused),
	    cmocka_unit_test(tls_min_1_3_refuses_1_2),
	    cmocka_unit_test(a_demand_for_a_certificate_is_understood),
	    cmocka_unit_test(our_refused_certificate_is_named),
	    cmocka_unit_test(only_the_allowed_suites_are_offered),
	    cmocka_unit_test(sessions_are_resumed),
	    cmocka_unit_test(a_peer_that_talks_reads_all),
	    cmocka_unit_test(an_end_is_seen_while_we_are_silent),
	    cmocka_unit_test(a_server_without_tls_is_recognised),
	    cmocka_unit_test(a_mute_server_does_not_hold_us),
	    cmocka_unit_test(a_closed_port_is_an_error),
	    cmocka_unit_test(each_address_of_a_name_is_tried),
	    cmocka_unit_test(an_unknown_name_is_an_error),
	    cmocka_unit_test(a_stream_may_go_at_any_time),
	    cmocka_unit_test(unusable_files_are_named),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	return cmocka_run_group_tests(
	    tests, make_certificates, remove_certificates);
}
