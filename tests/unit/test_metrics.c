/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /metrics looks like in both formats.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "daemon/metrics.h"
#include "daemon/stats.h"

static const struct stats_source sources[] = {
    {.sum = {.name = "acme", .state = "ok", .records = 12},
        .skew_ms = -1500,
        .token_expires_ms = INT64_C(1772000000500),
        .streams = {{.name = "threats", .state = "ok", .fetched = 7},
            {.name = "cases", .state = "unlicensed"}},
        .stream_count = 2},
    {.sum = {.name = "b", .state = "denied"},
        .streams = {{.name = "audit", .state = "denied", .behind_ms = 1}},
        .stream_count = 1},
};

static const struct stats_destination destinations[] = {
    {.name = "siem",
        .state = "sending",
        .confirmed = UINT64_MAX,
        .confirm_level = "relp"},
};

static const struct stats whole = {.version = "0.1.0",
    .spool_damaged = 3,
    .spool_full = true,
    .longest_turn_us = 12345,
    .sources = sources,
    .source_count = 2,
    .destinations = destinations,
    .destination_count = 1};

static void
put(struct buf *out, bool open)
{
	buf_init(out, 100000);
	metrics_put(out, &whole, open);
	(void)buf_putc(out, '\0');
}

static void
assert_has(const struct buf *out, const char *text)
{
	if (strstr(out->data, text) == NULL)
		fail_msg("no \"%s\" in %s", text, out->data);
}

static void
plain_names_a_counter_as_its_samples(void **state)
{
	struct buf out;

	(void)state;
	put(&out, false);
	assert_has(&out,
	    "# TYPE cefd_source_records_total counter\n"
	    "# HELP cefd_source_records_total Records committed.\n"
	    "cefd_source_records_total{source=\"acme\"} 12\n"
	    "cefd_source_records_total{source=\"b\"} 0\n");
	assert_null(strstr(out.data, "# UNIT"));
	buf_clear(&out);
}

static void
open_names_a_counter_without_suffix_and_has_units(void **state)
{
	struct buf out;

	(void)state;
	put(&out, true);
	assert_has(&out,
	    "# TYPE cefd_source_records counter\n"
	    "# HELP cefd_source_records Records committed.\n"
	    "cefd_source_records_total{source=\"acme\"} 12\n");
	assert_has(&out,
	    "# UNIT cefd_loop_longest_turn_seconds seconds\n"
	    "# HELP cefd_loop_longest_turn_seconds What anything has had to "
	    "wait for the rest, at most.\n"
	    "cefd_loop_longest_turn_seconds 0.012345\n");
	assert_string_equal(
	    out.data + out.len - 1 - strlen("# EOF\n"), "# EOF\n");
	buf_clear(&out);
}

static void
each_scope_has_its_labels(void **state)
{
	struct buf out;

	(void)state;
	put(&out, true);
	assert_has(&out, "\ncefd_build_info{version=\"0.1.0\"} 1\n");
	assert_has(&out, "\ncefd_spool_full 1\n");
	assert_has(&out, "\ncefd_spool_damaged_total 3\n");
	assert_has(
	    &out, "\ncefd_source_clock_skew_seconds{source=\"acme\"} -1.500\n");
	assert_has(&out,
	    "\ncefd_stream_fetched_total{source=\"acme\",stream=\"threats\"} "
	    "7\n"
	    "cefd_stream_fetched_total{source=\"acme\",stream=\"cases\"} 0\n"
	    "cefd_stream_fetched_total{source=\"b\",stream=\"audit\"} 0\n");
	assert_has(&out,
	    "\ncefd_destination_confirmed_total{destination=\"siem\"} "
	    "18446744073709551615\n");
	assert_has(&out,
	    "\ncefd_destination_info{destination=\"siem\","
	    "confirm_level=\"relp\"} 1\n");
	buf_clear(&out);
}

static void
one_state_of_all_is_1(void **state)
{
	struct buf out;

	(void)state;
	put(&out, true);
	assert_has(&out, "\ncefd_source_state{source=\"b\",state=\"ok\"} 0\n");
	assert_has(
	    &out, "\ncefd_source_state{source=\"b\",state=\"denied\"} 1\n");
	assert_has(&out,
	    "\ncefd_stream_state{source=\"acme\",stream=\"cases\","
	    "state=\"unlicensed\"} 1\n");
	assert_has(&out,
	    "\ncefd_destination_state{destination=\"siem\",state=\"sending\"} "
	    "1\n");
	assert_has(&out,
	    "\ncefd_destination_state{destination=\"siem\",state=\"paused\"} "
	    "0\n");
	buf_clear(&out);
}

static void
a_time_that_is_not_known_is_not_1970(void **state)
{
	struct buf out;

	(void)state;
	put(&out, true);
	assert_has(&out,
	    "\ncefd_source_token_expiry_timestamp_seconds{source=\"acme\"} "
	    "1772000000.500\n");
	assert_null(strstr(out.data,
	    "cefd_source_token_expiry_timestamp_seconds{source=\"b\"}"));
	assert_null(
	    strstr(out.data, "cefd_source_last_success_timestamp_seconds{"));
	buf_clear(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_names_a_counter_as_its_samples),
	    cmocka_unit_test(open_names_a_counter_without_suffix_and_has_units),
	    cmocka_unit_test(each_scope_has_its_labels),
	    cmocka_unit_test(one_state_of_all_is_1),
	    cmocka_unit_test(a_time_that_is_not_known_is_not_1970),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
