/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the streams beside the threats have in common: filters, pages, states
 * and their truth, faults, licences, counters.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sim_client.h"
#include "sim_oracle.h"

#define EVER "gte+2026-02-20T00:00:00Z"

static const struct stream {
	const char *name;
	const char *path;
	const char *member; /* of the list */
	const char *id;     /* member of an element; NULL: no details */
	const char *status; /* member of a detail, or of an element */
	const char *key;    /* of the filter; NULL: start and end */
	const char *list;   /* names of the endpoints */
	const char *detail;
} streams[] = {
    {"cases", "/v1/cases", "cases", "caseId", "case_status", "lastModifiedTime",
        "cases", "case"},
    {"vendor-cases", "/v1/vendor-cases", "vendorCases", "vendorCaseId", NULL,
        "lastModifiedTime", "vendor-cases", "vendor-case"},
    {"abuse-campaigns", "/v1/abusecampaigns", "campaigns", "campaignId",
        "judgementStatus", "lastReportedTime", "campaigns", "campaign"},
    {"audit", "/v1/auditlogs", "auditLogs", NULL, "action", "timestamp",
        "audit", NULL},
    {"abuse-not-analyzed", "/v1/abuse_mailbox/not_analyzed", "results", NULL,
        "not_analyzed_reason", NULL, "not-analyzed", NULL},
};
#define ALL (streams + sizeof(streams) / sizeof(*streams))
#define FILTERED (streams + 4)
#define CHANGING (streams + 3)

/* Noon of 2 March 2026, whatever the machine's clock says. */
static void
set_clock(struct client *c)
{
	struct reply r;
	int64_t back;

	client_ask(c, &r, "/_sim/stats");
	assert_int_equal(r.code, 200);
	back = curl_getdate("Mon, 02 Mar 2026 12:00:00 GMT", NULL) -
	    curl_getdate(reply_header(&r, "Date"), NULL);
	reply_clear(&r);
	client_expect(c, 200, "POST /_sim/set?skew=%lds", (long)back);
}

static void
start(struct client *c, const char *option)
{
	client_start(c, "--threats=0", option, NULL);
	set_clock(c);
}

/* How many this filter picks; it must fit one page. */
static size_t
picked(struct client *c, const struct stream *s, const char *bounds)
{
	struct json_object *list;
	size_t count;

	list = client_json(
	    c, "%s?pageSize=1000&filter=%s+%s", s->path, s->key, bounds);
	count = json_object_array_length(json_get(list, s->member));
	(void)json_object_put(list);
	return count;
}

static char *
add(struct client *c, const struct stream *s, const char *more)
{
	char *id;

	id = client_text(c, "POST /_sim/add?stream=%s%s", s->name, more);
	id[strcspn(id, "\n")] = '\0';
	return id;
}

/* The status that a document shows. */
static const char *
status_of(const struct stream *s, struct json_object *document)
{
	struct json_object *timeline;

	if (s->status != NULL)
		return json_text(document, s->status);
	timeline = json_get(document, "timeline");
	return json_text(json_object_array_get_idx(
	                     timeline, json_object_array_length(timeline) - 1),
	    "markedAs");
}

/* Look at each item once, and compare each with the truth. */
static void
crawl(struct client *c, const struct stream *s)
{
	struct json_object *detail;
	struct json_object *list;
	struct json_object *all;
	struct oracle truth;
	const char *id;
	size_t i;

	oracle_ask(&truth, c, s->name);
	list = s->key == NULL
	    ? client_json(c, "%s", s->path)
	    : client_json(c, "%s?filter=%s+" EVER, s->path, s->key);
	all = json_get(list, s->member);
	assert_int_equal(
	    json_object_array_length(all), oracle_count(&truth, "now"));
	for (i = 0; s->id != NULL && i < json_object_array_length(all); i++) {
		id = json_text(json_object_array_get_idx(all, i), s->id);
		detail = client_json(c, "%s/%s", s->path, id);
		assert_string_equal(json_text(detail, s->id), id);
		assert_non_null(oracle_now(&truth, id));
		assert_string_equal(
		    status_of(s, detail), oracle_now(&truth, id)->status);
		(void)json_object_put(detail);
	}
	(void)json_object_put(list);
	oracle_clear(&truth);
}

static void
test_bounds_are_inclusive_to_the_millisecond(void **state)
{
	const struct stream *s;
	struct client c;

	(void)state;
	start(&c, NULL);
#define T(s) "2026-03-01T10:00:" s "Z"
#define R(a, b) "gte+" T(a) "+lte+" T(b)
	for (s = streams; s != FILTERED; s++) {
		free(add(&c, s, "&time=" T("05.700")));
		assert_int_equal(picked(&c, s, R("05", "06")), 1);
		assert_int_equal(picked(&c, s, R("05.7", "05.7")), 1);
		assert_int_equal(picked(&c, s, R("05.700000", "06")), 1);
		assert_int_equal(picked(&c, s, R("05.701000", "06")), 0);
		assert_int_equal(picked(&c, s, R("05", "05.699999")), 0);
		assert_int_equal(picked(&c, s, "gte+" T("06")), 0);
		assert_int_equal(picked(&c, s, "gte+" T("05")), 1);
		free(add(&c, s, "&time=" T("08")));
		assert_int_equal(picked(&c, s, R("08", "09")), 1);
		assert_int_equal(picked(&c, s, R("07", "08")), 1);
		assert_int_equal(picked(&c, s, R("06", "07")), 0);
	}
#undef T
#undef R
	client_stop(&c);
}

static void
test_filters_and_pages_are_those_of_all_lists(void **state)
{
	const struct stream *s;
	struct json_object *list;
	struct client c;

	(void)state;
	start(&c, "--total");
	for (s = streams; s != FILTERED; s++) {
		free(add(&c, s, "&count=250&time=-60s&spread=1h"));
		client_expect(&c, 404, "%s?filter=nonsense", s->path);
		client_expect(&c, 404, "%s?filter=%sx+" EVER, s->path, s->key);
		client_expect(&c, 400, "%s?filter=%s+" EVER "&pageSize=0",
		    s->path, s->key);
		list = client_json(&c, "%s?pageSize=7&pageNumber=2", s->path);
		assert_int_equal(
		    json_object_array_length(json_get(list, s->member)), 100);
		assert_int_equal(json_object_object_length(list), 1);
		(void)json_object_put(list);
		list = client_json(
		    &c, "%s?filter=%s+" EVER "&pageNumber=3", s->path, s->key);
		assert_int_equal(
		    json_object_array_length(json_get(list, s->member)), 50);
		assert_int_equal(
		    json_object_get_int(json_get(list, "total")), 250);
		assert_false(
		    json_object_object_get_ex(list, "nextPageNumber", NULL));
		(void)json_object_put(list);
	}
	client_stop(&c);
}

static void
test_truth_is_what_the_documents_show(void **state)
{
	const struct stream *s;
	struct oracle truth;
	struct client c;
	size_t i;

	(void)state;
	start(&c, NULL);
	for (s = streams; s != ALL; s++) {
		free(add(&c, s, "&count=60&time=-60s&spread=1h"));
		crawl(&c, s);
		if (s < CHANGING)
			client_expect(&c, 200,
			    "POST /_sim/change?stream=%s&count=20", s->name);
		crawl(&c, s);
		oracle_ask(&truth, &c, s->name);
		assert_int_equal(oracle_count(&truth, "missed"), 0);
		assert_int_equal(
		    oracle_count(&truth, "was"), s < CHANGING ? 20 : 0);
		for (i = 0; i < truth.count; i++)
			assert_in_range(truth.row[i].served, 1, 2);
		oracle_clear(&truth);
	}
	client_stop(&c);
}

static void
test_a_change_moves_the_item_to_now_unless_told_otherwise(void **state)
{
	const struct stream *s;
	struct oracle truth;
	struct client c;
	char *id;

	(void)state;
	start(&c, NULL);
#define CHANGE "POST /_sim/change?stream=%s&id=%s&status="
#define AT "gte+2026-03-02T10:00:00Z+lte+2026-03-02T10:00:00Z"
	for (s = streams; s != CHANGING; s++) {
		id = add(&c, s, "&time=2026-03-02T10:00:00Z");
		client_expect(
		    &c, 200, CHANGE "Held%%09|a%%5cb&touch=0", s->name, id);
		assert_int_equal(picked(&c, s, AT), 1);
		client_expect(&c, 200, CHANGE "Done", s->name, id);
		assert_int_equal(picked(&c, s, AT), 0);
		assert_int_equal(picked(&c, s, "gte+2026-03-02T11:00:00Z"), 1);
		oracle_ask(&truth, &c, s->name);
		assert_int_equal(truth.count, 3);
		assert_string_equal(truth.row[1].status, "Held\t|a\\b");
		assert_string_equal(truth.row[1].fate, "missed");
		assert_int_equal(truth.row[1].own_ms, truth.row[0].own_ms);
		assert_string_equal(truth.row[2].status, "Done");
		assert_int_equal(truth.row[2].own_ms, truth.row[2].set_ms);
		assert_true(truth.row[2].own_ms > truth.row[0].own_ms);
		oracle_clear(&truth);
		free(id);
	}
#undef CHANGE
#undef AT
	client_stop(&c);
}

/* A case has no member that would show when it was modified. */
static void
test_a_case_that_stays_the_same_has_no_new_state(void **state)
{
	struct oracle truth;
	struct client c;
	char *id;

	(void)state;
	start(&c, NULL);
	id = add(&c, &streams[0], "&time=-1h");
	client_expect(
	    &c, 200, "POST /_sim/change?stream=cases&id=%s&status=Same", id);
	oracle_ask(&truth, &c, "cases");
	oracle_clear(&truth);
	client_expect(
	    &c, 200, "POST /_sim/change?stream=cases&id=%s&status=Same", id);
	oracle_ask(&truth, &c, "cases");
	assert_int_equal(truth.count, 2);
	assert_true(truth.row[1].own_ms >= truth.row[1].set_ms);
	oracle_clear(&truth);
	free(id);
	client_stop(&c);
}

static void
test_each_endpoint_has_a_name_for_faults_and_counters(void **state)
{
	const struct stream *s;
	struct client c;
	char name[64];
	char *id;

	(void)state;
	start(&c, NULL);
#define FAULT "POST /_sim/fault?kind=500&on=%s"
	for (s = streams; s != ALL; s++) {
		id = add(&c, s, "&time=-60s");
		client_expect(&c, 200, FAULT, s->list);
		client_expect(&c, 500, "%s", s->path);
		client_expect(&c, 200, "%s", s->path);
		(void)snprintf(name, sizeof(name), "requests.%s", s->list);
		assert_int_equal(client_stat(&c, name), 2);
		if (s->detail != NULL) {
			client_expect(&c, 200, FAULT, s->detail);
			client_expect(&c, 200, "%s", s->path);
			client_expect(&c, 500, "%s/%s", s->path, id);
			client_expect(&c, 200, "%s/%s", s->path, id);
			client_expect(&c, 404, "%s/%sx", s->path, id);
			(void)snprintf(
			    name, sizeof(name), "requests.%s", s->detail);
			assert_int_equal(client_stat(&c, name), 3);
		}
		free(id);
	}
#undef FAULT
	client_expect(&c, 400, "POST /_sim/fault?kind=500&on=nothing");
	client_stop(&c);
}

static void
test_a_damaged_reply_does_not_count_as_served(void **state)
{
	const struct stream *s;
	struct oracle truth;
	struct client c;
	char *id;

	(void)state;
	start(&c, NULL);
	for (s = streams; s != ALL; s++) {
		id = add(&c, s, "&time=-60s");
		client_expect(&c, 200,
		    "POST /_sim/fault?kind=broken-json&on=%s",
		    s->detail != NULL ? s->detail : s->list);
		if (s->detail != NULL)
			client_expect(&c, 200, "%s/%s", s->path, id);
		else
			client_expect(&c, 200, "%s", s->path);
		oracle_ask(&truth, &c, s->name);
		assert_int_equal(truth.row[0].served, 0);
		oracle_clear(&truth);
		free(id);
	}
	client_stop(&c);
}

static void
test_a_stream_without_a_licence_is_402_and_the_others_are_not(void **state)
{
	const struct stream *s;
	const struct stream *o;
	struct client c;

	(void)state;
	start(&c, "--unlicensed=threats,cases");
	client_expect(&c, 402, "/v1/cases");
	client_expect(&c, 402, "/v1/cases/1/analysis");
	client_expect(&c, 402, "/v1/threats");
	client_expect(&c, 200, "/v1/soar/tokens");
	for (s = streams; s != ALL; s++) {
		client_expect(&c, 200, "POST /_sim/set?unlicensed=%s", s->name);
		for (o = streams; o != ALL; o++)
			client_expect(&c, o == s ? 402 : 200, "%s", o->path);
	}
	client_expect(&c, 200, "POST /_sim/set?unlicensed=");
	client_expect(&c, 200, "/v1/abuse_mailbox/not_analyzed");
	client_expect(&c, 400, "POST /_sim/set?unlicensed=cases,x");
	client_stop(&c);
}

static void
test_wrong_controls_are_refused(void **state)
{
	struct client c;

	(void)state;
	start(&c, NULL);
	client_expect(&c, 400, "POST /_sim/add?stream=case");
	client_expect(&c, 400, "POST /_sim/add?stream=cases&threats=1");
	client_expect(&c, 400, "POST /_sim/add?stream=cases&time=never");
	client_expect(&c, 400, "POST /_sim/add?stream=cases&spread=x");
	client_expect(&c, 400, "POST /_sim/add?stream=cases&count=-1");
	client_expect(&c, 400, "POST /_sim/add?stream=cases&scanning=1");
	client_expect(&c, 400, "POST /_sim/add?stream=threats&count=1");
	client_expect(&c, 200, "POST /_sim/add?stream=threats&threats=1");
	client_expect(&c, 200, "/_sim/truth?stream=threats");
	client_expect(&c, 400, "POST /_sim/change?count=1");
	client_expect(&c, 400, "POST /_sim/change?stream=cases");
	client_expect(&c, 400, "POST /_sim/change?stream=cases&id=1");
	client_expect(&c, 200, "POST /_sim/add?stream=audit");
	client_expect(&c, 400, "POST /_sim/change?stream=audit");
	client_expect(&c, 400, "/_sim/truth?stream=nothing");
	client_stop(&c);
}

/* The list with all items, and for `id` the detail instead. */
static char *
octets(const char *seed, const struct stream *s, const char *id)
{
	struct client c;
	char *text;

	client_start(&c, seed, "--base=2026-03-01T00:00:00Z", "--cases=9",
	    "--vendor-cases=9", "--campaigns=9", "--audit=9",
	    "--not-analyzed=9", NULL);
	set_clock(&c);
	if (id != NULL)
		text = client_text(&c, "%s/%s", s->path, id);
	else if (s->key == NULL)
		text = client_text(&c, "%s", s->path);
	else
		text = client_text(&c, "%s?filter=%s+" EVER, s->path, s->key);
	client_stop(&c);
	return text;
}

static char *
first_id(const struct stream *s, const char *list)
{
	struct json_object *o;
	char *id;

	o = json_tokener_parse(list);
	assert_int_equal(json_object_array_length(json_get(o, s->member)), 9);
	id = s->id == NULL
	    ? NULL
	    : xstrdup(json_text(
	          json_object_array_get_idx(json_get(o, s->member), 0), s->id));
	(void)json_object_put(o);
	return id;
}

static void
test_the_same_seed_gives_the_same_octets(void **state)
{
	const struct stream *s;
	char *again;
	char *other;
	char *one;
	char *id;

	(void)state;
	for (s = streams; s != ALL; s++) {
		one = octets("--seed=7", s, NULL);
		other = octets("--seed=8", s, NULL);
		assert_string_not_equal(one, other);
		free(other);
		id = first_id(s, one);
		if (id != NULL) {
			free(one);
			one = octets("--seed=7", s, id);
		}
		again = octets("--seed=7", s, id);
		assert_string_equal(one, again);
		free(one);
		free(again);
		free(id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bounds_are_inclusive_to_the_millisecond),
	    cmocka_unit_test(test_filters_and_pages_are_those_of_all_lists),
	    cmocka_unit_test(test_truth_is_what_the_documents_show),
	    cmocka_unit_test(
	        test_a_change_moves_the_item_to_now_unless_told_otherwise),
	    cmocka_unit_test(test_a_case_that_stays_the_same_has_no_new_state),
	    cmocka_unit_test(
	        test_each_endpoint_has_a_name_for_faults_and_counters),
	    cmocka_unit_test(test_a_damaged_reply_does_not_count_as_served),
	    cmocka_unit_test(
	        test_a_stream_without_a_licence_is_402_and_the_others_are_not),
	    cmocka_unit_test(test_wrong_controls_are_refused),
	    cmocka_unit_test(test_the_same_seed_gives_the_same_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
