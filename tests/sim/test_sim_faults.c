/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each fault of cefsim is what its name says, strikes where and as often as it
 * was asked to, and leaves the next request alone.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_client.h"
#include "sim_number.h"

#define LIST "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z"
#define FAULT "POST /_sim/fault?"

static struct client sim;
static char first_id[37];

static int
set_up(void **state)
{
	struct json_object *list;

	(void)state;
	client_start(&sim, "--threats=60", "--recipients=4", NULL);
	list = client_json(&sim, LIST);
	memcpy(first_id,
	    json_object_get_string(json_get(
	        json_object_array_get_idx(json_get(list, "threats"), 0),
	        "threatId")),
	    sizeof(first_id));
	(void)json_object_put(list);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	client_stop(&sim);
	return 0;
}

/* Ask with a fault; then the next request must be well. */
static void
ask_once(struct reply *r)
{
	client_ask(&sim, r, LIST);
	client_expect(&sim, 200, LIST);
}

static void
test_error_statuses_come_with_a_json_body(void **state)
{
	static const long codes[] = {
	    400, 401, 402, 403, 404, 429, 500, 502, 503};
	struct json_object *body;
	struct reply r;
	size_t i;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		client_expect(&sim, 200, FAULT "on=list&kind=%ld", codes[i]);
		ask_once(&r);
		assert_int_equal(r.rc, CURLE_OK);
		assert_int_equal(r.code, codes[i]);
		assert_null(reply_header(&r, "Retry-After"));
		assert_non_null(reply_header(&r, "Date"));
		text = buf_take(&r.body);
		body = json_tokener_parse(text);
		assert_non_null(body);
		(void)json_object_put(body);
		free(text);
		reply_clear(&r);
	}
}

static void
test_retry_after_is_given_as_asked(void **state)
{
	struct reply r;

	(void)state;
	client_expect(&sim, 200, FAULT "on=list&kind=429&retry-after=17");
	ask_once(&r);
	assert_string_equal(reply_header(&r, "Retry-After"), "17");
	reply_clear(&r);
	client_expect(&sim, 200,
	    FAULT "on=list&kind=503&retry-after="
	          "Sun,%%2006%%20Nov%%202044%%2008:49:37%%20GMT");
	ask_once(&r);
	assert_string_equal(
	    reply_header(&r, "Retry-After"), "Sun, 06 Nov 2044 08:49:37 GMT");
	reply_clear(&r);
}

static void
test_html_and_empty_bodies(void **state)
{
	struct reply r;

	(void)state;
	client_expect(&sim, 200, FAULT "on=list&kind=html");
	ask_once(&r);
	assert_int_equal(r.code, 200);
	assert_string_equal(reply_header(&r, "Content-Type"), "text/html");
	assert_non_null(memmem(r.body.data, r.body.len, "<html>", 6));
	reply_clear(&r);
	client_expect(&sim, 200, FAULT "on=list&kind=html&code=502");
	ask_once(&r);
	assert_int_equal(r.code, 502);
	reply_clear(&r);
	client_expect(&sim, 200, FAULT "on=list&kind=empty");
	ask_once(&r);
	assert_int_equal(r.code, 200);
	assert_int_equal(r.body.len, 0);
	reply_clear(&r);
}

static void
test_broken_json_is_whole_but_not_json(void **state)
{
	struct json_object *body;
	struct reply r;
	char *text;

	(void)state;
	client_expect(&sim, 200, FAULT "on=list&kind=broken-json");
	ask_once(&r);
	assert_int_equal(r.rc, CURLE_OK);
	assert_int_equal(r.code, 200);
	assert_true(r.body.len > 100);
	text = buf_take(&r.body);
	body = json_tokener_parse(text);
	assert_null(body);
	free(text);
	reply_clear(&r);
}

static void
test_truncated_ends_before_the_announced_length(void **state)
{
	struct reply r;

	(void)state;
	client_expect(&sim, 200, FAULT "on=detail&kind=truncated");
	client_ask(&sim, &r, "/v1/threats/%s", first_id);
	assert_int_equal(r.rc, CURLE_PARTIAL_FILE);
	assert_true(r.body.len > 1000);
	reply_clear(&r);
	client_expect(&sim, 200, "/v1/threats/%s", first_id);
}

static void
test_reset_gives_no_reply_at_all(void **state)
{
	struct reply r;

	(void)state;
	client_expect(&sim, 200, FAULT "on=list&kind=reset&count=2");
	client_ask(&sim, &r, LIST);
	/* curl asks again by itself where a kept connection broke. An orderly
	 * end would be CURLE_GOT_NOTHING. */
	assert_int_equal(r.rc, CURLE_RECV_ERROR);
	assert_int_equal(r.head.len, 0);
	reply_clear(&r);
	client_expect(&sim, 200, "POST /_sim/clear");
	client_expect(&sim, 200, LIST);
}

static void
test_stall_says_nothing_or_stops_in_the_middle(void **state)
{
	struct reply r;

	(void)state;
	sim.timeout_ms = 300;
	client_expect(&sim, 200, FAULT "on=list&kind=stall");
	client_ask(&sim, &r, LIST);
	assert_int_equal(r.rc, CURLE_OPERATION_TIMEDOUT);
	assert_int_equal(r.head.len, 0);
	reply_clear(&r);
	client_expect(&sim, 200, FAULT "on=list&kind=stall-body");
	client_ask(&sim, &r, LIST);
	assert_int_equal(r.rc, CURLE_OPERATION_TIMEDOUT);
	assert_true(r.head.len != 0 && r.body.len != 0);
	reply_clear(&r);
	/* Its own end is a reset. */
	sim.timeout_ms = CLIENT_LIMIT_MS;
	client_expect(&sim, 200, "POST /_sim/set?stall=50ms");
	client_expect(&sim, 200, FAULT "on=list&kind=stall-body");
	client_ask(&sim, &r, LIST);
	assert_int_equal(r.rc, CURLE_RECV_ERROR);
	reply_clear(&r);
	client_expect(&sim, 200, LIST);
	assert_int_equal(client_stat(&sim, "in_flight"), 0);
}

static void
test_huge_and_bomb_have_the_size_asked_for(void **state)
{
	uint64_t length;
	struct reply r;

	(void)state;
	client_expect(&sim, 200, FAULT "on=list&kind=huge&bytes=3000000");
	ask_once(&r);
	assert_int_equal(r.rc, CURLE_OK);
	assert_in_range(r.body.len, 3000000, 3000100);
	assert_null(reply_header(&r, "Content-Length"));
	reply_clear(&r);
	sim.accept_encoding = "gzip";
	client_expect(&sim, 200, FAULT "on=list&kind=bomb&bytes=20000000");
	ask_once(&r);
	assert_int_equal(r.rc, CURLE_OK);
	assert_int_equal(r.body.len, 20000000);
	assert_int_equal(
	    sim_uint_parse(reply_header(&r, "Content-Length"), &length), 0);
	assert_true(length < 20000000 / 500);
	reply_clear(&r);
	sim.accept_encoding = NULL;
}

static void
test_a_fault_strikes_after_k_and_n_times(void **state)
{
	static const long codes[] = {200, 200, 500, 500, 500, 200};
	size_t i;

	(void)state;
	client_expect(&sim, 200, FAULT "on=list&kind=500&after=2&count=3");
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		client_expect(&sim, codes[i], LIST);
		client_expect(&sim, 200, "/v1/threats/%s", first_id);
	}
}

static void
test_a_fault_for_one_id_lasts_until_cleared(void **state)
{
	struct json_object *list;
	const char *second;
	int i;

	(void)state;
	list = client_json(&sim, LIST);
	second = json_object_get_string(
	    json_get(json_object_array_get_idx(json_get(list, "threats"), 1),
	        "threatId"));
	client_expect(&sim, 200, FAULT "kind=404&count=0&id=%s", first_id);
	for (i = 0; i < 5; i++) {
		client_expect(&sim, 404, "/v1/threats/%s", first_id);
		client_expect(&sim, 200, "/v1/threats/%s", second);
		client_expect(&sim, 200, LIST);
	}
	client_expect(&sim, 200, "POST /_sim/clear");
	client_expect(&sim, 200, "/v1/threats/%s", first_id);
	(void)json_object_put(list);
}

static void
test_a_damaged_detail_does_not_count_as_served(void **state)
{
	char *before;
	char *after;

	(void)state;
	before = client_text(&sim, "/_sim/truth?threat=%s", first_id);
	client_expect(&sim, 200, FAULT "on=detail&kind=broken-json");
	client_expect(&sim, 200, "/v1/threats/%s", first_id);
	after = client_text(&sim, "/_sim/truth?threat=%s", first_id);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_error_statuses_come_with_a_json_body),
	    cmocka_unit_test(test_retry_after_is_given_as_asked),
	    cmocka_unit_test(test_html_and_empty_bodies),
	    cmocka_unit_test(test_broken_json_is_whole_but_not_json),
	    cmocka_unit_test(test_truncated_ends_before_the_announced_length),
	    cmocka_unit_test(test_reset_gives_no_reply_at_all),
	    cmocka_unit_test(test_stall_says_nothing_or_stops_in_the_middle),
	    cmocka_unit_test(test_huge_and_bomb_have_the_size_asked_for),
	    cmocka_unit_test(test_a_fault_strikes_after_k_and_n_times),
	    cmocka_unit_test(test_a_fault_for_one_id_lasts_until_cleared),
	    cmocka_unit_test(test_a_damaged_detail_does_not_count_as_served),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
