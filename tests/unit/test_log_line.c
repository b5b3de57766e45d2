/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a line of the log looks like in its three forms, which of it is a field,
 * and what the limit lets through.
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
#include "io/log_limit.h"
#include "io/log_line.h"

static struct log_event event;
static struct buf out;

static void fill(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
fill(const char *fmt, ...)
{
	va_list ap;

	event.level = LOG_LEVEL_WARN;
	event.room = "intake";
	event.time_ms = 1700000000123;
	va_start(ap, fmt);
	assert_int_equal(log_event_fill(&event, fmt, ap), 0);
	va_end(ap);
}

static const char *
written(void (*how)(struct buf *, const struct log_event *))
{
	buf_reset(&out);
	how(&out, &event);
	(void)buf_putc(&out, '\0');
	assert_false(out.overflow);
	return out.data;
}

static int
set_up(void **state)
{
	(void)state;
	buf_init(&out, LOG_LINE_MAX_BYTES);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	buf_clear(&out);
	return 0;
}

static void
assert_field(size_t i, const char *name, const char *value, bool is_number)
{
	assert_true(i < event.field_count);
	assert_true(text_eq(event.fields[i].name, text_of(name)));
	assert_true(text_eq(event.fields[i].value, text_of(value)));
	assert_int_equal(event.fields[i].is_number, is_number);
}

static void
fields_are_what_the_format_names(void **state)
{
	(void)state;
	fill("fetched %d %s source=%s records=%llu seconds=%.1f%s", 7,
	    "threats", "acme", 12ULL, 0.5, ", cut short");
	assert_int_equal(event.field_count, 3);
	assert_field(0, "source", "acme", false);
	assert_field(1, "records", "12", true);
	assert_field(2, "seconds", "0.5", true);
	fill("ready version=1.2 sources=%zu, that is all", (size_t)3);
	assert_int_equal(event.field_count, 2);
	assert_field(0, "version", "1.2", false);
	assert_field(1, "sources", "3", true);
}

static void
a_destination_that_leads_the_sentence_is_a_field(void **state)
{
	(void)state;
	fill("destination \"%s\": %s; retrying server=%s", "siem", "refused",
	    "a:1");
	assert_int_equal(event.field_count, 2);
	assert_field(0, "destination", "siem", false);
	assert_field(1, "server", "a:1", false);
	fill("destination \"%s\" is paused", "siem");
	assert_int_equal(event.field_count, 1);
	assert_field(0, "destination", "siem", false);
	assert_true(strstr(written(log_line_journal), "CEFD_DESTINATION=siem"));
	/* Not so when it is a value that says it. */
	fill("%s is new", "destination \"evil\"");
	assert_int_equal(event.field_count, 0);
}

static void
a_value_cannot_forge_a_field(void **state)
{
	(void)state;
	fill("%s source=%s", "server says source=evil stream=x", "a stream=y");
	assert_int_equal(event.field_count, 1);
	assert_field(0, "source", "a stream=y", false);
	fill("confirm = \"close\" asks for more, url?a=%d", 1);
	assert_int_equal(event.field_count, 0);
}

static void
a_text_that_is_cut_loses_fields_and_no_more(void **state)
{
	char *large = malloc(3 * LOG_TEXT_MAX_BYTES);

	(void)state;
	memset(large, '\x01', 3 * LOG_TEXT_MAX_BYTES);
	large[3 * LOG_TEXT_MAX_BYTES - 1] = '\0';
	fill("stream=%s %s source=%s", "threats", large, "acme");
	assert_int_equal(event.field_count, 1);
	assert_field(0, "stream", "threats", false);
	assert_int_equal(event.text_len, LOG_TEXT_MAX_BYTES - 1);
	assert_non_null(strstr(written(log_line_json), "\"}}\n"));
	free(large);
}

static void
json_is_json_whatever_comes(void **state)
{
	(void)state;
	fill("odd %s source=%s n=%d", "\"\\\n\x1b[2J\xff", "ac\"me", -4);
	assert_string_equal(written(log_line_json),
	    "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warning\","
	    "\"room\":\"intake\",\"message\":\"odd "
	    "\\\"\\\\\\u000a\\u001b[2J\\u00ff "
	    "source=ac\\\"me n=-4\",\"fields\":{\"source\":\"ac\\\"me\","
	    "\"n\":-4}}\n");
}

static void
the_journal_gets_fields_and_no_forged_ones(void **state)
{
	(void)state;
	fill("odd %s source=%s", "\nPRIORITY=0", "acme");
	assert_string_equal(written(log_line_journal),
	    "PRIORITY=4\nSYSLOG_IDENTIFIER=cefd\nCEFD_ROOM=intake\n"
	    "MESSAGE=intake: odd \\x0aPRIORITY=0 source=acme\n"
	    "CEFD_SOURCE=acme\n");
}

static struct log_limit limit;
static uint64_t told;
static unsigned tellings;

static void
on_told(const struct log_limit_slot *slot)
{
	told += slot->swallowed;
	tellings++;
	assert_string_equal(slot->sample, "failed source=a");
	assert_int_equal(slot->level, LOG_LEVEL_WARN);
}

/* How many of `count` lines about `source` pass at `now_ms`. */
static unsigned
pass(const char *source, unsigned count, int64_t now_ms)
{
	unsigned passed = 0;

	fill("failed source=%s", source);
	for (unsigned i = 0; i < count; i++) {
		log_limit_sweep(&limit, now_ms, false, on_told);
		passed += log_limit_pass(&limit,
		    log_limit_kind("failed source=%s", &event), &event, now_ms,
		    on_told);
	}
	return passed;
}

static void
what_repeats_is_counted_for_each_alone(void **state)
{
	(void)state;
	memset(&limit, 0, sizeof(limit));
	assert_int_equal(pass("a", 100, 1000), LOG_LIMIT_BURST);
	assert_int_equal(pass("b", LOG_LIMIT_BURST, 1000), LOG_LIMIT_BURST);
	assert_int_equal(tellings, 0);
	/* The minute is over: the count is told, once, by whoever comes. */
	assert_int_equal(pass("b", 1, 1000 + LOG_LIMIT_WINDOW_MS), 1);
	assert_int_equal(tellings, 1);
	assert_int_equal(told, 100 - LOG_LIMIT_BURST);
	assert_int_equal(
	    pass("a", 40, 2000 + LOG_LIMIT_WINDOW_MS), LOG_LIMIT_BURST);
	log_limit_sweep(&limit, 2001 + LOG_LIMIT_WINDOW_MS, true, on_told);
	assert_int_equal(told, 100 - LOG_LIMIT_BURST + 40 - LOG_LIMIT_BURST);
}

static void
a_destination_that_leads_the_sentence_makes_a_kind(void **state)
{
	static const char fmt[] = "destination \"%s\": %s; retrying in %ds";
	uint64_t a, again, b;

	(void)state;
	fill("destination \"%s\": %s; retrying in %ds", "a", "refused", 1);
	a = log_limit_kind(fmt, &event);
	fill("destination \"%s\": %s; retrying in %ds", "a", "no route", 2);
	again = log_limit_kind(fmt, &event);
	fill("destination \"%s\": %s; retrying in %ds", "b", "refused", 1);
	b = log_limit_kind(fmt, &event);
	assert_int_equal(a, again);
	assert_int_not_equal(a, b);
}

/* All are told, and none again and again. */
static void
each_finding_of_a_configuration_is_a_kind(void **state)
{
	static const char fmt[] = "%s:%d: %s";
	uint64_t a, again, b;

	(void)state;
	fill("%s:%d: %s", "cefd.conf", 3, "no such option");
	event.room = "conf";
	a = log_limit_kind(fmt, &event);
	fill("%s:%d: %s", "cefd.conf", 3, "no such option");
	event.room = "conf";
	again = log_limit_kind(fmt, &event);
	fill("%s:%d: %s", "cefd.conf", 4, "no such option");
	event.room = "conf";
	b = log_limit_kind(fmt, &event);
	assert_int_equal(a, again);
	assert_int_not_equal(a, b);
}

static void
kinds_that_come_in_turn_do_not_lift_the_limit(void **state)
{
	static struct log_limit fresh;
	char name[16];
	int passed = 0;

	(void)state;
	for (int i = 0; i < 40 * 64; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i % 64);
		fill("failed source=%s", name);
		passed += log_limit_pass(&fresh,
		    log_limit_kind("failed source=%s", &event), &event, 1000,
		    on_told);
	}
	assert_int_equal(passed, 64 * LOG_LIMIT_BURST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_what_the_format_names),
	    cmocka_unit_test(a_destination_that_leads_the_sentence_is_a_field),
	    cmocka_unit_test(a_value_cannot_forge_a_field),
	    cmocka_unit_test(a_text_that_is_cut_loses_fields_and_no_more),
	    cmocka_unit_test(json_is_json_whatever_comes),
	    cmocka_unit_test(the_journal_gets_fields_and_no_forged_ones),
	    cmocka_unit_test(what_repeats_is_counted_for_each_alone),
	    cmocka_unit_test(
	        a_destination_that_leads_the_sentence_makes_a_kind),
	    cmocka_unit_test(each_finding_of_a_configuration_is_a_kind),
	    cmocka_unit_test(kinds_that_come_in_turn_do_not_lift_the_limit),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
