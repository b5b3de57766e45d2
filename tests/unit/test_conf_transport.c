/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes together with a destination's transport, and which files it may
 * write to.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "conf_refused.h"
#include "conf_try.h"

static void
tls_options_without_tls_draw_a_warning(void **state)
{
	struct conf *conf =
	    conf_try_destination("transport = tcp\nserver-name = x");

	(void)state;
	assert_non_null(conf);
	assert_string_equal(conf_faults,
	    "6: warning: server-name means nothing with transport = "
	    "\"tcp\": leave it out, or take another transport\n");
	conf_unref(conf);
}

static void
structured_data_needs_its_own_header(void **state)
{
	(void)state;
	destination_refused("format = rfc5424-sd\nheader = none",
	    "6: format = \"rfc5424-sd\" needs header = \"rfc5424\"\n");
	destination_refused("format = rfc5424-sd header = rfc3164",
	    "5: format = \"rfc5424-sd\" needs header = \"rfc5424\"\n");
	destination_refused("enterprise-number = 0", "enterprise-number: ");
	destination_refused(
	    "enterprise-number = 4294967296", "enterprise-number: ");
}

static void
what_means_nothing_with_relp_draws_a_warning(void **state)
{
	struct conf *conf = conf_try_destination(
	    "transport = relp\nframing = lf\nconfirm = close\n"
	    "ca-file = token\nrelp-window = 1");

	(void)state;
	assert_non_null(conf);
	assert_string_equal(conf_faults,
	    "6: warning: framing means nothing with transport = \"relp\": "
	    "leave it "
	    "out, or take another transport\n"
	    "7: warning: confirm means nothing with transport = \"relp\": "
	    "leave it "
	    "out, or take another transport\n"
	    "8: warning: ca-file means nothing with transport = \"relp\": "
	    "leave it "
	    "out, or take another transport\n");
	conf_unref(conf);
	conf = conf_try_destination("transport = relp-tls ca-file = ca.pem");
	assert_non_null(conf);
	assert_string_equal(conf_faults, "");
	conf_unref(conf);
	destination_refused("relp-window = 0", "is not within 1 and 1000");
	destination_refused("transport = relp\nmax-size = 200000",
	    "6: max-size: RELP takes 128KiB at the most\n");
}

static void
each_transport_has_what_it_needs(void **state)
{
	static const char source[] =
	    "source a { host = h token-file = token }\n";
	struct conf *conf;
	char text[200];

	(void)state;
	(void)snprintf(text, sizeof(text),
	    "%sdestination d { transport = file path = log }", source);
	conf = conf_try(text);
	assert_non_null(conf);
	assert_string_equal(conf_faults,
	    "2: warning: path: \"log\" is taken from the folder of this file: "
	    "write the whole path\n");
	assert_int_equal(conf->destinations[0].framing, FRAMING_LF);
	assert_int_equal(conf->destinations[0].path[0], '/');
	conf_unref(conf);
	(void)snprintf(text, sizeof(text),
	    "%sdestination d { transport = stdout }", source);
	conf = conf_try(text);
	assert_non_null(conf);
	conf_unref(conf);
	(void)snprintf(
	    text, sizeof(text), "%sdestination d { transport = relp }", source);
	refused(text, "2: destination \"d\" has no servers: set servers");
	destination_refused(
	    "transport = file", "4: destination \"d\" has no path: set path");
	told("4: warning: servers means nothing with transport = \"file\": "
	     "leave it "
	     "out, or take another transport");
	destination_refused("transport = file path = x framing = "
	                    "octet-counting",
	    "5: framing: octet-counting is for the network");
	conf = conf_try_destination("path = x");
	assert_non_null(conf);
	told(
	    "5: warning: path means nothing with transport = \"tls\": leave it "
	    "out, or take another transport");
	conf_unref(conf);
}

static void
standard_output_has_one_destination(void **state)
{
	struct conf *conf;

	(void)state;
	refused("source a { host = h token-file = token }\n"
	        "destination d { transport = stdout }\n"
	        "destination e { transport = stdout }\n",
	    "3: transport: destination \"d\" writes to standard output "
	    "already");
	conf = conf_try("source a { host = h token-file = token }\n"
	                "destination d { transport = stdout }\n"
	                "destination e { transport = stdout enabled = false }"
	                "\n");
	assert_non_null(conf);
	conf_unref(conf);
}

static void
a_file_has_one_destination(void **state)
{
	(void)state;
	refused("source a { host = h token-file = token }\n"
	        "destination d { transport = file path = log }\n"
	        "destination e { transport = file path = other }\n"
	        "destination f { transport = file\n"
	        "  path = ./log }\n",
	    "5: path: destination \"d\" writes to it already: give ");
}

/* By whatever name; there before it is made as well. */
static void
a_destination_writes_to_no_file_of_ours(void **state)
{
	static const struct {
		const char *path, *what;
	} tries[] = {
	    {"./token", "the token-file of source \"a\": give the records"},
	    {"linked", "the token-file of source \"a\""},
	    {"cefd.conf", "this file"},
	    {"spool/data.mdb", "a file of the spool"},
	    {"spool/new", "a file of the spool"},
	    {"./ctl", "the control socket"},
	};

	char *spool = xasprintf("%s/spool", conf_folder());
	char *link = xasprintf("%s/linked", conf_folder());

	(void)state;
	assert_int_equal(mkdir(spool, 0700), 0);
	assert_int_equal(symlink("token", link), 0);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		char *what = xasprintf("3: path: is %s", tries[i].what);
		char *text = xasprintf(
		    "source a { host = h token-file = token }\n"
		    "destination d { transport = file\n"
		    "path = \"%s\" }\n"
		    "spool { path = spool } control { socket = ctl }\n",
		    tries[i].path);

		refused(text, what);
		free(text);
		free(what);
	}
	assert_int_equal(unlink(link), 0);
	assert_int_equal(rmdir(spool), 0);
	free(link);
	free(spool);
}

static void
udp_draws_a_warning_and_has_small_records(void **state)
{
	struct conf *conf = conf_try_destination("transport = udp");

	(void)state;
	assert_non_null(conf);
	told("5: warning: udp: nothing is confirmed");
	assert_int_equal(conf->destinations[0].max_size, 2048);
	conf_unref(conf);
	conf = conf_try_destination("transport = udp max-size = 8000");
	assert_non_null(conf);
	assert_int_equal(conf->destinations[0].max_size, 8000);
	conf_unref(conf);
	destination_refused("transport = udp\nmax-size = 65508",
	    "6: max-size: a datagram takes 65507 octets at the most\n");
}

static void
a_word_that_no_record_is_known_to_have_draws_a_warning(void **state)
{
	struct conf *conf = conf_try_destination(
	    "statuses = {\"auto remediated\", \"Remediatd\"}\n"
	    "attack-types = {\"malware \", \"Phishing\"}");

	(void)state;
	assert_non_null(conf);
	assert_string_equal(conf_faults,
	    "5: warning: statuses: \"Remediatd\" is none that is known "
	    "(Auto-Remediated ...): where it is mistyped, what was "
	    "meant is left out\n"
	    "6: warning: attack-types: \"Phishing\" is none that is known "
	    "(Internal-to-Internal Attacks (Email Account Takeover) ...): "
	    "where it is mistyped, what was meant is left out\n");
	conf_unref(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tls_options_without_tls_draw_a_warning),
	    cmocka_unit_test(structured_data_needs_its_own_header),
	    cmocka_unit_test(what_means_nothing_with_relp_draws_a_warning),
	    cmocka_unit_test(each_transport_has_what_it_needs),
	    cmocka_unit_test(standard_output_has_one_destination),
	    cmocka_unit_test(a_file_has_one_destination),
	    cmocka_unit_test(a_destination_writes_to_no_file_of_ours),
	    cmocka_unit_test(udp_draws_a_warning_and_has_small_records),
	    cmocka_unit_test(
	        a_word_that_no_record_is_known_to_have_draws_a_warning),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
