/* SPDX-License-Identifier: Apache-2.0 */
/* The API's manners: URLs, the end of paging, what an answer means. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "intake/api.h"
#include "intake/decode.h"
#include "intake/stream.h"
#include "io/http.h"

static void
expect_url(struct buf *url, const char *wanted)
{
	(void)buf_putc(url, '\0');
	assert_string_equal(url->data, wanted);
	buf_clear(url);
}

static void
a_list_is_asked_for_in_whole_seconds_of_utc(void **state)
{
	const struct window window = {WINDOW_CHANGED, 1772360430, 1772360431};
	struct buf url;

	(void)state;
	buf_init(&url, 1000);
	api_list_url(&url, "api.example", &stream_threats, &window, 500, 2);
	expect_url(&url,
	    "https://api.example/v1/threats?filter=latestTimeRemediated%20gte"
	    "%202026-03-01T10:20:30Z%20lte%202026-03-01T10:20:31Z&pageSize=500"
	    "&pageNumber=2");
}

static void
an_id_cannot_leave_its_place_in_the_path(void **state)
{
	struct buf url;

	(void)state;
	buf_init(&url, 1000);
	api_detail_url(
	    &url, "h", &stream_threats, TEXT("a/../b?c#d e\xff-._~9"), 1);
	expect_url(&url, "https://h/v1/threats/a%2F..%2Fb%3Fc%23d%20e%FF-._~9");
	buf_init(&url, 1000);
	api_detail_url(&url, "h", &stream_threats, TEXT("x"), 3);
	expect_url(&url, "https://h/v1/threats/x?pageNumber=3");
}

static int64_t
next_of(const char *json, int64_t page)
{
	struct decoder *decoder = decoder_new();
	struct err err;
	struct doc *doc = decode(decoder, text_of(json), &err);
	int64_t next = api_next_page(doc_root(doc), page);

	doc_free(doc);
	decoder_free(decoder);
	return next;
}

static void
paging_ends_in_all_the_ways_there_are(void **state)
{
	(void)state;
	assert_int_equal(next_of("{\"nextPageNumber\":2}", 1), 2);
	assert_int_equal(next_of("{\"nextPageNumber\":\"2\"}", 1), 2);
	assert_int_equal(next_of("{}", 1), 0);
	assert_int_equal(next_of("{\"nextPageNumber\":null}", 1), 0);
	assert_int_equal(next_of("{\"nextPageNumber\":1}", 1), 0);
	assert_int_equal(next_of("{\"nextPageNumber\":-5}", 1), 0);
	assert_int_equal(next_of("{\"nextPageNumber\":2.0}", 1), 2);
	assert_int_equal(next_of("[]", 1), 0);
}

static int
check(const char *json, const struct stream *stream)
{
	struct decoder *decoder = decoder_new();
	struct err err;
	struct doc *doc = decode(decoder, text_of(json), &err);
	int result = api_check_list(doc_root(doc), stream, &err);

	if (result == -1)
		assert_int_equal(err.code, ERR_BAD);
	doc_free(doc);
	decoder_free(decoder);
	return result;
}

/* It must not pass for an empty one. */
static void
what_is_no_whole_list_is_told_from_one(void **state)
{
	static const char *const bad[] = {
	    "{}",
	    "[]",
	    "{\"threats\":null}",
	    "{\"threats\":{}}",
	    "{\"threats\":{},\"pageNumber\":1}",
	    "{\"pageNumber\":1}",
	    "{\"threats\":null,\"pageNumber\":\"one\"}",
	    "{\"threats\":null,\"pageNumber\":1,\"nextPageNumber\":{}}",
	    "{\"threats\":[{\"id\":\"a\"}]}",
	    "{\"threats\":[\"a\"]}",
	    "{\"threats\":[null]}",
	    "{\"threats\":[{\"id\":\"a\"},{\"threatId\":null}]}",
	    "{\"threats\":[{\"threatId\":\" \"}]}",
	    "{\"threats\":[{\"threatId\":\"a\\u0000\"}]}",
	    "{\"threats\":[{\"threatId\":[\"a\"]}]}",
	    "{\"threats\":[],\"nextPageNumber\":\"next\"}",
	    "{\"threats\":[],\"nextPageNumber\":{}}",
	    "{\"threats\":[],\"nextPageNumber\":2.5}",
	    "{\"threats\":[],\"nextPageNumber\":true}",
	};
	static const char *const good[] = {
	    "{\"threats\":[]}",
	    "{\"threats\":null,\"pageNumber\":1}",
	    "{\"threats\":null,\"pageNumber\":1,\"nextPageNumber\":2}",
	    "{\"threats\":[{\"threatId\":\"a\"},{\"threatId\":7}]}",
	    "{\"threats\":[{\"threatId\":null},{\"threatId\":\"a\"}]}",
	    "{\"threats\":[],\"nextPageNumber\":null}",
	    "{\"threats\":[],\"nextPageNumber\":3.0}",
	    "{\"threats\":[],\"nextPageNumber\":\"3\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(check(bad[i], &stream_threats), -1);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(check(good[i], &stream_threats), 0);
	/* These are records themselves. */
	assert_int_equal(
	    check("{\"auditLogs\":[{\"x\":1},null]}", &stream_audit), 0);
}

static void
entries_without_an_id_are_counted(void **state)
{
	struct decoder *decoder = decoder_new();
	struct err err;
	struct doc *doc = decode(decoder,
	    TEXT("{\"threats\":[{\"threatId\":\"a\"},{\"threatId\":null},{},"
	         "{\"threatId\":7},null],\"auditLogs\":[{},null]}"),
	    &err);

	(void)state;
	assert_int_equal(api_odd_entries(doc_root(doc), &stream_threats), 3);
	assert_int_equal(api_odd_entries(doc_root(doc), &stream_audit), 0);
	doc_free(doc);
	decoder_free(decoder);
}

static enum api_verdict
judge(int status, bool is_list, const char *body, struct err *err)
{
	const struct http_reply reply = {.status = status,
	    .body = body,
	    .body_len = strlen(body),
	    .retry_after_ms = -1,
	    .date_ms = -1};

	return api_judge(&reply, is_list, "sekret-token", err);
}

static void
each_status_has_its_meaning(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(judge(200, true, "{}", &err), API_OK);
	assert_int_equal(judge(401, true, "", &err), API_DENIED);
	assert_non_null(strstr(err.text, "token"));
	assert_int_equal(judge(402, false, "", &err), API_DENIED);
	assert_non_null(strstr(err.text, "licence"));
	assert_int_equal(judge(403, true, "", &err), API_DENIED);
	assert_non_null(strstr(err.text, "allow-list"));
	assert_int_equal(judge(404, true, "", &err), API_REFUSED);
	assert_non_null(strstr(err.text, "filter"));
	assert_int_equal(judge(404, false, "", &err), API_GONE);
	assert_int_equal(judge(400, true, "", &err), API_REFUSED);
	assert_int_equal(judge(429, false, "", &err), API_SLOWER);
	assert_int_equal(judge(500, true, "", &err), API_AGAIN);
	assert_int_equal(judge(502, false, "", &err), API_AGAIN);
	assert_int_equal(judge(302, true, "", &err), API_AGAIN);
	assert_non_null(strstr(err.text, "redirect"));
	assert_int_equal(judge(304, true, "", &err), API_AGAIN);
	assert_null(strstr(err.text, "redirect"));
	assert_non_null(strstr(err.text, "between"));
	assert_int_equal(judge(407, true, "", &err), API_AGAIN);
	assert_non_null(strstr(err.text, "USER:PASSWORD"));
}

static void
the_body_is_quoted_but_never_the_token(void **state)
{
	char huge[2000];
	struct err err;

	(void)state;
	(void)judge(500, true, "  {\"error\":\"boom\"} ", &err);
	assert_non_null(strstr(err.text, "boom"));
	(void)judge(500, true, "got: Bearer sekret-token, sorry", &err);
	assert_null(strstr(err.text, "sekret"));
	assert_null(strstr(err.text, "sorry"));
	(void)judge(500, true, "got: Bearer sekret-tok\\u0065n, sorry", &err);
	assert_null(strstr(err.text, "sekret"));
	memset(huge, 'x', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	memcpy(huge + 155, "sekret-token", 12);
	(void)judge(500, true, huge, &err);
	assert_null(strstr(err.text, "sekre"));
	memset(huge, 'x', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	(void)judge(500, true, huge, &err);
	assert_true(strlen(err.text) < 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_is_asked_for_in_whole_seconds_of_utc),
	    cmocka_unit_test(an_id_cannot_leave_its_place_in_the_path),
	    cmocka_unit_test(paging_ends_in_all_the_ways_there_are),
	    cmocka_unit_test(what_is_no_whole_list_is_told_from_one),
	    cmocka_unit_test(entries_without_an_id_are_counted),
	    cmocka_unit_test(each_status_has_its_meaning),
	    cmocka_unit_test(the_body_is_quoted_but_never_the_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
