/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times in all the shapes that the API has been seen to write, and none that
 * it has not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <time.h>

#include "base/rfc3339.h"

/* 2024-07-17T23:23:26Z */
#define SUMMER INT64_C(1721258606000)

static void
every_shape_that_is_allowed(void **state)
{
	static const struct {
		const char *in;
		int64_t ms;
	} rows[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"1970-01-01T00:00:00.001Z", 1},
	    {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
	    {"2024-07-17T23:23:26Z", SUMMER},
	    {"2024-07-17 23:23:26Z", SUMMER},
	    {"2024-07-17T23:23:26.5Z", SUMMER + 500},
	    {"2024-07-17T23:23:26.05Z", SUMMER + 50},
	    {"2024-07-17T23:23:26.123Z", SUMMER + 123},
	    {"2024-07-17T23:23:26.1239Z", SUMMER + 123},
	    {"2024-07-17T23:23:26.123456Z", SUMMER + 123},
	    {"2024-07-17T23:23:26.123456789Z", SUMMER + 123},
	    {"2024-07-17T23:23:26.000999999Z", SUMMER},
	    {"2024-07-18T01:23:26+02:00", SUMMER},
	    {"2024-07-17T16:23:26.25-07:00", SUMMER + 250},
	    {"2024-07-18T05:08:26+05:45", SUMMER},
	    {"2024-07-17T23:23:26+00:00", SUMMER},
	    {"2024-07-17T23:23:26-00:00", SUMMER},
	    {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
	    {"2000-02-29T00:00:00Z", INT64_C(951782400000)},
	    {"2016-12-31T23:59:60Z", INT64_C(1483228799000)},
	    {"2016-12-31T23:59:60.5Z", INT64_C(1483228799500)},
	};
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rfc3339_parse(text_of(rows[i].in), &ms) == -1)
			fail_msg("refused: %s", rows[i].in);
		if (ms != rows[i].ms)
			fail_msg("%s gave %lld", rows[i].in, (long long)ms);
	}
}

static void
everything_else_is_refused_and_changes_nothing(void **state)
{
	static const char *const rows[] = {"", "2024", "2024-07-17",
	    "2024-07-17T23:23:26", "2024-07-17T23:23Z", "2024-07-17T23:23:26z",
	    "2024-07-17t23:23:26Z", "2024-7-17T23:23:26Z",
	    "2024-07-17T23:23:26.Z", "2024-07-17T23:23:26.1234567890Z",
	    "2024-07-17T23:23:26,5Z", "2024-07-17T23:23:26+0200",
	    "2024-07-17T23:23:26+02", "2024-07-17T23:23:26+24:00",
	    "2024-07-17T23:23:26+02:60", "2024-07-17T23:23:26 +02:00",
	    "2024-07-17T23:23:26Z ", " 2024-07-17T23:23:26Z",
	    "2024-07-17T23:23:26ZZ", "2024-07-17T24:00:00Z",
	    "2024-07-17T23:60:26Z", "2024-07-17T23:23:61Z",
	    "2024-00-17T23:23:26Z", "2024-13-17T23:23:26Z",
	    "2024-07-00T23:23:26Z", "2024-07-32T23:23:26Z",
	    "2024-04-31T23:23:26Z", "2023-02-29T00:00:00Z",
	    "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "1969-12-31T23:59:59Z", "1970-01-01T00:59:59+01:00",
	    "9999-12-31T23:59:59-01:00", "10000-01-01T00:00:00Z",
	    "-024-07-17T23:23:26Z", "+024-07-17T23:23:26Z",
	    "2024-07-17T23:23:2 Z", "1721258606", "null",
	    "2024-07-17  23:23:26Z"};
	int64_t ms = 42;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rfc3339_parse(text_of(rows[i]), &ms) != -1)
			fail_msg("taken: %s", rows[i]);
	}
	assert_int_equal(rfc3339_parse(TEXT("2024-07-17T23:23:26\0"), &ms), -1);
	assert_int_equal(ms, 42);
}

/* The C library's calendar is the other opinion. */
static void
every_day_of_eight_thousand_years(void **state)
{
	char out[RFC3339_MS_LEN + 1];
	char want[64];
	int64_t ms;
	int64_t day;
	struct tm tm;
	time_t t;

	(void)state;
	for (day = 0; day < 2932897; day++) {
		t = (time_t)(day * 86400 + day % 86400);
		(void)gmtime_r(&t, &tm);
		(void)strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S", &tm);
		rfc3339_ms(out, t * INT64_C(1000) + day % 1000);
		if (memcmp(out, want, 19) != 0)
			fail_msg("%s, not %s", out, want);
		if (rfc3339_parse(text_of(out), &ms) == -1 ||
		    ms != t * INT64_C(1000) + day % 1000)
			fail_msg("%s did not come back", out);
	}
}

static void
what_is_written_has_one_shape(void **state)
{
	char ms[RFC3339_MS_LEN + 1];
	char sec[RFC3339_SEC_LEN + 1];

	(void)state;
	rfc3339_ms(ms, SUMMER + 7);
	assert_string_equal(ms, "2024-07-17T23:23:26.007Z");
	rfc3339_sec(sec, SUMMER + 999);
	assert_string_equal(sec, "2024-07-17T23:23:26Z");
	rfc3339_ms(ms, -1);
	assert_string_equal(ms, "1970-01-01T00:00:00.000Z");
	rfc3339_ms(ms, INT64_MIN);
	assert_string_equal(ms, "1970-01-01T00:00:00.000Z");
	rfc3339_ms(ms, INT64_MAX);
	assert_string_equal(ms, "9999-12-31T23:59:59.999Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_shape_that_is_allowed),
	    cmocka_unit_test(everything_else_is_refused_and_changes_nothing),
	    cmocka_unit_test(every_day_of_eight_thousand_years),
	    cmocka_unit_test(what_is_written_has_one_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
