/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong is told with its line, all of it, in one pass.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "conf_refused.h"
#include "conf_try.h"

#define SHA1 "sha-1:E1:2D:53:2B:7C:6B:8A:29:A2:76:C8:64:36:0B:08:4B:7A:F1:9E:9D"

static void
everything_is_told_in_one_pass_by_line(void **state)
{
	static const char text[] = /* lines from 1 */
	    "spool { quota = much }\n"
	    "bogus \"x\" { a = 1; b { c = {1,\n"
	    "  2} } }\n"
	    "source \"a b\" {\n"
	    "  token-file = token poll-interval = 10x /* two\n"
	    "  lines */ nothing = { 3, 4 }\n"
	    "  streams = { \"threats\", # one\n"
	    "    \"cases\",\n"
	    "    \"foo\" }\n"
	    "  host = h\n"
	    "  host = again\n"
	    "  lag = \"1s\n"
	    "  page-size = 0\n"
	    "}\n"
	    "destination {\n"
	    "  servers = {\"r:1\", \"r\"}\n"
	    "  transport = pigeon rate = -5\n"
	    "  sources = {}\n"
	    "}\n"
	    "control \"x\" { }\n"
	    "source \"c\" { host = {a, b} token-file = /nowhere }\n"
	    "spool { }\n";

	(void)state;
	assert_null(conf_try(text));
	assert_string_equal(conf_faults,
	    "1: quota: \"much\" is not a size like 8000, 64KiB, 16MiB or "
	    "2GiB\n"
	    "2: unknown section \"bogus\": there are spool, source, "
	    "destination, control and status\n"
	    "4: source \"a b\": a title is 1 to 64 of the characters A-Z a-z "
	    "0-9 . _ -, but does not begin with -\n"
	    "5: poll-interval: \"10x\" is not a duration like 500ms, 30s, "
	    "10m, 24h or 7d\n"
	    "6: unknown option \"nothing\" in source: see cefd.conf(5)\n"
	    "9: streams: \"foo\" is not one of: threats, cases, vendor-cases, "
	    "abuse-campaigns, abuse-not-analyzed, audit\n"
	    "11: host is already set on line 10: keep one\n"
	    "12: this string has no closing \"\n"
	    "13: page-size: \"0\" is not within 1 and 1000\n"
	    "15: destination has no title: destination \"witfoo\" { ... }\n"
	    "16: servers: \"r\": no port: write host:port, as in "
	    "siem.example.com:6514\n"
	    "17: transport: \"pigeon\" is not one of: tls, tcp, udp, relp, "
	    "relp-tls, file, stdout\n"
	    "17: rate: \"-5\" is not a number\n"
	    "18: sources is an empty list: give it a value, or leave it out\n"
	    "20: control takes no title: leave \"x\" out\n"
	    "21: host takes one value, not a list\n"
	    "21: token-file: /nowhere: No such file or directory: put the "
	    "token into it, on one line, and chmod 600\n"
	    "22: spool is already on line 1: keep one\n");
}

/* It is a name on cefctl's command line, where "-" is all of them. */
static void
a_title_does_not_begin_as_an_option_does(void **state)
{
	static const char *const titles[] = {"-", "-n", "--all"};

	(void)state;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		char *text =
		    xasprintf("source a { host = h token-file = token }\n"
		              "destination \"%s\" { servers = {\"r:1\"} }\n",
		        titles[i]);

		refused(text, "\": a title is 1 to 64 of the characters");
		free(text);
	}
}

static void
a_title_is_used_once(void **state)
{
	(void)state;
	refused("source a { host = h token-file = token }\n"
	        "source b { host = h token-file = token }\n"
	        "source \"a\" { host = h token-file = token }\n"
	        "destination a { servers = {r:1} }\n",
	    "3: source \"a\" is already on line 1: give each a title of its "
	    "own\n");
	refused("source a { host = h token-file = token }\n"
	        "destination d { servers = {r:1} }\n"
	        "destination d { servers = {r:1} }\n",
	    "3: destination \"d\" is already on line 2: give each a title of "
	    "its own\n");
}

static void
what_is_mistyped_is_guessed(void **state)
{
	(void)state;
	assert_null(
	    conf_try("source a { tokenfile = x }\n"
	             "destination d { server = x\nsrvers = y\nfoo = z }"));
	told("1: unknown option \"tokenfile\" in source: is token-file meant?");
	told("2: unknown option \"server\" in destination: is servers meant?");
	told("3: unknown option \"srvers\" in destination: is servers meant?");
	told("4: unknown option \"foo\" in destination: see cefd.conf(5)");
}

static void
a_token_in_the_wrong_place_is_not_told(void **state)
{
	(void)state;
	assert_null(conf_try("source a {\n"
	                     "01234567-0123-0123-0123-0123456789ab = x\n"
	                     "token-file = abcdefghijklmnopqrstuvwxyz\n}"));
	told("2: unknown option \"01234567...\" in source");
	told("3: token-file: no such file, whose name is not shown here: if it "
	     "is the token itself, put that into a file");
	assert_null(strstr(conf_faults, "abcdefgh"));
}

#define TOKEN "01234567-0123-0123-0123-0123456789ab"

static void
nor_is_one_in_the_place_of_anything(void **state)
{
	static const char *const texts[] = {
	    TOKEN " { }",
	    "source \"the " TOKEN "\" { }",
	    "spool " TOKEN " { }",
	    "source a { lag = " TOKEN " }",
	    "source a { page-size = " TOKEN " }",
	    "source a { start = " TOKEN " }",
	    "source a { token-expires = " TOKEN " }",
	    "source a { streams = {" TOKEN "} }",
	    "source a { host = \"" TOKEN " \" }",
	    "spool { quota = " TOKEN " }",
	    "destination d { servers = {" TOKEN "} }",
	    "destination d { transport = " TOKEN " }",
	    "destination d { fingerprints = {" TOKEN "} }",
	    "destination d { severities = {" TOKEN "} }",
	    "source a { host = h\n" TOKEN "=\n}",
	    "source a { token-file = /etc/" TOKEN " }",
	    "source a { token-file = q8Zx3kLw9/PmRTy7VbNc2JhGd/c2ln= }",
	    "source a { ca-file = " TOKEN " }",
	    "spool { path = " TOKEN " }",
	    "destination d { sources = {" TOKEN "} }",
	    "source a { host = \"${A0123456789_0123456789_0123456789_c2ln}\" }",
	    "source a { lag = eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhY21lIn0.c2ln }",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_null(conf_try(texts[i]));
		if (strstr(conf_faults, TOKEN) || strstr(conf_faults, "c2ln"))
			fail_msg("%s", conf_faults);
	}
}

static void
what_is_missing_is_told(void **state)
{
	(void)state;
	refused("",
	    "0: no source: a section source \"NAME\" { host, token-file } is "
	    "needed (cefctl setup writes one)\n"
	    "0: no destination: a section destination \"NAME\" { servers } is "
	    "needed (cefctl setup writes one)\n");
	refused("source a { }",
	    "1: source \"a\" has no host: set host = \"...\"\n"
	    "1: source \"a\" has no token-file: put the token into a file of "
	    "its own and name it here (cefctl setup does both)\n"
	    "0: no destination: a section destination \"NAME\" { servers } is "
	    "needed (cefctl setup writes one)\n");
	refused("\ndestination d { }",
	    "2: destination \"d\" has no servers: set servers");
}

static void
a_missing_file_is_told(void **state)
{
	struct conf *conf;

	(void)state;
	conf_faults[0] = '\0';
	conf = conf_try_source("");
	conf_unref(conf);
	source_refused("ca-file = nowhere.pem", "2: ca-file: ");
	told("nowhere.pem: No such file");
	destination_refused(
	    "ca-file = . cert-file = x key-file = token", "not a regular file");
	told("5: cert-file: ");
}

static void
a_syntax_error_has_its_line(void **state)
{
	(void)state;
	refused("source a {\n host h\n}", "2: syntax error: missing equal");
	refused("source a {\n host =\n}\n", "3: syntax error: unexpected");
	refused("source a {\n host = h\n", "3: syntax error, such as a ");
	refused("source a {\n host = h\n}}\n", "3: syntax error: unexpected");
	refused("source a\n host = h\n}\n", "syntax error: ");
	refused("source a {\n streams = {threats\n lag }\n}",
	    "3: syntax error: unexpected token 'lag'");
	refused("= 3", "1: syntax error: unexpected token '='");
	refused("source a {\n host = \"\\999\"\n}", "2: syntax error: ");
	refused("\nfoo { { { ", "2: unknown section \"foo\"");
	refused("\n\n/* foo", "3: this comment has no end");
}

/* What stands before a syntax error is looked at all the same. */
static void
a_syntax_error_hides_nothing_above_it(void **state)
{
	(void)state;
	refused("source a { lag = 5x bad = 1\n host\n}",
	    "1: unknown option \"bad\" in source: see cefd.conf(5)\n"
	    "1: lag: \"5x\" is not a duration like 500ms, 30s, 10m, 24h or "
	    "7d\n3: syntax error: ");
}

static void
control_characters_are_refused(void **state)
{
	char text[] = "source a {\n host = \"h#\"\n} # \x01 in a comment\n";

	(void)state;
	*strchr(text, '#') = '\x02';
	refused(text, "2: control character 0x02");
	refused("\x03", "1: control character 0x03");
}

static void
an_unset_variable_is_told(void **state)
{
	(void)state;
	assert_int_equal(unsetenv("CEFD_TEST_UNSET"), 0);
	source_refused("ca-file = \"${CEFD_TEST_UNSET}/x\"",
	    "2: the environment variable CEFD_TEST_UNSET is not set: ");
	source_refused("ca-file = ${HOME}/x",
	    "2: a value with ${...} needs double quotes\n");
	source_refused("ca-file = \"${HOME/x\"", "2: \"${\" begins a variable");
	source_refused(
	    "ca-file = \"${HOME:-x}\"", "2: \"${\" begins a variable");
}

static void
a_variable_cannot_end_its_string(void **state)
{
	(void)state;
	assert_int_equal(
	    setenv("CEFD_TEST_QUOTE", "x\" page-size = \"7\n\\", 1), 0);
	destination_refused("vendor = \"${CEFD_TEST_QUOTE}\"",
	    "5: vendor: \"x\" page-size = \"7\n\\\": a control character: take "
	    "it out\n");
}

static void
bad_durations_are_refused(void **state)
{
	static const char *const bad[] = {"10", "10x", "-1s", "1.5h", "s",
	    "\"\"", "\"10 m\"", "99999999999999999999s", "1h30m", "10S"};
	char option[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(option, sizeof(option), "timeout = %s", bad[i]);
		source_refused(option, "is not a duration like");
	}
	source_refused(
	    "timeout = 0s", "2: timeout: \"0s\" is not within 100ms and 1h\n");
	source_refused("timeout = 2h", "is not within");
}

static void
bad_sizes_are_refused(void **state)
{
	static const char *const bad[] = {"1k", "1KB", "1 KiB", "-1", "0x10",
	    "1.5MiB", "GiB", "9999999999TiB"};
	char option[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(
		    option, sizeof(option), "max-size = \"%s\"", bad[i]);
		destination_refused(option, "is not a size like");
	}
	destination_refused("max-size = 479",
	    "5: max-size: \"479\" is not within 2KiB and 1MiB\n");
}

static void
bad_numbers_words_and_times_are_refused(void **state)
{
	(void)state;
	source_refused("page-size = 5k", "page-size: \"5k\" is not a number");
	source_refused("max-in-flight = 0", "is not within 1 and 64");
	source_refused("enabled = maybe", "is neither true nor false");
	source_refused("start = yesterday", "is not a duration like 24h or");
	source_refused("start = 9999d", "is not within");
	source_refused("token-expires = 2026-13-01", "is not a date like");
	source_refused("ca-file = \"a\\eb\"", "ca-file: a control character");
	source_refused("proxy = \"u:hush@h:1\"", "proxy: it does not begin");
	destination_refused("tls-min = 1.1", "is not one of: 1.2, 1.3");
	destination_refused("facility = local8", "is not one of: kern, ");
	destination_refused("hostname = \"a b\"", "printable ASCII");
	destination_refused("app-name = \"\"", "app-name: empty");
	destination_refused("vendor = \"\xff\"", "not UTF-8");
	destination_refused("min-severity = 11", "not within 0 and 10");
	destination_refused("attack-types = {\"a\tb\"}", "control");
	destination_refused("statuses = {\"\xff\"}", "not UTF-8");
	destination_refused(
	    "recipient-domains = {\"a@b.example\"}", "the name of a domain");
	destination_refused(
	    "recipient-domains = {\"*.example\"}", "the name of a domain");
	destination_refused("server-name = \"\xc3\xa9\"", "printable ASCII");
	destination_refused("app-name = "
	                    "a234567890123456789012345678901234567890"
	                    "123456789",
	    "longer than 48 octets");
}

static void
a_way_to_verify_has_what_it_needs(void **state)
{
	struct conf *conf;

	(void)state;
	destination_refused("\nverify = ca",
	    "6: verify = \"ca\" needs ca-file: the system's authorities sign "
	    "for anybody\n");
	destination_refused("\nverify = fingerprint",
	    "6: verify = \"fingerprint\" and fingerprints go together: "
	    "fingerprints is missing\n");
	destination_refused("\nfingerprints = {\"" SHA1 "\"}",
	    "6: verify = \"fingerprint\" and fingerprints go together: verify "
	    "is missing\n");
	destination_refused("verify = fingerprint fingerprints = {\"" SHA1
	                    "\",\n\"E1:2D\"}",
	    "6: fingerprints: \"E1:2D\": begins with neither sha-256: nor "
	    "sha-1:\n");
	destination_refused(
	    "verify = none", "\"none\" is not one of: name, ca, fingerprint\n");
	conf = conf_try_destination("verify = fingerprint ca-file = ca.pem\n"
	                            "fingerprints = {\"" SHA1 "\"}");
	assert_non_null(conf);
	assert_string_equal(conf_faults,
	    "5: warning: ca-file means nothing with verify = "
	    "\"fingerprint\": leave one of them out\n");
	assert_int_equal(conf->destinations[0].fingerprints.count, 1);
	conf_unref(conf);
}

/* Each with the line that names it. */
static void
files_are_used_as_they_will_be(void **state)
{
	(void)state;
	conf_write("pass", "secret\n", 0600);
	conf_write("wrong", "terces\n", 0600);
	conf_write("open", "secret\n", 0644);
	destination_refused("\n\nca-file = client.key", "7: ca-file: ");
	destination_refused("\ncrl-file = ca.pem", "6: crl-file: ");
	destination_refused(
	    "cert-file = client.key\nkey-file = client.key", "5: cert-file: ");
	destination_refused(
	    "cert-file = client.pem\nkey-file = server.key", "6: key-file: ");
	told("is not the key of the certificate");
	destination_refused("cert-file = client.pem\n"
	                    "key-file = client-locked.key",
	    "6: key-file: ");
	told("is encrypted: key-password-file is missing\n");
	destination_refused("cert-file = client.pem\n"
	                    "key-file = client-locked.key\n"
	                    "key-password-file = wrong",
	    "7: key-password-file: ");
	told("does not open the key");
	destination_refused("cert-file = client.pem\n"
	                    "key-file = client-locked.key\n"
	                    "key-password-file = open",
	    "7: key-password-file: ");
	told("chmod o-rwx");
	destination_refused("\nkey-password-file = pass",
	    "6: key-password-file has no key-file to open: ");
	source_refused("\nca-file = client.key", "3: ca-file: ");
}

static void
a_word_is_one_of_those_that_are_known(void **state)
{
	(void)state;
	source_refused(
	    "enrich = {hashes}", "is not one of: attachments, links\n");
}

static void
a_destination_names_sources_that_exist(void **state)
{
	(void)state;
	destination_refused("sources = {\"acme\", \"*\",\n \"nobody\"}",
	    "6: destination \"d\" names the source \"nobody\", which does not "
	    "exist: it takes titles of source sections, or *\n");
}

static void
certificate_and_key_go_together(void **state)
{
	(void)state;
	destination_refused("cert-file = token",
	    "5: cert-file and key-file go together: key-file is missing\n");
	destination_refused("\nkey-file = token",
	    "6: cert-file and key-file go together: cert-file is missing\n");
}

static void
a_token_is_given_once_and_kept_from_others(void **state)
{
	(void)state;
	source_refused(
	    "token = x", "2: both token and token-file are set: keep one\n");
	conf_write("open", "secret\n", 0644);
	refused("source a { host = h\n token-file = open }", "2: token-file: ");
	conf_write("blank", " \n", 0600);
	refused(
	    "source a { host = h\n token-file = blank }", "2: token-file: ");
	assert_null(strstr(conf_faults, "secret"));
	refused("source a { host = h token = \"a b\" }",
	    "1: token: a character other than printable ASCII");
}

static void
one_fault_is_told_once(void **state)
{
	(void)state;
	assert_null(conf_try_destination(
	    "verify = \"fingerprint\" fingerprints = {\"sha-256:00\"}"));
	assert_null(strchr(strchr(conf_faults, '\n') + 1, '\n'));
	assert_null(conf_try("source { }\ndestination { }\n"));
	told("1: source has no title");
	told("1: source has no host: set");
	told("1: source has no token-file: put");
	told("2: destination has no servers: set");
	assert_null(strstr(conf_faults, "\"\""));
}

static void
several_servers_stand_in_braces(void **state)
{
	static const char *const lists[] = {"h:6514, i:6514", "h:6514;i:6514"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text =
		    xasprintf("destination d { servers = \"%s\" }", lists[i]);

		refused(
		    text, "several stand in braces: write {\"HOST:PORT\", ");
		free(text);
	}
}

static void
what_is_past_or_relative_draws_a_warning(void **state)
{
	struct conf *conf = conf_try_source("token-expires = \"2020-01-01\"");

	(void)state;
	assert_non_null(conf);
	conf_unref(conf);
	told("2: warning: token-expires: 2020-01-01T00:00:00.000Z is past");
	conf = conf_try("source a { host = h token-file = token }\n"
	                "destination d { transport = file path = out }\n"
	                "spool { path = sp }\n");
	assert_non_null(conf);
	conf_unref(conf);
	told("2: warning: path: \"out\" is taken from the folder of this file");
	told("3: warning: path: \"sp\" is taken");
}

static void
a_byte_order_mark_is_no_blank(void **state)
{
	(void)state;
	refused("\xef\xbb\xbfsource a { }",
	    "1: the file begins with a byte order mark: save it as UTF-8 "
	    "without one\n1: source \"a\" has no host");
	assert_null(strstr(conf_faults, "unknown section"));
}

static void
a_file_that_cannot_be_read_is_told(void **state)
{
	(void)state;
	conf_faults[0] = '\0';
	assert_null(conf_load_named("nowhere.conf"));
	assert_string_equal(conf_faults,
	    "0: No such file or directory: have cefctl setup write a first "
	    "one, begin with the sample "
	    "(/usr/share/doc/cefd/examples/cefd.conf), or name another one "
	    "with -c\n");
	assert_null(conf_load_named("."));
	told("0: not a regular file: name the file with -c\n");
}

/* Nothing would be fetched until then, and all would look well. */
static void
a_start_to_come_is_refused(void **state)
{
	char when[RFC3339_SEC_LEN + 1], line[64];
	struct timeval now;
	struct conf *conf;

	(void)state;
	source_refused("start = \"2999-01-01T00:00:00Z\"",
	    "start = \"2999-01-01T00:00:00Z\" is still to come");
	source_refused("start = \"2999-01-01T00:00:00Z\"", "from what time on");
	assert_null(conf_try_destination("start = \"2999-01-01T00:00:00Z\""));
	told("is still to come");
	/* The clocks may differ by a day. */
	(void)gettimeofday(&now, NULL);
	rfc3339_sec(when, ((int64_t)now.tv_sec + 86000) * 1000);
	(void)snprintf(line, sizeof(line), "start = \"%s\"", when);
	conf = conf_try_source(line);
	assert_non_null(conf);
	conf_unref(conf);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_is_told_in_one_pass_by_line),
	    cmocka_unit_test(a_title_does_not_begin_as_an_option_does),
	    cmocka_unit_test(a_title_is_used_once),
	    cmocka_unit_test(what_is_mistyped_is_guessed),
	    cmocka_unit_test(a_token_in_the_wrong_place_is_not_told),
	    cmocka_unit_test(nor_is_one_in_the_place_of_anything),
	    cmocka_unit_test(what_is_missing_is_told),
	    cmocka_unit_test(a_missing_file_is_told),
	    cmocka_unit_test(a_syntax_error_has_its_line),
	    cmocka_unit_test(a_syntax_error_hides_nothing_above_it),
	    cmocka_unit_test(control_characters_are_refused),
	    cmocka_unit_test(an_unset_variable_is_told),
	    cmocka_unit_test(a_variable_cannot_end_its_string),
	    cmocka_unit_test(bad_durations_are_refused),
	    cmocka_unit_test(bad_sizes_are_refused),
	    cmocka_unit_test(bad_numbers_words_and_times_are_refused),
	    cmocka_unit_test(a_way_to_verify_has_what_it_needs),
	    cmocka_unit_test(files_are_used_as_they_will_be),
	    cmocka_unit_test(a_word_is_one_of_those_that_are_known),
	    cmocka_unit_test(a_destination_names_sources_that_exist),
	    cmocka_unit_test(certificate_and_key_go_together),
	    cmocka_unit_test(a_token_is_given_once_and_kept_from_others),
	    cmocka_unit_test(one_fault_is_told_once),
	    cmocka_unit_test(several_servers_stand_in_braces),
	    cmocka_unit_test(what_is_past_or_relative_draws_a_warning),
	    cmocka_unit_test(a_byte_order_mark_is_no_blank),
	    cmocka_unit_test(a_file_that_cannot_be_read_is_told),
	    cmocka_unit_test(a_start_to_come_is_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
