/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefsim's endpoints say what the API's documents and its clients say of them:
 * filters, bounds, pages, tokens, errors.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_client.h"

/* Long before any data that a test draws. */
#define SINCE "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z"

static size_t
count_of(struct json_object *list)
{
	return json_object_array_length(json_get(list, "threats"));
}

/* How many threats a filter picks; it must fit one page. */
static size_t
picked(struct client *c, const char *filter)
{
	struct json_object *list;
	size_t count;

	list = client_json(c, "/v1/threats?pageSize=1000&filter=%s", filter);
	count = count_of(list);
	(void)json_object_put(list);
	return count;
}

static void
start_small(struct client *c)
{
	client_start(c, "--threats=0", "--recipients=1", NULL);
}

static void
test_list_shows_ids_only_in_their_order(void **state)
{
	struct json_object *threats;
	struct json_object *list;
	struct client c;
	const char *before;
	const char *id;
	size_t i;

	(void)state;
	client_start(&c, "--threats=300", NULL);
	list = client_json(&c, SINCE "&pageSize=300");
	threats = json_get(list, "threats");
	assert_int_equal(json_object_array_length(threats), 300);
	before = "";
	for (i = 0; i < 300; i++) {
		assert_int_equal(json_object_object_length(
		                     json_object_array_get_idx(threats, i)),
		    1);
		id = json_object_get_string(json_get(
		    json_object_array_get_idx(threats, i), "threatId"));
		assert_int_equal(strlen(id), 36);
		assert_true(strcmp(before, id) < 0);
		before = id;
	}
	(void)json_object_put(list);
	client_stop(&c);
}

static void
test_list_without_filter_is_the_top_100_without_pages(void **state)
{
	struct json_object *list;
	struct client c;

	(void)state;
	client_start(&c, "--threats=150", NULL);
	list = client_json(&c, "/v1/threats?pageSize=7&pageNumber=2");
	assert_int_equal(count_of(list), 100);
	assert_int_equal(json_object_object_length(list), 1);
	(void)json_object_put(list);
	/* A filter that begins with "filter=" is silently no filter. */
	list = client_json(&c,
	    "/v1/threats?filter=filter%%3D"
	    "receivedTime+gte+2099-01-01T00:00:00Z");
	assert_int_equal(count_of(list), 100);
	(void)json_object_put(list);
	client_stop(&c);
}

static void
test_last_page_names_no_next_page(void **state)
{
	struct json_object *list;
	struct client c;
	int page;

	(void)state;
	client_start(&c, "--threats=250", NULL);
	for (page = 1; page <= 3; page++) {
		list = client_json(&c, SINCE "&pageNumber=%d", page);
		assert_int_equal(count_of(list), page == 3 ? 50 : 100);
		assert_int_equal(
		    json_object_get_int(json_get(list, "pageNumber")), page);
		if (page == 3)
			assert_false(json_object_object_get_ex(
			    list, "nextPageNumber", NULL));
		else
			assert_int_equal(json_object_get_int(
			                     json_get(list, "nextPageNumber")),
			    page + 1);
		(void)json_object_put(list);
	}
	client_stop(&c);
}

static void
test_last_page_quirks_null_and_present(void **state)
{
	struct json_object *list;
	struct client c;

	(void)state;
	client_start(
	    &c, "--threats=200", "--end-of-pages=null", "--total", NULL);
	list = client_json(&c, SINCE "&pageNumber=2");
	assert_null(json_get(list, "nextPageNumber"));
	assert_int_equal(json_object_get_int(json_get(list, "total")), 200);
	(void)json_object_put(list);
	client_expect(&c, 200, "POST /_sim/set?end-of-pages=present");
	list = client_json(&c, SINCE "&pageNumber=3");
	assert_int_equal(count_of(list), 0);
	assert_int_equal(
	    json_object_get_int(json_get(list, "nextPageNumber")), 4);
	(void)json_object_put(list);
	client_stop(&c);
}

/* Offset paging over live data: an item that leaves page 1 moves page 2. */
static void
test_an_item_is_skipped_when_the_set_shrinks_between_pages(void **state)
{
	static const char filter[] =
	    "latestTimeRemediated+gte+2000-01-01T00:00:00Z+lte+"
	    "2030-01-01T00:00:00Z";
	struct json_object *before;
	struct json_object *after;
	struct json_object *first;
	struct client c;

	(void)state;
	client_start(&c, "--threats=200", "--base=2029-01-01T00:00:00Z", NULL);
	before = client_json(&c, "/v1/threats?filter=%s&pageSize=50", filter);
	first = json_object_array_get_idx(json_get(before, "threats"), 0);
	client_expect(&c, 200,
	    "POST /_sim/status?threat=%s&status=Remediated&"
	    "remediated=2031-01-01T00:00:00Z",
	    json_object_get_string(json_get(first, "threatId")));
	after = client_json(&c, "/v1/threats?filter=%s&pageSize=50", filter);
	assert_string_equal(
	    json_object_get_string(json_get(
	        json_object_array_get_idx(json_get(before, "threats"), 1),
	        "threatId")),
	    json_object_get_string(json_get(
	        json_object_array_get_idx(json_get(after, "threats"), 0),
	        "threatId")));
	(void)json_object_put(before);
	(void)json_object_put(after);
	client_stop(&c);
}

static void
test_bounds_are_whole_seconds_and_the_upper_is_exclusive(void **state)
{
	struct client c;

	(void)state;
	start_small(&c);
	client_expect(
	    &c, 200, "POST /_sim/add?received=2026-03-01T10:00:05.700Z");
#define T(s) "2026-03-01T10:00:" s "Z"
#define R(a, b) "receivedTime+gte+" T(a) "+lte+" T(b)
	assert_int_equal(picked(&c, R("05", "06")), 1);
	assert_int_equal(picked(&c, R("04", "05")), 0);
	assert_int_equal(picked(&c, R("06", "07")), 0);
	/* 05.9 means 05 at both ends. */
	assert_int_equal(picked(&c, R("05.9", "06")), 1);
	assert_int_equal(picked(&c, R("05", "05.9")), 0);
	assert_int_equal(picked(&c, "receivedTime+gte+" T("05")), 1);
	assert_int_equal(picked(&c, "receivedTime+gte+" T("06")), 0);
	assert_int_equal(picked(&c, "receivedTime+lte+" T("06")), 1);
	assert_int_equal(picked(&c, "receivedTime+lte+" T("05")), 0);
	/* The other spelling, and %20 for the blank. */
	assert_int_equal(
	    picked(&c,
	        "receivedTime%20gte%20" T("05") "%20and%20receivedTime%20"
	                                        "lte%20" T("06")),
	    1);
	assert_int_equal(picked(&c, R("09", "01")), 0);
	/* On the second itself. */
	client_expect(&c, 200, "POST /_sim/add?received=2026-03-01T10:00:08Z");
	assert_int_equal(picked(&c, R("07", "08")), 0);
	assert_int_equal(picked(&c, R("08", "09")), 1);
#undef T
#undef R
	client_stop(&c);
}

static void
test_a_malformed_filter_is_404_with_a_reason(void **state)
{
	static const char *const bad[] = {"", "receivedTime", "nonsense",
	    "receivedTime+gt+2026-01-01T00:00:00Z", "receivedTime+gte",
	    "receivedTime+gte+yesterday", "receivedTime+gte+2026-01-01",
	    "receivedTime+gte+2026-1-1T0:0:0Z",
	    "receivedTime+gte+2026-13-01T00:00:00Z",
	    "receivedTime+gte+2026-01-01T00:00:00",
	    "receivedTime+gte++2026-01-01T00:00:00Z",
	    "sentTime+gte+2026-01-01T00:00:00Z",
	    "receivedTime+gte+2026-01-01T00:00:00Z+and",
	    "receivedTime+gte+2026-01-01T00:00:00Z+lt+2026-01-02T00:00:00Z",
	    ("receivedTime+gte+2026-01-01T00:00:00Z+and+"
	     "latestTimeRemediated+lte+2026-01-02T00:00:00Z"),
	    "receivedTime+lte+2026-01-01T00:00:00Z+gte+2026-01-02T00:00:00Z"};
	struct client c;
	struct reply r;
	size_t i;

	(void)state;
	start_small(&c);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		client_ask(&c, &r, "/v1/threats?filter=%s", bad[i]);
		if (r.code != 404)
			print_error("filter: %s\n", bad[i]);
		assert_int_equal(r.code, 404);
		assert_non_null(
		    memmem(r.body.data, r.body.len, "{\"detail\":\"", 11));
		reply_clear(&r);
	}
	client_expect(&c, 400, SINCE "&pageSize=0");
	client_expect(&c, 400, SINCE "&pageNumber=x");
	client_stop(&c);
}

static void
test_latest_time_remediated_follows_the_messages(void **state)
{
	struct client c;
	char *id;

	(void)state;
	client_start(&c, "--threats=0", "--recipients=3", NULL);
	id = client_text(&c, "POST /_sim/add?received=2026-03-01T10:00:00Z");
	id[36] = '\0';
#define SET "POST /_sim/status?threat=%s&status="
	client_expect(&c, 200, SET "No+Action+Done", id);
	assert_int_equal(
	    picked(&c, "latestTimeRemediated+gte+2000-01-01T00:00:00Z"), 0);
	assert_int_equal(
	    picked(&c, "receivedTime+gte+2026-03-01T10:00:00Z"), 1);
	client_expect(
	    &c, 200, SET "Remediated&remediated=2026-03-02T00:00:01.5Z", id);
	assert_int_equal(picked(&c,
	                     "latestTimeRemediated+gte+2026-03-02T00:00:01Z+"
	                     "lte+2026-03-02T00:00:02Z"),
	    1);
	client_expect(
	    &c, 200, SET "Remediated&remediated=2026-03-02T00:00:05Z", id);
	assert_int_equal(picked(&c,
	                     "latestTimeRemediated+gte+2026-03-02T00:00:01Z+"
	                     "lte+2026-03-02T00:00:05Z"),
	    0);
	/* Taken back: it is gone from this list again. */
	client_expect(&c, 200, SET "Would+Remediate", id);
	assert_int_equal(
	    picked(&c, "latestTimeRemediated+gte+2000-01-01T00:00:00Z"), 0);
#undef SET
	free(id);
	client_stop(&c);
}

static void
test_only_the_right_token_is_let_in(void **state)
{
	struct client c;

	(void)state;
	client_start(&c, "--token=good", NULL);
	c.token = NULL;
	client_expect(&c, 401, "/v1/threats");
	c.token = "bad";
	client_expect(&c, 401, "/v1/threats");
	c.token = "goods";
	client_expect(&c, 401, SINCE);
	c.token = "good";
	client_expect(&c, 200, "/v1/threats");
	assert_int_equal(client_stat(&c, "auth_failures"), 3);
	assert_int_equal(client_stat(&c, "status.401"), 3);
	assert_int_equal(client_stat(&c, "status.200"), 1);
	client_stop(&c);
}

static void
test_unknown_paths_ids_and_methods_are_refused(void **state)
{
	struct client c;

	(void)state;
	client_start(&c, NULL);
	client_expect(&c, 404, "/v1/nothing");
	client_expect(&c, 404, "/");
	client_expect(&c, 404, "/v1/threats/");
	client_expect(&c, 404, "/v1/threats/x");
	client_expect(
	    &c, 404, "/v1/threats/00000000-0000-4000-8000-000000000000");
	client_expect(&c, 405, "POST /v1/threats");
	client_expect(&c, 404, "/_sim/add");
	client_expect(&c, 404, "/_sim/nothing");
	client_expect(&c, 400, "POST /_sim/add?thraets=1");
	client_expect(&c, 400, "POST /_sim/add?threats=-1");
	client_expect(&c, 400, "POST /_sim/set?seed=1");
	client_expect(&c, 400, "POST /_sim/status");
	client_expect(&c, 400, "POST /_sim/fault?kind=none");
	client_stop(&c);
}

static void
test_windows_before_the_retention_period_are_400(void **state)
{
	struct client c;
	struct reply r;

	(void)state;
	client_start(&c, "--retention=30d", NULL);
	client_ask(&c, &r, SINCE);
	assert_int_equal(r.code, 400);
	assert_non_null(memmem(r.body.data, r.body.len, "retention", 9));
	reply_clear(&r);
	client_stop(&c);
}

static void
test_connections_are_kept(void **state)
{
	struct client c;
	int i;

	(void)state;
	client_start(&c, NULL);
	for (i = 0; i < 20; i++)
		client_expect(&c, 200, SINCE);
	assert_int_equal(client_stat(&c, "connections"), 1);
	assert_int_equal(client_stat(&c, "requests.list"), 20);
	assert_int_equal(client_stat(&c, "list_received"), 20);
	client_stop(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_list_shows_ids_only_in_their_order),
	    cmocka_unit_test(
	        test_list_without_filter_is_the_top_100_without_pages),
	    cmocka_unit_test(test_last_page_names_no_next_page),
	    cmocka_unit_test(test_last_page_quirks_null_and_present),
	    cmocka_unit_test(
	        test_an_item_is_skipped_when_the_set_shrinks_between_pages),
	    cmocka_unit_test(
	        test_bounds_are_whole_seconds_and_the_upper_is_exclusive),
	    cmocka_unit_test(test_a_malformed_filter_is_404_with_a_reason),
	    cmocka_unit_test(test_latest_time_remediated_follows_the_messages),
	    cmocka_unit_test(test_only_the_right_token_is_let_in),
	    cmocka_unit_test(test_unknown_paths_ids_and_methods_are_refused),
	    cmocka_unit_test(test_windows_before_the_retention_period_are_400),
	    cmocka_unit_test(test_connections_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
