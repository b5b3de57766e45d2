/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Good configurations: defaults, each type's values, printing and comparing.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "conf/conf_sample.h"
#include "conf/hostname.h"
#include "conf/severity_item.h"
#include "conf_try.h"
#include "io/file.h"
#include "io/tls_context.h"

static int
remove_folder(void **state)
{
	(void)state;
	conf_folder_remove();
	return 0;
}

static int
make_folder(void **state)
{
	(void)state;
	(void)conf_folder();
	conf_write("pass", "secret\n", 0600);
	return 0;
}

static struct conf *
good_source(const char *options)
{
	struct conf *conf = conf_try_source(options);

	assert_string_equal(conf_faults, "");
	assert_non_null(conf);
	return conf;
}

static struct conf *
good_destination(const char *options)
{
	struct conf *conf = conf_try_destination(options);

	assert_string_equal(conf_faults, "");
	assert_non_null(conf);
	return conf;
}

static void
source_defaults_are_those_of_the_contract(void **state)
{
	struct conf *conf = good_source("");
	const struct conf_source *s = &conf->sources[0];

	(void)state;
	assert_int_equal(conf->source_count, 1);
	assert_string_equal(s->name, "acme");
	assert_string_equal(s->host, "h");
	assert_int_equal(s->poll_interval_ms, 600000);
	assert_true(s->enabled);
	assert_int_equal(s->streams, STREAM_THREATS);
	assert_int_equal(s->start_ago_ms, 86400000);
	assert_int_equal(s->start_ms, 0);
	assert_int_equal(s->overlap_ms, INT64_C(72) * 3600000);
	assert_int_equal(s->lag_ms, 120000);
	assert_int_equal(s->requests_per_minute, 300);
	assert_int_equal(s->max_in_flight, 4);
	assert_int_equal(s->page_size, 500);
	assert_int_equal(s->timeout_ms, 30000);
	assert_int_equal(s->token_expires_ms, 0);
	assert_null(s->token);
	assert_null(s->ca_file);
	assert_null(s->proxy);
	conf_unref(conf);
}

static void
destination_defaults_are_those_of_the_contract(void **state)
{
	struct conf *conf = good_destination("");
	const struct conf_destination *d = &conf->destinations[0];

	(void)state;
	assert_int_equal(d->transport, TRANSPORT_TLS);
	assert_int_equal(d->framing, FRAMING_OCTET_COUNTING);
	assert_int_equal(d->sources.count, 1);
	assert_string_equal(d->sources.items[0], "*");
	assert_int_equal(d->start_ago_ms, 0);
	assert_int_equal(d->start_ms, 0);
	assert_int_equal(d->rate, 0);
	assert_int_equal(d->failback_ms, 300000);
	assert_int_equal(d->min_severity, 0);
	assert_int_equal(d->attack_types.count, 0);
	assert_int_equal(d->statuses.count, 0);
	assert_int_equal(d->recipient_domains.count, 0);
	assert_true(d->enabled);
	assert_int_equal(d->header, CONF_HEADER_RFC5424);
	assert_false(d->header_time_now);
	assert_int_equal(d->facility, 16);
	assert_true(strlen(d->hostname) > 0);
	assert_string_equal(d->app_name, "cefd");
	assert_false(d->structured_data);
	assert_string_equal(d->vendor, "Abnormal Security");
	assert_string_equal(d->product, "Inbound Email Security");
	assert_int_equal(d->max_size, 8000);
	assert_int_equal(d->confirm, CONFIRM_AUTO);
	assert_int_equal(d->confirm_timeout_ms, 30000);
	assert_int_equal(d->connect_timeout_ms, 10000);
	assert_int_equal(d->write_timeout_ms, 30000);
	assert_int_equal(d->session_records, 320000);
	assert_int_equal(d->session_bytes, 256 * 1024 * 1024);
	assert_int_equal(d->session_time_ms, 30000);
	assert_null(d->server_name);
	assert_int_equal(d->tls_min, 0x0303);
	conf_unref(conf);
}

static void
sections_that_are_left_out_have_their_defaults(void **state)
{
	struct conf *conf = good_source("");

	(void)state;
	assert_string_equal(conf->spool_path, "/var/lib/cefd");
	assert_int_equal(conf->spool_quota, INT64_C(2) << 30);
	assert_string_equal(conf->control_socket, "/run/cefd/cefd.sock");
	assert_string_equal(conf->status_listen, "127.0.0.1:9514");
	conf_unref(conf);
}

static void
each_duration_has_its_unit(void **state)
{
	struct conf *conf = good_source("poll-interval = 500ms overlap = 7d\n"
	                                "lag = 0s timeout = 10m start = 24h");
	const struct conf_source *s = &conf->sources[0];

	(void)state;
	assert_int_equal(s->poll_interval_ms, 500);
	assert_int_equal(s->overlap_ms, INT64_C(7) * 86400000);
	assert_int_equal(s->lag_ms, 0);
	assert_int_equal(s->timeout_ms, 600000);
	assert_int_equal(s->start_ago_ms, 86400000);
	conf_unref(conf);
}

static void
source_options_are_taken(void **state)
{
	struct conf *conf = good_source(
	    "enabled = no streams = {threats} start = 2026-01-02T03:04:05Z\n"
	    "requests-per-minute = 0 max-in-flight = 64 page-size = 1\n"
	    "token-expires = 2027-01-31 ca-file = 'ca.pem'\n"
	    "proxy = \"http://u:p@proxy:3128/\"");
	const struct conf_source *s = &conf->sources[0];

	(void)state;
	assert_false(s->enabled);
	assert_int_equal(s->start_ms, INT64_C(1767323045000));
	assert_int_equal(s->requests_per_minute, 0);
	assert_int_equal(s->max_in_flight, 64);
	assert_int_equal(s->page_size, 1);
	assert_int_equal(s->token_expires_ms, INT64_C(1801353600000));
	assert_string_equal(s->proxy, "http://u:p@proxy:3128/");
	conf_unref(conf);
}

static void
formats_are_taken(void **state)
{
	static const struct {
		const char *options;
		enum conf_format format;
	} formats[] = {{"facility = local7", CONF_FORMAT_CEF},
	    {"format = cef", CONF_FORMAT_CEF},
	    {"format = json header = none framing = nul", CONF_FORMAT_JSON},
	    {"format = leef header = rfc3164 framing = crlf", CONF_FORMAT_LEEF},
	    {"format = rfc5424-sd", CONF_FORMAT_SD}};
	struct conf *conf;

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		conf = good_destination(formats[i].options);
		assert_int_equal(
		    conf->destinations[0].format, formats[i].format);
		assert_int_equal(
		    conf->destinations[0].enterprise_number, 32473);
		conf_unref(conf);
	}
	conf = good_destination(
	    "format = rfc5424-sd enterprise-number = 4294967295");
	assert_true(conf->destinations[0].enterprise_number == UINT32_MAX);
	conf_unref(conf);
}

static void
destination_options_are_taken(void **state)
{
	struct conf *conf = good_destination(
	    "transport = tls framing = lf format = cef sources = \"acme\"\n"
	    "enabled = false header = rfc3164 header-time = now\n"
	    "facility = local7 hostname = h.example app-name = app\n"
	    "structured-data = yes vendor = \"V \\\"q\\\"\" product = 'P $x'\n"
	    "max-size = 64KiB confirm = close confirm-timeout = 1s\n"
	    "connect-timeout = 2s write-timeout = 3s session-records = 1\n"
	    "session-bytes = 1000 session-time = 4s ca-file = ca.pem\n"
	    "cert-file = client.pem key-file = client-locked.key\n"
	    "key-password-file = pass crl-file = ca.crl verify = ca\n"
	    "server-name = s.example tls-min = 1.3 min-severity = 7\n"
	    "rate = 50 failback = 0s start = 2026-01-02T03:04:05Z\n"
	    "attack-types = {Malware, \"Phishing: Credential\"}\n"
	    "statuses = {Remediated} recipient-domains = {example.com}");
	const struct conf_destination *d = &conf->destinations[0];

	(void)state;
	assert_int_equal(d->framing, FRAMING_LF);
	assert_string_equal(d->sources.items[0], "acme");
	assert_int_equal(d->verify, TLS_VERIFY_CA);
	assert_false(d->enabled);
	assert_int_equal(d->header, CONF_HEADER_RFC3164);
	assert_true(d->header_time_now);
	assert_int_equal(d->facility, 23);
	assert_string_equal(d->hostname, "h.example");
	assert_string_equal(d->app_name, "app");
	assert_true(d->structured_data);
	assert_string_equal(d->vendor, "V \"q\"");
	assert_string_equal(d->product, "P $x");
	assert_int_equal(d->max_size, 65536);
	assert_int_equal(d->confirm, CONFIRM_CLOSE);
	assert_int_equal(d->confirm_timeout_ms, 1000);
	assert_int_equal(d->connect_timeout_ms, 2000);
	assert_int_equal(d->write_timeout_ms, 3000);
	assert_int_equal(d->session_records, 1);
	assert_int_equal(d->session_bytes, 1000);
	assert_int_equal(d->session_time_ms, 4000);
	assert_string_equal(d->server_name, "s.example");
	assert_int_equal(d->tls_min, 0x0304);
	assert_int_equal(d->start_ms, INT64_C(1767323045000));
	assert_int_equal(d->rate, 50);
	assert_int_equal(d->failback_ms, 0);
	assert_int_equal(d->min_severity, 7);
	assert_int_equal(d->attack_types.count, 2);
	assert_string_equal(d->attack_types.items[1], "Phishing: Credential");
	assert_string_equal(d->statuses.items[0], "Remediated");
	assert_string_equal(d->recipient_domains.items[0], "example.com");
	conf_unref(conf);
}

static void
a_list_takes_comments_and_may_be_added_to(void **state)
{
	struct conf *conf =
	    good_destination("servers += { \"[::1]:514\", # six\n"
	                     "  /* and\n four */ 192.0.2.1:1 }");
	const struct conf_strings *servers = &conf->destinations[0].servers;

	(void)state;
	assert_int_equal(servers->count, 3);
	assert_string_equal(servers->items[0], "r:6514");
	assert_string_equal(servers->items[1], "[::1]:514");
	assert_string_equal(servers->items[2], "192.0.2.1:1");
	conf_unref(conf);
}

static void
a_host_may_be_copied_as_a_url(void **state)
{
	struct conf *conf = conf_try(
	    "source a { host = https://API.example.com.:8443/v1/ token-file = "
	    "token }\n"
	    "destination d { servers = {r:1} }");

	(void)state;
	assert_non_null(conf);
	assert_string_equal(conf->sources[0].host, "api.example.com:8443");
	conf_unref(conf);
}

static void
paths_begin_at_the_file_and_may_hold_a_variable(void **state)
{
	struct conf *conf;
	char whole[128];

	(void)state;
	assert_int_equal(setenv("CEFD_TEST_FOLDER", conf_folder(), 1), 0);
	conf = conf_try(
	    "spool { path = below }\n"
	    "source a { host = h token-file = \"${CEFD_TEST_FOLDER}/token\" }\n"
	    "destination d { servers = {r:1} vendor = \"\\${X}\" }");
	assert_string_equal(conf_faults,
	    "1: warning: path: \"below\" is taken from the folder of this "
	    "file: write the whole path\n");
	(void)snprintf(whole, sizeof(whole), "%s/token", conf_folder());
	assert_string_equal(conf->sources[0].token_file, whole);
	(void)snprintf(whole, sizeof(whole), "%s/below", conf_folder());
	assert_string_equal(conf->spool_path, whole);
	assert_string_equal(conf->destinations[0].vendor, "${X}");
	conf_unref(conf);
}

static void
status_may_be_off(void **state)
{
	struct conf *conf =
	    conf_try("source a { host = h token-file = token }\n"
	             "destination d { servers = {r:1} }\n"
	             "status { listen = \"\" }\n");

	(void)state;
	assert_non_null(conf);
	assert_null(conf->status_listen);
	conf_unref(conf);
}

static void
print(const struct conf *conf, char **ret, size_t *ret_len)
{
	FILE *out = open_memstream(ret, ret_len);

	conf_print(conf, out);
	assert_int_equal(fclose(out), 0);
}

static void
what_is_printed_loads_and_says_the_same(void **state)
{
	struct conf *before = good_destination(
	    "framing = lf vendor = \"a \\\"b\\\" \\\\ \\${c}\" product = 'd$'\n"
	    "max-size = 9000 session-time = 90s sources = {acme}\n"
	    "header-time = now facility = audit tls-min = 1.3");
	struct conf *after;
	char *text, *again;
	size_t len;

	(void)state;
	print(before, &text, &len);
	after = conf_try(text);
	assert_string_equal(conf_faults, "");
	assert_non_null(after);
	assert_true(conf_source_equal(&before->sources[0], &after->sources[0]));
	assert_true(conf_destination_equal(
	    &before->destinations[0], &after->destinations[0]));
	print(after, &again, &len);
	assert_string_equal(text, again);
	free(text);
	free(again);
	conf_unref(before);
	conf_unref(after);
}

static void
secrets_are_not_printed_and_the_rest_still_loads(void **state)
{
	struct conf *conf =
	    conf_try("source a { host = h token = hunter2hunter2\n"
	             " proxy = \"http://joe:swordfish@p:1\" }\n"
	             "destination d { servers = {r:1} }\n"
	             "status { listen = \"\" }\n");
	char *text;
	size_t len;

	(void)state;
	assert_string_equal(conf_faults,
	    "1: warning: the token stands in the configuration file; "
	    "token-file keeps it where fewer people look\n");
	assert_non_null(conf);
	assert_string_equal(conf->sources[0].token, "hunter2hunter2");
	print(conf, &text, &len);
	assert_null(strstr(text, "hunter2"));
	assert_null(strstr(text, "swordfish"));
	assert_non_null(strstr(text, "joe"));
	conf_unref(conf);
	conf = conf_try(text);
	assert_non_null(conf);
	assert_null(conf->status_listen);
	conf_unref(conf);
	free(text);
}

static void
equal_sees_every_kind_of_difference(void **state)
{
	static const char *const options[] = {"start = 1h",
	    "start = 2026-01-01", "lag = 1s", "proxy = http://a:1",
	    "enabled = no", "page-size = 7", "token-expires = 2030-01-01"};
	struct conf *plain = good_source("");

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct conf *other = good_source(options[i]);

		assert_false(
		    conf_source_equal(&plain->sources[0], &other->sources[0]));
		conf_unref(other);
	}
	conf_unref(plain);
}

static void
equal_sees_another_server_and_another_token(void **state)
{
	struct conf *a = good_destination("");
	struct conf *b = good_destination("servers += {s:1}");
	struct conf *c, *d;

	(void)state;
	assert_false(
	    conf_destination_equal(&a->destinations[0], &b->destinations[0]));
	c = conf_try("source a { host = h token = one }\n"
	             "destination d { servers = {r:1} }");
	d = conf_try("source a { host = h token = two }\n"
	             "destination d { servers = {r:1} }");
	assert_false(conf_source_equal(&c->sources[0], &d->sources[0]));
	conf_unref(a);
	conf_unref(b);
	conf_unref(c);
	conf_unref(d);
}

static void
a_peek_does_not_open_what_is_named(void **state)
{
	char path[128];
	struct conf *conf;

	(void)state;
	assert_null(conf_try("source a { host = h token-file = /nowhere/t }\n"
	                     "destination d { servers = {r:1} }\n"
	                     "control { socket = \"/nowhere/s\" }"));
	(void)snprintf(path, sizeof(path), "%s/cefd.conf", conf_folder());
	conf = conf_peek(path, NULL, NULL);
	assert_non_null(conf);
	assert_non_null(strstr(conf->control_socket, "/s"));
	conf_unref(conf);
}

static void
defaults_need_no_file(void **state)
{
	struct conf *conf = conf_defaults();

	(void)state;
	assert_int_equal(conf->source_count, 0);
	assert_int_equal(conf->destination_count, 1);
	assert_int_equal(conf->destinations[0].max_size, 8000);
	assert_non_null(conf->destinations[0].hostname);
	conf_unref(conf);
}

static void
the_sample_in_the_tree_is_the_tables(void **state)
{
	struct buf file;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	conf_sample(out);
	assert_int_equal(fclose(out), 0);
	buf_init(&file, 1U << 20);
	assert_int_equal(file_read(SAMPLE_FILE, &file, NULL), 0);
	(void)buf_putc(&file, '\0');
	/* `make update-sample` brings it up to date. */
	assert_string_equal(text, file.data);
	buf_clear(&file);
	free(text);
}

static void
the_sample_is_good_but_for_its_token(void **state)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	conf_sample(out);
	assert_int_equal(fclose(out), 0);
	assert_null(conf_try(text));
	assert_non_null(
	    strstr(conf_faults, "token-file: /etc/cefd/acme.token"));
	assert_ptr_equal(strchr(conf_faults, '\n'), strrchr(conf_faults, '\n'));
	free(text);
}

/* Each line that the sample shows as a comment must be right, too. */
static void
the_samples_defaults_are_good_values(void **state)
{
	char *text, *p;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct conf *conf;

	(void)state;
	conf_sample(out);
	assert_int_equal(fclose(out), 0);
	for (p = strstr(text, "  # "); p != NULL; p = strstr(p + 1, "  # ")) {
		char *end = strchr(p, '\n');
		char *equals = strstr(p, " = ");

		if (equals != NULL && equals < end &&
		    memchr(p + 4, ' ', (size_t)(equals - p - 4)) == NULL &&
		    strncmp(equals, " = \"\"", 5) != 0 &&
		    strncmp(equals, " = {\"\"}", 7) != 0)
			p[2] = ' ';
	}
	p = strstr(text, "/etc/cefd/acme.token\"");
	memcpy(p, "token\"              ", 20);
	p[20] = ' ';
	conf = conf_try(text);
	assert_string_equal(conf_faults, "");
	conf_unref(conf);
	free(text);
}

static void
severities_are_attack_types_and_numbers(void **state)
{
	struct text type;
	int n = -1;

	(void)state;
	assert_int_equal(severity_item_parse(TEXT("A=B = 10"), &type, &n), 0);
	assert_true(text_eq(type, TEXT("A=B")));
	assert_int_equal(n, 10);
	assert_int_equal(severity_item_parse(TEXT("Spam=0"), &type, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(severity_item_parse(TEXT("Spam=11"), &type, &n), -1);
	assert_int_equal(severity_item_parse(TEXT("Spam=-1"), &type, &n), -1);
	assert_int_equal(severity_item_parse(TEXT("Spam="), &type, &n), -1);
	assert_int_equal(severity_item_parse(TEXT("=3"), &type, &n), -1);
	assert_int_equal(severity_item_parse(TEXT("Spam"), &type, &n), -1);
}

static void
a_short_host_name_is_made_full(void **state)
{
	static const struct text hosts =
	    TEXT("127.0.0.1 localhost\n"
	         "# 192.0.2.1 collector.wrong.example collector\n"
	         "192.0.2.1\tCollector.Example.COM collector # it\n"
	         "192.0.2.2 other.example.com other");
	char *name = hostname_from_hosts(hosts, "collector");

	(void)state;
	assert_string_equal(name, "Collector.Example.COM");
	free(name);
	name = hostname_from_hosts(hosts, "other");
	assert_string_equal(name, "other.example.com");
	free(name);
	assert_null(hostname_from_hosts(hosts, "localhost"));
	assert_null(hostname_from_hosts(hosts, "nobody"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(source_defaults_are_those_of_the_contract),
	    cmocka_unit_test(destination_defaults_are_those_of_the_contract),
	    cmocka_unit_test(sections_that_are_left_out_have_their_defaults),
	    cmocka_unit_test(each_duration_has_its_unit),
	    cmocka_unit_test(source_options_are_taken),
	    cmocka_unit_test(formats_are_taken),
	    cmocka_unit_test(destination_options_are_taken),
	    cmocka_unit_test(a_list_takes_comments_and_may_be_added_to),
	    cmocka_unit_test(a_host_may_be_copied_as_a_url),
	    cmocka_unit_test(paths_begin_at_the_file_and_may_hold_a_variable),
	    cmocka_unit_test(status_may_be_off),
	    cmocka_unit_test(what_is_printed_loads_and_says_the_same),
	    cmocka_unit_test(secrets_are_not_printed_and_the_rest_still_loads),
	    cmocka_unit_test(equal_sees_every_kind_of_difference),
	    cmocka_unit_test(equal_sees_another_server_and_another_token),
	    cmocka_unit_test(a_peek_does_not_open_what_is_named),
	    cmocka_unit_test(defaults_need_no_file),
	    cmocka_unit_test(the_sample_in_the_tree_is_the_tables),
	    cmocka_unit_test(the_sample_is_good_but_for_its_token),
	    cmocka_unit_test(the_samples_defaults_are_good_values),
	    cmocka_unit_test(severities_are_attack_types_and_numbers),
	    cmocka_unit_test(a_short_host_name_is_made_full),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
