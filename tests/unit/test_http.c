/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a server asks to wait, in every form that RFC 9110 allows and some
 * that it does not.
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

#include "base/err.h"
#include "base/mem.h"
#include "canned.h"
#include "io/http.h"
#include "io/loop.h"

/* The server's own clock is years behind: a date is measured by it. */
#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

struct talk {
	struct loop *loop;
	int status;
	int64_t retry_after_ms;
};

static void
on_done(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct talk *talk = arg;

	if (failure != NULL)
		fail_msg("%s", failure->text);
	talk->status = reply->status;
	talk->retry_after_ms = reply->retry_after_ms;
	loop_stop(talk->loop);
}

/* What Retry-After is worth that stands in these headers. */
static int64_t
asked(const char *headers)
{
	struct canned_reply replies[] = {
	    {"/", "429 Too Many Requests", headers, "{}"}, {0}};
	struct canned canned;
	struct err err;
	struct talk talk = {loop_new(&err), 0, 0};
	struct http *http = http_new(talk.loop, &err);
	struct http_request request = {.bearer = "t",
	    .user_agent = "test",
	    .timeout_ms = 10000,
	    .max_bytes = 1000};
	char *ca = xasprintf("%s/ca.pem", canned_folder), *url;

	canned_start(&canned, replies);
	url = xasprintf("https://%s/", canned.host);
	request.url = url;
	request.ca_file = ca;
	(void)http_get(http, &request, on_done, &talk);
	loop_run(talk.loop);
	canned_stop(&canned);
	http_free(http);
	loop_free(talk.loop);
	free(url);
	free(ca);
	assert_int_equal(talk.status, 429);
	return talk.retry_after_ms;
}

static void
seconds_may_have_a_fraction(void **state)
{
	(void)state;
	assert_int_equal(asked(""), -1);
	assert_int_equal(asked("Retry-After: 3600\r\n"), 3600000);
	assert_int_equal(asked("retry-after:17 \r\n"), 17000);
	assert_int_equal(asked("Retry-After: 1.5\r\n"), 2000);
	assert_int_equal(asked("Retry-After: 0.001\r\n"), 1000);
	assert_int_equal(asked("Retry-After: 2.0\r\n"), 2000);
	/* Who waits for ever asks too much, but asks. */
	assert_true(asked("Retry-After: 99999999999999999999\r\n") >= 86400000);
}

static void
a_date_is_by_the_servers_clock(void **state)
{
	(void)state;
	assert_int_equal(
	    asked(DATE "Retry-After: Sun, 06 Nov 1994 09:49:37 GMT\r\n"),
	    3600000);
	assert_int_equal(
	    asked("Retry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n" DATE),
	    30000);
	/* It is over. */
	assert_int_equal(
	    asked(DATE "Retry-After: Sun, 06 Nov 1994 08:00:00 GMT\r\n"), -1);
}

static void
what_is_no_time_is_none(void **state)
{
	(void)state;
	assert_int_equal(asked("Retry-After: soon\r\n"), -1);
	assert_int_equal(asked("Retry-After: -5\r\n"), -1);
	assert_int_equal(asked("Retry-After: 0\r\n"), -1);
	assert_int_equal(asked("Retry-After:\r\n"), -1);
	assert_int_equal(asked("Retry-After: 1.\r\n"), 1000);
	assert_int_equal(asked("Retry-After: .5\r\n"), -1);
}

static void
on_failed(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct talk *talk = arg;

	assert_null(reply);
	assert_null(strstr(failure->text, "hush"));
	assert_non_null(strstr(failure->text, "proxy"));
	loop_stop(talk->loop);
}

/* curl names a proxy that it does not understand as a whole. */
static void
a_proxys_password_is_not_told(void **state)
{
	static const char *const proxies[] = {"http://u:h@hush@127.0.0.1:1",
	    "http://u:hush/x@127.0.0.1:1", "http://u:hush#x@127.0.0.1:1"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
		struct talk talk = {loop_new(&err), 0, 0};
		struct http *http = http_new(talk.loop, &err);
		struct http_request request = {.bearer = "t",
		    .user_agent = "test",
		    .url = "https://127.0.0.1:1/",
		    .proxy = proxies[i],
		    .timeout_ms = 10000,
		    .max_bytes = 1000};

		(void)http_get(http, &request, on_failed, &talk);
		loop_run(talk.loop);
		http_free(http);
		loop_free(talk.loop);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(seconds_may_have_a_fraction),
	    cmocka_unit_test(a_date_is_by_the_servers_clock),
	    cmocka_unit_test(what_is_no_time_is_none),
	    cmocka_unit_test(a_proxys_password_is_not_told),
	};

	return cmocka_run_group_tests(tests, canned_setup, canned_teardown);
}
