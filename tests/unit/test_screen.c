/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status on one screen: the headline, what to do, the cut, the colours.
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
#include "daemon/stats.h"
#include "daemon/stats_screen.h"

#define NOW INT64_C(1772000000000)
#define DAY INT64_C(86400000)
#define MANY 128

static struct buf out;
static bool is_utf8;

static int
begin(void **state)
{
	(void)state;
	buf_init(&out, 1000000);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	buf_clear(&out);
	return 0;
}

static const char *
screen(const struct stats *stats, size_t columns, size_t rows, bool colour)
{
	buf_reset(&out);
	stats_screen(&out, stats, columns, rows, colour, is_utf8);
	(void)buf_putc(&out, '\0');
	return out.data;
}

/* Lines, and that none is wider: plain ASCII. */
static size_t
lines_within(const char *text, size_t columns)
{
	size_t lines = 0, column = 0;

	for (; *text != '\0'; text++) {
		column = *text == '\n' ? 0 : column + 1;
		lines += *text == '\n';
		assert_in_range(column, 0, columns);
	}
	return lines;
}

static const struct stats_destination calm = {.name = "siem",
    .state = "idle",
    .server = "siem.example:6514",
    .confirmed = 1200,
    .confirm_level = "close-notify",
    .last_confirmed_ms = NOW - 3000};
static const struct stats_source well = {.sum = {.name = "acme",
                                             .state = "ok",
                                             .last_success_ms = NOW - 65000,
                                             .next_poll_ms = NOW + 535000,
                                             .records = 1200,
                                             .updates = 7,
                                             .behind_ms = 185000}};

static struct stats
stats_of(const struct stats_source *sources, size_t source_count,
    const struct stats_destination *destinations, size_t destination_count)
{
	return (struct stats){.version = "1.0",
	    .now_ms = NOW,
	    .uptime_ms = 7200000,
	    .spool_bytes = 1536,
	    .spool_quota = UINT64_C(2) << 30,
	    .sources = sources,
	    .source_count = source_count,
	    .destinations = destinations,
	    .destination_count = destination_count};
}

static void
all_well_is_said_first(void **state)
{
	struct stats stats = stats_of(&well, 1, &calm, 1);

	(void)state;
	assert_string_equal(screen(&stats, 100, 40, false),
	    "All well\n"
	    "cefd 1.0, up 2h 0m; 1 source, 1 destination; 0 wait; spool 1.5 "
	    "KiB of 2.0 GiB\n"
	    "\n"
	    "DESTINATION  STATE  WAIT  OLDEST  CONFIRMED  LAST    BY           "
	    " "
	    "SERVER\n"
	    "siem         idle   0     -       1200       3s ago  close-notify "
	    " "
	    "siem.example:6514\n"
	    "\n"
	    "SOURCE  STATE  LAST OK    NEXT       RECORDS  UPDATES  RETRIES  "
	    "BEHIND\n"
	    "acme    ok     1m 5s ago  in 8m 55s  1200     7        0        "
	    "3m 5s\n");
}

/* A server with its port fits at 80; what has no room is marked as cut. */
static void
what_is_cut_is_marked(void **state)
{
	struct stats_destination d = calm;
	struct stats stats = stats_of(&well, 1, &d, 1);

	(void)state;
	d.server = "127.0.0.1:35113";
	d.confirmed = 0;
	assert_non_null(strstr(screen(&stats, 80, 24, false), ":35113\n"));
	(void)screen(&stats, 60, 24, false);
	assert_null(strstr(out.data, ":35113"));
	assert_non_null(strstr(out.data, "~\n"));
	assert_int_not_equal(lines_within(out.data, 60), 0);
	is_utf8 = true;
	(void)screen(&stats, 60, 24, false);
	is_utf8 = false;
	assert_non_null(strstr(out.data, "\u2026\n"));
	assert_null(strstr(out.data, "~"));
	/* A colour ends all the same. */
	(void)screen(&stats, 5, 24, true);
	assert_non_null(strstr(out.data, "~\033[0m"));
	assert_int_not_equal(
	    lines_within(screen(&stats, 30, 24, false), 30), 0);
	d.name = "customer-production-siem-eu";
	(void)screen(&stats, 200, 24, false);
	assert_non_null(strstr(out.data, "customer-prod~on-siem-eu "));
}

static void
trouble_comes_with_the_next_thing_to_do(void **state)
{
	struct stats_destination d = calm;
	struct stats_source s = well;
	struct stats stats = stats_of(&s, 1, &d, 1);
	const char *text, *first, *second;

	(void)state;
	d.state = "backing-off";
	d.last_error = "siem.example:6514: connection \033[2Jrefused";
	s.token_expires_ms = NOW + 3 * DAY;
	text = screen(&stats, 80, 40, false);
	assert_ptr_equal(strstr(text, "2 things need attention\n"), text);
	first = strstr(text, "\n! siem: siem.example:6514: connection  [2Jre");
	assert_non_null(first);
	assert_non_null(strstr(first, "cefctl test siem\n"));
	second =
	    strstr(text, "\n* acme: its token expires in 3d 0h\n    next: ");
	assert_non_null(second);
	assert_true(first < second);
	/* On a narrow one, what to do takes the rows that are free. */
	stats.version = "1.0~20260101.gabcdef";
	text = screen(&stats, 40, 60, false);
	assert_non_null(strstr(text, "\ncefd 1.0, up "));
	first = strstr(text, "next: ");
	assert_non_null(first);
	second = strstr(text, "\n\n");
	assert_non_null(second);
	for (; first < second; first++)
		assert_int_not_equal(*first, '~');
	d = calm;
	assert_ptr_equal(
	    strstr(screen(&stats, 80, 40, false), "1 thing needs attention\n"),
	    out.data);
}

static void
what_is_under_way_has_an_estimate(void **state)
{
	struct stats_destination d = calm;
	struct stats_source s = well;
	struct stats stats = stats_of(&s, 1, &d, 1);

	(void)state;
	d.drain = (struct progress_view){55000, 450, INT64_C(950400), 190000};
	s.backfill = (struct progress_view){12 * 86400, 600, 3600000, 0};
	(void)screen(&stats, 100, 40, false);
	assert_non_null(strstr(out.data,
	    "\n  [#########-----------] 45 % done; 55000 records to go at 950 "
	    "a second, about 3m 10s left\n"));
	assert_non_null(strstr(out.data,
	    "\n  [############--------] 60 % done; 12d 0h of the past to "
	    "fetch, no estimate yet\n"));
	d.drain = (struct progress_view){55000, 0, -5000, 0};
	(void)screen(&stats, 100, 40, false);
	assert_non_null(
	    strstr(out.data, "55000 records to go, and it grows\n"));
}

static void
many_tenants_are_cut_to_the_screen(void **state)
{
	static struct stats_source sources[MANY];
	static char names[MANY][16];
	static const size_t sizes[][2] = {
	    {80, 24}, {100, 40}, {40, 10}, {80, 200}, {1, 1}};
	struct stats stats = stats_of(sources, MANY, &calm, 1);

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		sources[i] = well;
		(void)snprintf(names[i], sizeof(names[i]), "tenant-%zu", i);
		sources[i].sum.name = names[i];
	}
	(void)screen(&stats, 80, 24, false);
	assert_int_equal(lines_within(out.data, 80), 24);
	assert_non_null(strstr(out.data, "\nand 112 more, all well\n"));
	/* The one in need is seen, wherever it stands. */
	sources[100].sum.state = "denied";
	sources[100].sum.last_error = "HTTP 401: the token is not good";
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t columns = sizes[i][0] < 12 ? 12 : sizes[i][0];
		size_t rows = sizes[i][1] < 10 ? 10 : sizes[i][1];

		(void)screen(&stats, sizes[i][0], sizes[i][1], false);
		assert_in_range(lines_within(out.data, columns), 1, rows);
		assert_non_null(strstr(out.data, "\n! tenant-1"));
	}
	(void)screen(&stats, 80, 24, false);
	assert_non_null(strstr(out.data, "\ntenant-100  denied"));
	/* And when all are. */
	for (size_t i = 0; i < MANY; i++)
		sources[i].sum.state = "failing";
	(void)screen(&stats, 80, 24, false);
	assert_int_equal(lines_within(out.data, 80), 24);
	assert_ptr_equal(
	    strstr(out.data, "128 things need attention\n"), out.data);
	assert_non_null(strstr(out.data, "more: cefctl status | less has"));
	assert_non_null(strstr(out.data, "of them not well\n"));
}

static void
colours_change_nothing_else(void **state)
{
	struct stats stats = stats_of(&well, 1, &calm, 1);
	char plain[4096];
	size_t at = 0;

	(void)state;
	(void)snprintf(
	    plain, sizeof(plain), "%s", screen(&stats, 100, 40, false));
	assert_null(strchr(plain, '\033'));
	(void)screen(&stats, 100, 40, true);
	assert_non_null(strstr(out.data, "\033[32mAll well\033[0m\n"));
	for (const char *p = out.data; *p != '\0'; p++) {
		if (*p == '\033') {
			p += strcspn(p, "m");
			continue;
		}
		/* Blanks before a line's end are left away without. */
		if (*p == ' ' && p[strspn(p, " \033[0m")] == '\n')
			continue;
		assert_int_equal(*p, plain[at++]);
	}
	assert_int_equal(plain[at], '\0');
}

static void
streams_in_the_same_trouble_are_one_thing(void **state)
{
	struct stats_source s = well;
	struct stats stats = stats_of(&s, 1, &calm, 1);

	(void)state;
	s.stream_count = 2;
	s.streams[0] = (struct stats_stream){.name = "threats", .state = "ok"};
	s.streams[1] = (struct stats_stream){
	    .name = "cases", .state = "unlicensed", .last_error = "HTTP 402"};
	(void)screen(&stats, 80, 24, false);
	assert_non_null(
	    strstr(out.data, "\n* acme: cases: unlicensed: HTTP 402\n"));
	s.streams[0].state = s.streams[1].state = "denied";
	s.streams[0].last_error = s.streams[1].last_error = "HTTP 401";
	(void)screen(&stats, 80, 24, false);
	assert_ptr_equal(
	    strstr(out.data, "1 thing needs attention\n"), out.data);
	assert_non_null(strstr(out.data, "\n! acme: denied: HTTP 401\n"));
	assert_non_null(strstr(out.data, "put a good token into token-file"));
	/* The token is known, and yet it may not. */
	s.streams[0].last_error = s.streams[1].last_error = "HTTP 403";
	(void)screen(&stats, 80, 24, false);
	assert_non_null(strstr(out.data, "IP allow-list"));
	assert_null(strstr(out.data, "put a good token"));
}

static void
each_trouble_is_found(void **state)
{
	struct stats_destination d = calm;
	struct stats_source s = well;
	struct stats stats = stats_of(&s, 1, &d, 1);

	(void)state;
	assert_int_equal(attention_to_all(&stats, NULL, NULL), 0);
	stats.spool_full = true;
	assert_int_equal(attention_to_spool(&stats, NULL, NULL), 1);
	stats.stopping = true;
	stats.spool_failure = "no space";
	stats.spool_damaged = 1;
	assert_int_equal(attention_to_spool(&stats, NULL, NULL), 3);
	stats.spool_abandoned = 1;
	assert_int_equal(attention_to_spool(&stats, NULL, NULL), 4);
	s.sum.given_up = 1;
	s.skew_ms = -10001;
	s.token_expires_ms = NOW;
	s.sum.state = "polling";
	assert_int_equal(attention_to_source(&s, NOW, NULL, NULL), 3);
	s.sum.last_error = "HTTP 500";
	assert_int_equal(attention_to_source(&s, NOW, NULL, NULL), 4);
	s = well;
	s.sum.failing_ms = 3600000;
	s.sum.retry_error = "HTTP 403";
	assert_int_equal(attention_to_source(&s, NOW, NULL, NULL), 0);
	s.sum.failing_ms++;
	assert_int_equal(attention_to_source(&s, NOW, NULL, NULL), 1);
	s = well;
	s.sum.state = "disabled";
	assert_int_equal(attention_to_source(&s, NOW, NULL, NULL), 0);
	d.oldest_queued_ms = NOW - 900000;
	d.set_aside = 2;
	d.certificate_expires_ms = NOW + DAY;
	assert_int_equal(attention_to_destination(&d, NOW, NULL, NULL), 3);
	/* A drain that gets on is no trouble. */
	d.drain.ends_in_ms = 1000;
	assert_int_equal(attention_to_destination(&d, NOW, NULL, NULL), 2);
	d = calm;
	d.state = "paused";
	assert_int_equal(attention_to_destination(&d, NOW, NULL, NULL), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_cut_is_marked, begin, end),
	    cmocka_unit_test_setup_teardown(all_well_is_said_first, begin, end),
	    cmocka_unit_test_setup_teardown(
	        trouble_comes_with_the_next_thing_to_do, begin, end),
	    cmocka_unit_test_setup_teardown(
	        what_is_under_way_has_an_estimate, begin, end),
	    cmocka_unit_test_setup_teardown(
	        many_tenants_are_cut_to_the_screen, begin, end),
	    cmocka_unit_test_setup_teardown(
	        colours_change_nothing_else, begin, end),
	    cmocka_unit_test_setup_teardown(
	        streams_in_the_same_trouble_are_one_thing, begin, end),
	    cmocka_unit_test(each_trouble_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
