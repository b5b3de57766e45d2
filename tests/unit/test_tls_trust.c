/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a server is known: by name, by its authority, by its fingerprint; what
 * lists of revoked certificates take back; and what is told of one that is
 * refused.
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
#include "io/conn.h"
#include "io/tls_context.h"
#include "io/tls_peer.h"
#include "receiver.h"
#include "talk_kit.h"

#define PROGRAM_LIMIT_S 120
#define CHAIN_MAX 3

/* What a handshake has shown. */
struct shown {
	unsigned calls;
	size_t count;
	struct tls_peer chain[CHAIN_MAX];
};

struct how {
	enum tls_verify verify;
	const char *ca; /* default: ca.pem */
	const char *crl;
	const char *fingerprint;
	const char *name;
	struct shown *shown;
};

static void
on_peer(const struct tls_peer *chain, size_t count, void *arg)
{
	struct shown *shown = arg;

	shown->calls++;
	shown->count = count;
	assert_true(count <= CHAIN_MAX);
	memcpy(shown->chain, chain, count * sizeof(*chain));
}

/* Talk to a server with that certificate. */
static void
try(const char *cert, const struct how *how, struct talk *talk)
{
	const struct receiver_plan plan = {.folder = talk_folder, .cert = cert};
	char *ca_file = talk_path(how->ca != NULL ? how->ca : "ca.pem");
	char *crl_file = talk_path(how->crl);
	const struct tls_options options = {
	    .ca_file = ca_file,
	    .crl_file = crl_file,
	    .min_version = 0x0303,
	    .verify = how->verify,
	    .fingerprints = &how->fingerprint,
	    .fingerprint_count = how->fingerprint != NULL,
	};
	struct err err = {ERR_NONE, ""};
	struct tls_context *tls = tls_context_new(&options, &err);
	struct receiver r;

	if (tls == NULL)
		print_error("%s\n", err.text);
	assert_non_null(tls);
	if (how->shown != NULL)
		tls_context_on_peer(tls, on_peer, how->shown);
	memset(talk, 0, sizeof(*talk));
	talk->data = "hello";
	talk->len = 5;
	receiver_start(&r, &plan);
	talk_to(talk, r.server, how->name, tls);
	receiver_stop(&r);
	tls_context_free(tls);
	free(ca_file);
	free(crl_file);
}

static void
taken(const char *cert, const struct how *how)
{
	struct talk talk;

	try(cert, how, &talk);
	if (!talk.opened)
		print_error("%s: %s\n", cert, talk.why.text);
	assert_true(talk.opened);
	assert_int_equal(talk.end, CONN_CLOSED);
}

static void
refused(const char *cert, const struct how *how, const char *words)
{
	struct talk talk;

	try(cert, how, &talk);
	assert_false(talk.opened);
	assert_int_equal(talk.end, CONN_BROKEN);
	assert_int_equal(talk.why.code, ERR_DENIED);
	if (strstr(talk.why.text, words) == NULL)
		print_error("told: %s\n", talk.why.text);
	assert_non_null(strstr(talk.why.text, words));
}

static void
with_ca_any_name_will_do_but_not_any_authority(void **state)
{
	const struct how ca = {.verify = TLS_VERIFY_CA};
	const struct how named = {
	    .verify = TLS_VERIFY_CA, .name = "another.example"};
	const struct how name = {.name = "another.example"};

	(void)state;
	taken("wrong-name", &ca);
	taken("server", &named);
	refused("server", &name, "not for another.example");
	refused("stranger", &ca, "signed by other-ca, which is not");
	refused("expired", &ca, "expired at 2");
}

/* Of a server's certificate, SHA-256. */
static void
fingerprint_of(const char *cert, char ret[FINGERPRINT_TEXT_MAX])
{
	struct shown shown = {0};
	const struct how how = {.shown = &shown};
	struct talk talk;

	try(cert, &how, &talk);
	assert_int_equal(shown.calls, 1);
	memcpy(ret, shown.chain[0].fingerprint, FINGERPRINT_TEXT_MAX);
}

static void
a_fingerprint_takes_one_certificate_and_no_other(void **state)
{
	static const char *const certs[] = {
	    "server", "stranger", "expired", "wrong-name", "other-ca"};
	char text[FINGERPRINT_TEXT_MAX];
	const struct how how = {
	    .verify = TLS_VERIFY_FINGERPRINT, .fingerprint = text};

	(void)state;
	/* The last one has signed itself. */
	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++) {
		fingerprint_of(certs[i], text);
		taken(certs[i], &how);
	}
	fingerprint_of("server", text);
	refused("server-rsa", &how, "none of those in fingerprints");
	fingerprint_of("server-rsa", text);
	/* What to put there stands in the refusal. */
	{
		const struct how other = {.verify = TLS_VERIFY_FINGERPRINT,
		    .fingerprint = "sha-1:00:00:00:00:00:00:00:00:00:00:00:00:"
		                   "00:00:00:00:00:00:00:00"};

		refused("server-rsa", &other, text);
	}
}

/* A digest that is not ours: that of openssl(1). */
static void
sha_1_is_taken_when_it_is_written_out(void **state)
{
	char *command = xasprintf("openssl x509 -in %s/server.pem -noout "
	                          "-fingerprint -sha1 | sed 's/.*=/sha-1:/'",
	    talk_folder);
	FILE *from = popen(command, "r");
	char line[200] = "";
	const struct how how = {
	    .verify = TLS_VERIFY_FINGERPRINT, .fingerprint = line};

	(void)state;
	assert_non_null(from);
	assert_non_null(fgets(line, sizeof(line), from));
	(void)pclose(from);
	free(command);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(strncmp(line, "sha-1:", 6), 0);
	taken("server", &how);
	refused("server-rsa", &how, "none of those in fingerprints");
}

static void
none_or_a_wrong_fingerprint_is_no_setting(void **state)
{
	static const char *const wrong[] = {"sha-256:AA"};
	struct tls_options options = {
	    .min_version = 0x0303, .verify = TLS_VERIFY_FINGERPRINT};
	struct err err;

	(void)state;
	assert_null(tls_context_new(&options, &err));
	assert_non_null(strstr(err.text, "fingerprints: "));
	options.fingerprints = wrong;
	options.fingerprint_count = 1;
	assert_null(tls_context_new(&options, &err));
	assert_non_null(strstr(err.text, "32 octets"));
}

static void
a_revoked_certificate_is_refused_as_such(void **state)
{
	const struct how none = {.crl = "ca.crl"};
	const struct how some = {.crl = "revoked.crl"};
	const struct how any_name = {
	    .verify = TLS_VERIFY_CA, .crl = "revoked.crl"};

	(void)state;
	taken("server", &none);
	refused("server", &some, "the server's certificate was revoked at 2");
	refused("server", &any_name, "was revoked at 2");
	taken("server-rsa", &some);
}

static void
a_list_must_be_there_and_not_have_ended(void **state)
{
	const struct how ended = {.crl = "ca-ended.crl"};
	const struct how other = {.crl = "sub-ca.crl"};

	(void)state;
	refused("server", &ended, "the list of revoked certificates ended at");
	refused("server", &other, "no list of what ca has revoked");
}

/* Two lists in one file. */
static void
authorities_need_no_list_but_are_held_to_it(void **state)
{
	const struct how lower = {.crl = "sub-ca.crl"};
	const struct how both = {.crl = "both.crl"};
	const struct how upper = {.crl = "ca.crl"};
	char *command = xasprintf("cd %s && cat sub-ca.crl revoked.crl "
	                          ">both.crl",
	    talk_folder);

	(void)state;
	assert_int_equal(system(command), 0);
	free(command);
	taken("below", &lower);
	refused("below", &both, "the server's authority's certificate was");
	refused("below", &upper, "no list of what sub-ca has revoked");
}

static void
the_chain_is_told_good_or_refused(void **state)
{
	static const struct {
		const char *cert;
		bool good;
	} tries[] = {{"below", true}, {"stranger", false}, {"expired", false}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct shown shown = {0};
		const struct how how = {.shown = &shown};
		const struct tls_peer *own = &shown.chain[0];
		struct talk talk;
		char *subject = xasprintf("CN=%s", tries[i].cert);

		try(tries[i].cert, &how, &talk);
		assert_int_equal(talk.opened, tries[i].good);
		assert_int_equal(shown.calls, 1);
		assert_true(shown.count >= (i == 0 ? 2 : 1));
		assert_string_equal(own->subject, subject);
		assert_string_equal(
		    own->names, "localhost, 127.0.0.1, 0:0:0:0:0:0:0:1");
		assert_true(own->not_before_ms > INT64_C(1700000000000));
		assert_true(own->not_after_ms > own->not_before_ms);
		assert_int_equal(strlen(own->fingerprint), 8 + 32 * 3 - 1);
		if (i == 0) {
			assert_string_equal(own->issuer, "CN=sub-ca");
			assert_string_equal(
			    shown.chain[1].subject, "CN=sub-ca");
			assert_string_equal(shown.chain[1].names, "");
		}
		free(subject);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(with_ca_any_name_will_do_but_not_any_authority),
	    cmocka_unit_test(a_fingerprint_takes_one_certificate_and_no_other),
	    cmocka_unit_test(sha_1_is_taken_when_it_is_written_out),
	    cmocka_unit_test(none_or_a_wrong_fingerprint_is_no_setting),
	    cmocka_unit_test(a_revoked_certificate_is_refused_as_such),
	    cmocka_unit_test(a_list_must_be_there_and_not_have_ended),
	    cmocka_unit_test(authorities_need_no_list_but_are_held_to_it),
	    cmocka_unit_test(the_chain_is_told_good_or_refused),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(PROGRAM_LIMIT_S);
	return cmocka_run_group_tests(tests, talk_setup, talk_teardown);
}
