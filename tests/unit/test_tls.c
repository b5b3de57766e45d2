/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS against real servers on loopback: who is let in, who is refused and in
 * which words, what is offered, and that sessions are resumed.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "io/conn.h"
#include "io/tls_alert.h"
#include "io/tls_context.h"
#include "receiver.h"
#include "talk_kit.h"

#define PROGRAM_LIMIT_S 120

static void
expect_refused(const char *cert, const char *name, const char *words)
{
	const struct receiver_plan plan = {.folder = talk_folder, .cert = cert};
	struct tls_context *tls = talk_context_plain();
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
		const struct receiver_plan plan = {.folder = talk_folder,
		    .cert = certs[i / 2],
		    .max_version = versions[i % 2]};
		struct tls_context *tls = talk_context_plain();
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
	expect_refused("address-as-name", NULL, "127.0.0.1 as a DNS name");
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
	    .folder = talk_folder, .cert = "wildcard"};
	struct tls_context *tls = talk_context_plain();
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
	    .folder = talk_folder, .cert = "server", .max_version = 0x0302};
	struct tls_context *tls = talk_context_plain();
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
	    .folder = talk_folder, .cert = "server", .max_version = 0x0303};
	struct tls_context *tls = talk_context("ca.pem", NULL, NULL, 0x0304);
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
		const struct receiver_plan plan = {.folder = talk_folder,
		    .cert = "server",
		    .max_version = versions[i],
		    .demand = true};
		struct tls_context *tls = talk_context_plain();
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

		tls = talk_context("ca.pem", "client.pem", "client.key", 0x303);
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
	    .folder = talk_folder, .cert = "server", .demand = true};
	struct tls_context *tls =
	    talk_context("ca.pem", "stranger.pem", "stranger.key", 0x0303);
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

/* We refuse it with a warning, and the server gives up (RFC 5246 section 7.2.2):
 * that is no word on the suites, which were agreed. */
static void
a_renegotiation_is_refused_and_named(void **state)
{
	const struct receiver_plan plan = {.folder = talk_folder,
	    .cert = "server",
	    .max_version = 0x0303,
	    .deeds = {RECEIVER_AGAIN}};
	struct tls_context *tls = talk_context_plain();
	struct talk talk = {.hold = true};
	struct receiver r;

	(void)state;
	receiver_start(&r, &plan);
	talk_to(&talk, r.server, NULL, tls);
	assert_true(talk.opened);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_int_equal(talk.why.code, ERR_IO);
	assert_string_equal(talk.why.text,
	    "the server ended the session by the TLS alert handshake_failure: "
	    "it may have asked for a renegotiation, which is refused");
	receiver_stop(&r);
	tls_context_free(tls);
}

/* What ends a session is no word on what the handshake agreed on; but a word on
 * our certificate comes after it, with TLS 1.3. */
static void
an_alert_is_explained_by_its_time(void **state)
{
	static const struct {
		int alert;
		bool asked;
		enum tls_alert_time time;
		const char *words;
	} rows[] = {
	    {40, false, TLS_ALERT_EARLY, "no cipher suite in common"},
	    {40, true, TLS_ALERT_EARLY, "requires a client certificate"},
	    {40, false, TLS_ALERT_BETWEEN, "ended the session by the TLS"},
	    {40, true, TLS_ALERT_BETWEEN, "requires a client certificate"},
	    {40, false, TLS_ALERT_LATE, "a renegotiation, which is refused"},
	    {40, true, TLS_ALERT_LATE, "a renegotiation, which is refused"},
	    {48, false, TLS_ALERT_BETWEEN, "does not know the authority"},
	    {48, false, TLS_ALERT_LATE, "does not know the authority"},
	    {70, false, TLS_ALERT_EARLY, "offers no TLS version"},
	    {70, false, TLS_ALERT_LATE, "the session by the TLS alert 70"},
	    {80, false, TLS_ALERT_LATE, "reports an internal error"},
	    {112, false, TLS_ALERT_BETWEEN, "the session by the TLS alert 112"},
	    {116, true, TLS_ALERT_BETWEEN, "requires a client certificate"},
	    {20, false, TLS_ALERT_EARLY, "the fatal TLS alert 20"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tls_asked asked = {.asked = rows[i].asked};
		struct err err = {ERR_NONE, ""};

		assert_int_equal(
		    tls_alert_set(&err, rows[i].alert, rows[i].time, &asked),
		    -1);
		if (strstr(err.text, rows[i].words) == NULL)
			print_error("%zu: told: %s\n", i, err.text);
		assert_non_null(strstr(err.text, rows[i].words));
	}
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
	const struct receiver_plan plan = {
	    .folder = talk_folder, .cert = "server"};
	struct tls_context *tls = talk_context_plain();
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
		const struct receiver_plan plan = {.folder = talk_folder,
		    .cert = "server",
		    .max_version = versions[i]};
		struct tls_context *tls = talk_context_plain();
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

static void
expect_bad_files(
    const char *ca, const char *cert, const char *key, const char *words)
{
	char *ca_file = talk_path(ca);
	char *cert_file = talk_path(cert);
	char *key_file = talk_path(key);
	const struct tls_options options = {.ca_file = ca_file,
	    .cert_file = cert_file,
	    .key_file = key_file,
	    .min_version = 0x0303};
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
	    cmocka_unit_test(a_renegotiation_is_refused_and_named),
	    cmocka_unit_test(an_alert_is_explained_by_its_time),
	    cmocka_unit_test(only_the_allowed_suites_are_offered),
	    cmocka_unit_test(sessions_are_resumed),
	    cmocka_unit_test(unusable_files_are_named),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	return cmocka_run_group_tests(tests, talk_setup, talk_teardown);
}
