/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two faces of status.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "daemon/attention.h"
#include "daemon/healthz.h"
#include "daemon/stats.h"

#define NOW INT64_C(1772000000000) /* 2026-02-25T06:13:20Z */

static const struct stats_source sources[] = {
    {.sum = {.name = "acme",
         .state = "ok",
         .last_success_ms = NOW - 65000,
         .next_poll_ms = NOW + 3600000,
         .fetched = 7,
         .records = 12,
         .updates = 3,
         .behind_ms = 120999,
         .pending_retries = 2,
         .failing_ms = 7200999,
         .retry_error = "HTTP 404",
         .given_up = 1},
        .last_poll_ms = NOW - 5000,
        .requests = 21,
        .replay_since_ms = NOW - INT64_C(86400000),
        .replay_until_ms = NOW - 1000,
        .replay_records = 60,
        .replay_trouble = "HTTP 500",
        .token_expires_ms = NOW + INT64_C(86400000) * 3,
        .backfill = {86400, 250, -1500, 0}},
    {.sum = {.name = "b",
         .state = "denied",
         .last_error = "the server says \"no\"\n\033[2J"},
        .shortfalls = 4,
        .skew_ms = -1500,
        .streams = {{.name = "threats", .state = "denied"},
            {.name = "cases",
                .state = "unlicensed",
                .records = 5,
                .last_error = "HTTP 402"}},
        .stream_count = 2,
        .token_expires_ms = NOW - 1000},
};

static const struct stats_destination destinations[] = {
    {.name = "witfoo",
        .state = "sending",
        .server = "conductor.example.com:6514",
        .queued = 1000,
        .confirmed = UINT64_MAX,
        .resent = 5,
        .set_aside = 2,
        .confirm_level = "close-notify",
        .oldest_queued_ms = NOW - 2000,
        .last_confirmed_ms = NOW - 100000000,
        .last_error = "",
        .certificate_expires_ms = NOW + 1000,
        .client_certificate_expires_ms = NOW + INT64_C(86400000) * 8 - 1,
        .crl_from_ms = NOW - INT64_C(86400000) * 6,
        .crl_expires_ms = NOW + INT64_C(3600000) * 5,
        .tls_error = "key-file: x: empty",
        .tls_stale = 1,
        .drain = {1000, 999, 10000, 100000}},
    {.name = "second",
        .state = "idle",
        .server = "",
        .certificate_expires_ms = NOW + INT64_C(86400000) * 40,
        .client_certificate_expires_ms = NOW,
        .crl_from_ms = NOW - INT64_C(86400000),
        .crl_expires_ms = NOW},
};

static const struct stats whole = {.version = "0.1.0",
    .now_ms = NOW,
    .uptime_ms = 12300,
    .spool_bytes = 1536,
    .spool_quota = UINT64_C(2) << 30,
    .spool_damaged = 3,
    .spool_full = true,
    .listener_failure = "cannot listen",
    .longest_turn_us = 12345,
    .sources = sources,
    .source_count = 2,
    .destinations = destinations,
    .destination_count = 2};

static void
json_has_the_shape_that_is_promised(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	stats_json(&out, &whole);
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data,
	    "{\"version\": \"0.1.0\", \"uptime\": 12.300, "
	    "\"spool\": {\"bytes\": 1536, \"quota\": 2147483648, "
	    "\"damaged\": 3, \"abandoned\": 0, \"gone\": false, \"full\": "
	    "true, \"failed\": "
	    "false, "
	    "\"failure\": null}, \"listener\": {\"listens\": false, "
	    "\"trouble\": \"cannot listen\"}, \"loop\": {\"longest_turn_ms\": "
	    "12.345}, \"sources\": [{\"name\": \"acme\", \"state\": \"ok\", "
	    "\"last_success\": \"2026-02-25T06:12:15.000Z\", "
	    "\"next_poll\": \"2026-02-25T07:13:20.000Z\", "
	    "\"fetched\": 7, \"records\": 12, \"updates\": 3, "
	    "\"behind_seconds\": 120, "
	    "\"pending_retries\": 2, \"oldest_retry_seconds\": 7200, "
	    "\"given_up\": 1, \"last_error\": \"HTTP 404\", "
	    "\"last_poll\": \"2026-02-25T06:13:15.000Z\", "
	    "\"requests\": 21, "
	    "\"token_expires\": \"2026-02-28T06:13:20.000Z\", "
	    "\"shortfalls\": 0, \"clock_skew_seconds\": 0.000, "
	    "\"replay\": {\"since\": \"2026-02-24T06:13:20.000Z\", "
	    "\"until\": \"2026-02-25T06:13:19.000Z\", "
	    "\"sent_again\": 60, \"trouble\": \"HTTP 500\"}, "
	    "\"progress\": {\"left\": 86400, \"done\": 0.250, "
	    "\"per_second\": -1.500, \"ends_in_seconds\": null}, "
	    "\"streams\": []}, "
	    "{\"name\": \"b\", \"state\": \"denied\", "
	    "\"last_success\": null, \"next_poll\": null, "
	    "\"fetched\": 0, \"records\": 0, \"updates\": 0, "
	    "\"behind_seconds\": 0, "
	    "\"pending_retries\": 0, "
	    "\"oldest_retry_seconds\": 0, \"given_up\": 0, "
	    "\"last_error\": \"the server says \\\"no\\\"\\n\\u001b[2J\", "
	    "\"last_poll\": null, \"requests\": 0, "
	    "\"token_expires\": \"2026-02-25T06:13:19.000Z\", "
	    "\"shortfalls\": 4, \"clock_skew_seconds\": -1.500, "
	    "\"replay\": null, \"progress\": null, \"streams\": ["
	    "{\"name\": \"threats\", \"state\": \"denied\", "
	    "\"last_success\": null, \"next_poll\": null, "
	    "\"fetched\": 0, \"records\": 0, "
	    "\"updates\": 0, \"behind_seconds\": 0, "
	    "\"pending_retries\": 0, "
	    "\"oldest_retry_seconds\": 0, \"given_up\": 0, "
	    "\"last_error\": null}, "
	    "{\"name\": \"cases\", \"state\": \"unlicensed\", "
	    "\"last_success\": null, \"next_poll\": null, "
	    "\"fetched\": 0, \"records\": 5, "
	    "\"updates\": 0, \"behind_seconds\": 0, "
	    "\"pending_retries\": 0, "
	    "\"oldest_retry_seconds\": 0, \"given_up\": 0, "
	    "\"last_error\": \"HTTP 402\"}]}], "
	    "\"destinations\": ["
	    "{\"name\": \"witfoo\", \"state\": \"sending\", "
	    "\"server\": \"conductor.example.com:6514\", "
	    "\"queued\": 1000, \"confirmed\": 18446744073709551615, "
	    "\"resent\": 5, \"set_aside\": 2, \"confirm_level\": "
	    "\"close-notify\", "
	    "\"oldest_queued\": \"2026-02-25T06:13:18.000Z\", "
	    "\"last_confirmed\": \"2026-02-24T02:26:40.000Z\", "
	    "\"last_error\": null, "
	    "\"certificate_expires\": \"2026-02-25T06:13:21.000Z\", "
	    "\"client_certificate_expires\": \"2026-03-05T06:13:19.999Z\", "
	    "\"crl_expires\": \"2026-02-25T11:13:20.000Z\", "
	    "\"warnings\": [\"key-file: x: empty; what was read before "
	    "stays in use\", \"the receiver's certificate expires within a "
	    "day\", \"our certificate expires in 7 days\", "
	    "\"the list of revoked certificates ends in 5 hours\"], "
	    "\"progress\": {\"left\": 1000, \"done\": 0.999, "
	    "\"per_second\": 10.000, \"ends_in_seconds\": 100.000}}, "
	    "{\"name\": \"second\", \"state\": \"idle\", \"server\": null, "
	    "\"queued\": 0, \"confirmed\": 0, \"resent\": 0, \"set_aside\": 0, "
	    "\"confirm_level\": \"none\", \"oldest_queued\": null, "
	    "\"last_confirmed\": null, \"last_error\": null, "
	    "\"certificate_expires\": \"2026-04-06T06:13:20.000Z\", "
	    "\"client_certificate_expires\": \"2026-02-25T06:13:20.000Z\", "
	    "\"crl_expires\": \"2026-02-25T06:13:20.000Z\", "
	    "\"warnings\": [\"our certificate has expired\", "
	    "\"the list of revoked certificates has ended\"], "
	    "\"progress\": null}]}\n");
	buf_clear(&out);
}

static void
text_is_aligned_and_human(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	stats_text(&out, &whole);
	(void)buf_putc(&out, '\0');
	*strstr(out.data, "\nWHAT TO DO") = '\0';
	assert_string_equal(out.data,
	    "cefd 0.1.0, up 12s; spool 1.5 KiB of 2.0 GiB, FULL: polling "
	    "waits for room\n"
	    "  status listener: failed: cannot listen\n"
	    "\n"
	    "SOURCE     STATE       LAST OK    NEXT POLL  RECORDS  UPDATES  "
	    "RETRIES  GIVEN UP\n"
	    "acme       ok          1m 5s ago  in 1h 0m   12       3        "
	    "2        1\n"
	    "  acme: last error: HTTP 404\n"
	    "  acme: replaying: 2026-02-24T06:13:20Z to 2026-02-25T06:13:19Z, "
	    "60 records so far; it waits: HTTP 500\n"
	    "  acme: token expires in 3d 0h\n"
	    "b          denied      -          -          0        0        "
	    "0        0\n"
	    "  threats  denied      -          -          0        0        "
	    "0        0\n"
	    "  cases    unlicensed  -          -          5        0        "
	    "0        0\n"
	    "  b: last error: the server says \"no\"  [2J\n"
	    "  b: token EXPIRED 2s ago\n"
	    "\n"
	    "DESTINATION  STATE    QUEUED  OLDEST  CONFIRMED             "
	    "RESENT  LAST CONFIRMED  SERVER\n"
	    "witfoo       sending  1000    2s ago  18446744073709551615  "
	    "5       1d 3h ago       conductor.example.com:6514\n"
	    "  witfoo: confirmed by: close-notify\n"
	    "  witfoo: certificate expires in 1s\n"
	    "  witfoo: client certificate expires in 7d 23h\n"
	    "  witfoo: list of revoked certificates expires in 5h 0m\n"
	    "  witfoo: warning: key-file: x: empty; what was read before "
	    "stays in use\n"
	    "  witfoo: warning: the receiver's certificate expires within a "
	    "day\n"
	    "  witfoo: warning: our certificate expires in 7 days\n"
	    "  witfoo: warning: the list of revoked certificates ends in 5 "
	    "hours\n"
	    "  witfoo: warning: 2 records were damaged on the disk and "
	    "perhaps not sent\n"
	    "second       idle     0       -       0                     "
	    "0       -               -\n"
	    "  second: certificate expires in 40d 0h\n"
	    "  second: client certificate EXPIRED 0s ago\n"
	    "  second: list of revoked certificates EXPIRED 0s ago\n"
	    "  second: warning: our certificate has expired\n"
	    "  second: warning: the list of revoked certificates has ended\n");
	buf_clear(&out);
}

static void
text_says_what_to_do(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	stats_text(&out, &whole);
	(void)buf_putc(&out, '\0');
	assert_string_equal(strstr(out.data, "\nWHAT TO DO"),
	    "\n"
	    "WHAT TO DO\n"
	    "  cefd: the spool has reached its 2.0 GiB, so polling waits "
	    "for room: see who does not take his records (cefctl queue "
	    "list), or raise \"quota\" and reload\n"
	    "  cefd: no status listener, so no metrics: cannot listen: it "
	    "is tried again by itself; or set \"listen\" to another "
	    "address, and reload\n"
	    "  cefd: 3 rows of the spool were found damaged since the "
	    "start: check the disk; the log says what each of them means\n"
	    "  witfoo: key-file: x: empty; what was read before stays in "
	    "use: have it renewed; cefd takes changed files by itself\n"
	    "  witfoo: the receiver's certificate expires within a day: "
	    "have it renewed; cefd takes changed files by itself\n"
	    "  witfoo: our certificate expires in 7 days: have it renewed; "
	    "cefd takes changed files by itself\n"
	    "  witfoo: the list of revoked certificates ends in 5 hours: "
	    "have it renewed; cefd takes changed files by itself\n"
	    "  witfoo: 2 records were damaged on the disk and perhaps not "
	    "sent: check the disk; cefctl replay fetches what the API still "
	    "has\n"
	    "  second: our certificate has expired: have it renewed; cefd "
	    "takes changed files by itself\n"
	    "  second: the list of revoked certificates has ended: have it "
	    "renewed; cefd takes changed files by itself\n"
	    "  acme: some cannot be fetched, for 2h 0m by now: HTTP 404: "
	    "it is tried again by itself; to see what is refused: cefctl "
	    "test acme\n"
	    "  acme: its token expires in 3d 0h: make a new one in "
	    "Abnormal's portal and put it into token-file; cefd reads it "
	    "by itself\n"
	    "  acme: 1 documents were given up since the start: their ids "
	    "are in the log, each with its reason (\"given up\")\n"
	    "  b: threats: denied: put a good token into token-file, it is "
	    "read at the next poll: cefctl poll b\n"
	    "  b: cases: unlicensed: HTTP 402: take it out of \"streams\" "
	    "and reload, or ask Abnormal for the licence of b\n"
	    "  b: its token expired 2s ago: make a new one in Abnormal's "
	    "portal and put it into token-file; cefd reads it by itself\n");
	buf_clear(&out);
}

static void
nothing_configured_is_no_trouble(void **state)
{
	struct stats none = {.version = "0"};
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	stats_json(&out, &none);
	(void)buf_putc(&out, '\0');
	assert_non_null(
	    strstr(out.data, "\"sources\": [], \"destinations\": []}\n"));
	stats_text(&out, &none);
	buf_clear(&out);
}

static void
a_spool_that_failed_is_told(void **state)
{
	const struct stats stats = {
	    .version = "0.1.0", .spool_failure = "Read-only file system"};
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	stats_json(&out, &stats);
	assert_int_equal(buf_putc(&out, '\0'), 0);
	assert_non_null(strstr(out.data,
	    "\"failed\": true, \"failure\": \"Read-only file system\"}"));
	buf_clear(&out);
	stats_text(&out, &stats);
	assert_int_equal(buf_putc(&out, '\0'), 0);
	assert_non_null(strstr(out.data, ", FAILED\n"));
	assert_non_null(strstr(out.data, "Read-only file system"));
	buf_clear(&out);
}

static void
note_attention(const struct attention *what, void *arg)
{
	(void)snprintf(arg, 100, "%.90s", what->what);
}

static void
a_silent_stream_is_trouble_whatever_its_state_is_called(void **state)
{
	struct stats_source source = {.sum = {.name = "acme", .state = "ok"},
	    .poll_interval_ms = 600000,
	    .silence_ms = 3600000};
	const struct stats stats = {.sources = &source, .source_count = 1};
	char told[100] = "";
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(healthz_put(&out, &stats), 200);
	assert_int_equal(attention_to_all(&stats, note_attention, told), 0);
	source.silence_ms = 7200000;
	assert_int_equal(healthz_put(&out, &stats), 200);
	assert_int_equal(buf_putc(&out, '\0'), 0);
	assert_string_equal(out.data,
	    "ok\nok\nsource acme: no poll of a stream has succeeded for 120 "
	    "min\n");
	assert_int_equal(attention_to_all(&stats, note_attention, told), 1);
	assert_string_equal(
	    told, "no poll of a stream has succeeded for 2h 0m");
	buf_clear(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_has_the_shape_that_is_promised),
	    cmocka_unit_test(text_is_aligned_and_human),
	    cmocka_unit_test(text_says_what_to_do),
	    cmocka_unit_test(nothing_configured_is_no_trouble),
	    cmocka_unit_test(a_spool_that_failed_is_told),
	    cmocka_unit_test(
	        a_silent_stream_is_trouble_whatever_its_state_is_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
