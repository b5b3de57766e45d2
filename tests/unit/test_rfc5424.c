/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syslog header in its three fashions: right to the letter, and nothing
 * that a configuration can hold makes it wrong.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/rfc5424.h"
#include "format_sample.h"
#include "strict_rfc5424.h"

#define NOW INT64_C(1800000000456) /* 2027-01-15T08:00:00.456Z */

static struct buf out;

static void
put(const struct event *event, const struct style *style, uint64_t sequence)
{
	buf_reset(&out);
	rfc5424_put_header(&out, event, style, NOW, sequence);
	(void)buf_putc(&out, '\0');
	out.len--;
}

static void
check(const struct style *style, const char *want)
{
	struct event event;

	sample_bare(&event);
	put(&event, style, 0);
	assert_string_equal(out.data, want);
}

static void
severities_of_every_cef_severity(void **state)
{
	static const int want[] = {6, 6, 6, 6, 5, 5, 5, 4, 4, 2, 2};
	struct style style = sample_style();
	struct strict_rfc5424 record;
	struct event event;
	int facility;
	int severity;

	(void)state;
	sample_bare(&event);
	for (severity = 0; severity <= 10; severity++) {
		assert_int_equal(rfc5424_severity(severity), want[severity]);
		for (facility = 0; facility < 24; facility++) {
			style.facility = facility;
			event.severity = severity;
			put(&event, &style, 0);
			assert_int_equal(
			    strict_rfc5424_parse(&record, out.data, out.len),
			    0);
			assert_int_equal(record.facility, facility);
			assert_int_equal(record.severity, want[severity]);
			strict_rfc5424_clear(&record);
		}
	}
}

static void
the_common_header(void **state)
{
	struct style style = sample_style();

	(void)state;
	check(&style,
	    "<132>1 2026-03-01T10:20:30.123Z cefd.example.com cefd - threat "
	    "- ");
	style.facility = 0;
	check(&style,
	    "<4>1 2026-03-01T10:20:30.123Z cefd.example.com cefd - threat - ");
}

static void
the_time_is_the_events_or_now(void **state)
{
	struct style style = sample_style();
	struct event event;

	(void)state;
	style.header_time_now = true;
	check(&style,
	    "<132>1 2027-01-15T08:00:00.456Z cefd.example.com cefd - threat "
	    "- ");
	style.header_time_now = false;
	sample_bare(&event);
	event.time_ms = EVENT_NO_TIME;
	put(&event, &style, 0);
	assert_string_equal(out.data,
	    "<132>1 2027-01-15T08:00:00.456Z cefd.example.com cefd - threat "
	    "- ");
}

static void
structured_data_counts_from_one_and_wraps(void **state)
{
	static const struct {
		uint64_t sequence;
		const char *want;
	} rows[] = {{0, "1"}, {1, "2"}, {2147483646, "2147483647"},
	    {2147483647, "1"}, {UINT64_C(4294967295), "2"}, {UINT64_MAX, "4"}};
	struct style style = sample_style();
	struct strict_rfc5424 record;
	struct event event;
	size_t i;

	(void)state;
	sample_bare(&event);
	style.structured_data = true;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(&event, &style, rows[i].sequence);
		assert_int_equal(
		    strict_rfc5424_parse(&record, out.data, out.len), 0);
		assert_int_equal(record.param_count, 3);
		assert_string_equal(
		    strict_rfc5424_param(&record, "origin", "software")->ptr,
		    "cefd");
		assert_string_equal(
		    strict_rfc5424_param(&record, "origin", "swVersion")->ptr,
		    PACKAGE_VERSION);
		assert_string_equal(
		    strict_rfc5424_param(&record, "meta", "sequenceId")->ptr,
		    rows[i].want);
		strict_rfc5424_clear(&record);
	}
}

static void
the_older_fashion(void **state)
{
	struct style style = sample_style();
	struct event event;

	(void)state;
	style.header = HEADER_RFC3164;
	check(&style, "<132>Mar  1 10:20:30 cefd.example.com cefd: ");
	sample_bare(&event);
	event.time_ms = INT64_C(1798675199999); /* 2026-12-30T23:59:59.999Z */
	put(&event, &style, 0);
	assert_string_equal(
	    out.data, "<132>Dec 30 23:59:59 cefd.example.com cefd: ");
}

static void
no_header_at_all(void **state)
{
	struct style style = sample_style();

	(void)state;
	style.header = HEADER_NONE;
	check(&style, "");
}

static void
words_are_printable_and_of_legal_length(void **state)
{
	static char large[400];
	struct style style = sample_style();
	struct strict_rfc5424 record;
	struct event event;

	(void)state;
	memset(large, 'h', sizeof(large) - 1);
	sample_bare(&event);
	style.hostname = large;
	style.app_name = large;
	put(&event, &style, 0);
	assert_int_equal(strict_rfc5424_parse(&record, out.data, out.len), 0);
	assert_int_equal(record.hostname.len, 255);
	assert_int_equal(record.app_name.len, 48);
	strict_rfc5424_clear(&record);
	style.hostname = "a b\xc3\xa9\x7f!~";
	style.app_name = "";
	check(&style, "<132>1 2026-03-01T10:20:30.123Z a-b---!~ - - threat - ");
	style.hostname = NULL;
	check(&style, "<132>1 2026-03-01T10:20:30.123Z - - - threat - ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(severities_of_every_cef_severity),
	    cmocka_unit_test(the_common_header),
	    cmocka_unit_test(the_time_is_the_events_or_now),
	    cmocka_unit_test(structured_data_counts_from_one_and_wraps),
	    cmocka_unit_test(the_older_fashion),
	    cmocka_unit_test(no_header_at_all),
	    cmocka_unit_test(words_are_printable_and_of_legal_length),
	};
	int failed;

	buf_init(&out, 4096);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&out);
	return failed;
}
