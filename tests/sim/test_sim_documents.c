/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documents of each stream beside the threats: what is in them, and that
 * every oddity the API has been seen to have turns up.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_client.h"
#include "sim_oracle.h"
#include "sim_time.h"

#define COUNT "200"

/* What a member has been seen to be. */
struct seen {
	size_t text;
	size_t empty;
	size_t number;
	size_t array;
	size_t null;
	size_t absent;
	size_t with_z;
	size_t with_zone;
	size_t with_micros;
};

static struct client sim;

static int
set_up(void **state)
{
	(void)state;
	client_start(&sim, "--threats=0", "--old-style=20", "--cases=" COUNT,
	    "--vendor-cases=" COUNT, "--campaigns=" COUNT, "--audit=" COUNT,
	    "--not-analyzed=" COUNT, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	client_stop(&sim);
	return 0;
}

static void
look(struct json_object *o, const char *name, struct seen *s)
{
	struct json_object *v;
	const char *text;

	if (!json_object_object_get_ex(o, name, &v)) {
		s->absent++;
		return;
	}
	s->null += v == NULL;
	s->number += json_object_is_type(v, json_type_int) != 0;
	s->array += json_object_is_type(v, json_type_array) != 0;
	if (!json_object_is_type(v, json_type_string))
		return;
	text = json_object_get_string(v);
	s->text++;
	s->empty += *text == '\0';
	s->with_z += *text != '\0' && text[strlen(text) - 1] == 'Z';
	s->with_zone += strlen(text) > 6 && text[strlen(text) - 3] == ':' &&
	    strchr("+-", text[strlen(text) - 6]) != NULL;
	s->with_micros += strlen(text) == 32 && text[19] == '.';
}

/* All details of a stream, by the truth's ids, as one array. */
static struct json_object *
details(const char *stream, const char *path, const char *tail)
{
	struct json_object *all;
	struct oracle truth;
	size_t i;

	all = json_object_new_array();
	oracle_ask(&truth, &sim, stream);
	for (i = 0; i < truth.count; i++) {
		if (!strcmp(truth.row[i].fate, "now"))
			(void)json_object_array_add(all,
			    client_json(
			        &sim, "%s/%s%s", path, truth.row[i].id, tail));
	}
	oracle_clear(&truth);
	return all;
}

static void
look_at_all(struct json_object *all, const char *name, struct seen *s)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < json_object_array_length(all); i++)
		look(json_object_array_get_idx(all, i), name, s);
}

static int64_t
ms_of(struct json_object *o, const char *name)
{
	int64_t ms;

	assert_int_equal(sim_time_parse_any(json_text(o, name), &ms), 0);
	return ms;
}

static void
test_cases_have_ids_and_summaries_of_several_types(void **state)
{
	struct json_object *all;
	struct seen s;

	(void)state;
	all = details("cases", "/v1/cases", "");
	look_at_all(all, "caseId", &s);
	assert_in_range(s.number, 20, 180);
	assert_int_equal(s.number + s.text, 200);
	look_at_all(all, "genai_summary", &s);
	assert_true(s.text && s.array && s.null && s.absent);
	look_at_all(all, "tenant", &s);
	assert_true(s.text && s.null && s.absent);
	look_at_all(all, "case_status", &s);
	assert_true(s.text && s.absent);
	look_at_all(all, "severity_level", &s);
	assert_true(s.text && s.absent);
	look_at_all(all, "threatIds", &s);
	assert_int_equal(s.array, 200);
	look_at_all(all, "customerVisibleTime", &s);
	assert_true(s.with_z && s.with_zone && s.with_micros);
	(void)json_object_put(all);
}

static void
test_a_case_is_observed_created_visible_modified_in_order(void **state)
{
	static const char *const keys[] = {
	    "createdTime", "customerVisibleTime", "lastModifiedTime"};
	struct json_object *list;
	struct json_object *one;
	size_t i;

	(void)state;
	list = client_json(&sim, "/v1/cases");
	for (i = 0; i < json_object_array_length(json_get(list, "cases"));
	     i++) {
		one = json_object_array_get_idx(json_get(list, "cases"), i);
		if (*json_text(one, "created") == '\0')
			continue;
		assert_true(
		    ms_of(one, "first_observed") <= ms_of(one, "created"));
		assert_true(
		    ms_of(one, "created") <= ms_of(one, "last_modified"));
	}
	(void)json_object_put(list);
	for (i = 0; i < 3; i++) {
		list = client_json(&sim,
		    "/v1/cases?pageSize=1000&filter=%s+gte+"
		    "2020-01-01T00:00:00.123456Z",
		    keys[i]);
		assert_int_equal(
		    json_object_array_length(json_get(list, "cases")), 200);
		(void)json_object_put(list);
	}
}

static void
test_an_analysis_has_events_of_all_categories(void **state)
{
	static const char *const categories[] = {"Risk Event", "Sign In",
	    "Sign In Event", "Mail Rule", "Mail Sent", "Failed MFA Attempt",
	    "Authentication Events"};
	struct json_object *all;
	const char *text;
	size_t i;

	(void)state;
	all = details("cases", "/v1/cases", "/analysis");
	text = json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN);
	for (i = 0; i < sizeof(categories) / sizeof(*categories); i++)
		assert_non_null(strstr(text, categories[i]));
	assert_non_null(strstr(text, "\"eventTimeline\":[]"));
	assert_non_null(strstr(text, "\"insights\":[]"));
	assert_non_null(strstr(text, "\"location\":{\"country\":"));
	assert_non_null(strstr(text, "\"field_labels\":{}"));
	(void)json_object_put(all);
	client_expect(&sim, 404, "/v1/cases/1/analysis");
	client_expect(&sim, 404, "/v1/cases//analysis");
	client_expect(&sim, 404, "/v1/cases/1/nothing");
}

static void
test_vendor_cases_have_times_with_a_zone(void **state)
{
	struct json_object *first;
	struct json_object *all;
	struct seen ids;
	struct seen s;
	size_t i;

	(void)state;
	all = details("vendor-cases", "/v1/vendor-cases", "");
	look_at_all(all, "vendorCaseId", &s);
	assert_true(s.number && s.text);
	look_at_all(all, "lastModifiedTime", &s);
	assert_true(s.with_z && s.with_zone && s.with_micros);
	memset(&ids, 0, sizeof(ids));
	for (i = 0; i < json_object_array_length(all); i++) {
		first = json_object_array_get_idx(all, i);
		assert_true(ms_of(first, "firstObservedTime") / 1000 <=
		    ms_of(first, "lastModifiedTime") / 1000);
		first =
		    json_object_array_get_idx(json_get(first, "timeline"), 0);
		look(first, "threatId", &ids);
	}
	assert_true(ids.number && ids.text);
	(void)json_object_put(all);
}

static void
test_a_change_of_a_vendor_case_is_one_more_event(void **state)
{
	struct json_object *after;
	struct json_object *before;
	struct oracle truth;

	(void)state;
	oracle_ask(&truth, &sim, "vendor-cases");
	before = client_json(&sim, "/v1/vendor-cases/%s", truth.row[0].id);
	client_expect(&sim, 200, "POST /_sim/change?stream=vendor-cases&id=%s",
	    truth.row[0].id);
	after = client_json(&sim, "/v1/vendor-cases/%s", truth.row[0].id);
	assert_int_equal(json_object_array_length(json_get(after, "timeline")),
	    json_object_array_length(json_get(before, "timeline")) + 1);
	assert_true(ms_of(after, "lastModifiedTime") >
	    ms_of(before, "lastModifiedTime"));
	(void)json_object_put(before);
	(void)json_object_put(after);
	oracle_clear(&truth);
}

static void
test_a_campaign_has_no_type_until_it_is_judged(void **state)
{
	struct json_object *o;
	char *id;

	(void)state;
	id = client_text(
	    &sim, "POST /_sim/add?stream=abuse-campaigns&scanning=1");
	id[36] = '\0';
	o = client_json(&sim, "/v1/abusecampaigns/%s", id);
	assert_string_equal(json_text(o, "judgementStatus"), "Scanning");
	assert_int_equal(
	    json_object_get_string_len(json_get(o, "attackType")), 0);
	assert_int_equal(
	    json_object_get_string_len(json_get(o, "overallStatus")), 0);
	(void)json_object_put(o);
	client_expect(&sim, 200,
	    "POST /_sim/change?stream=abuse-campaigns&id=%s&status=Malicious",
	    id);
	o = client_json(&sim, "/v1/abusecampaigns/%s", id);
	assert_string_equal(json_text(o, "judgementStatus"), "Malicious");
	assert_true(*json_text(o, "attackType") != '\0');
	(void)json_object_put(o);
	free(id);
}

static void
test_campaigns_of_the_last_day_without_a_filter(void **state)
{
	struct json_object *list;
	struct json_object *all;
	struct client c;
	struct seen s;

	(void)state;
	client_start(&c, NULL);
	client_expect(
	    &c, 200, "POST /_sim/add?stream=abuse-campaigns&count=3&time=-23h");
	client_expect(
	    &c, 200, "POST /_sim/add?stream=abuse-campaigns&count=5&time=-25h");
	list = client_json(&c, "/v1/abusecampaigns");
	assert_int_equal(
	    json_object_array_length(json_get(list, "campaigns")), 3);
	(void)json_object_put(list);
	list = client_json(&c,
	    "/v1/abusecampaigns?filter=receivedTime+gte+2020-01-01T00:00:00Z");
	assert_int_equal(
	    json_object_array_length(json_get(list, "campaigns")), 8);
	(void)json_object_put(list);
	client_stop(&c);
	all = details("abuse-campaigns", "/v1/abusecampaigns", "");
	look_at_all(all, "attackType", &s);
	assert_true(s.text > s.empty && s.absent);
	look_at_all(all, "overallStatus", &s);
	assert_true(s.empty && s.text > s.empty);
	look_at_all(all, "messageId", &s);
	assert_int_equal(s.text, json_object_array_length(all));
	look_at_all(all, "lastReported", &s);
	assert_true(s.with_z && s.with_zone);
	(void)json_object_put(all);
}

static void
test_audit_events_are_newest_first_with_a_blank_in_their_times(void **state)
{
	struct json_object *list;
	struct json_object *all;
	struct json_object *one;
	const char *text;
	int64_t before_ms;
	struct seen s;
	size_t i;

	(void)state;
	list = client_json(&sim, "/v1/auditlogs");
	all = json_get(list, "auditLogs");
	before_ms = INT64_MAX;
	for (i = 0; i < json_object_array_length(all); i++) {
		one = json_object_array_get_idx(all, i);
		text = json_text(one, "timestamp");
		assert_int_equal(text[10], ' ');
		assert_string_equal(text + strlen(text) - 6, "+00:00");
		assert_true(ms_of(one, "timestamp") <= before_ms);
		before_ms = ms_of(one, "timestamp");
	}
	look_at_all(all, "tenantName", &s);
	assert_true(s.empty && s.text > s.empty);
	look_at_all(all, "action", &s);
	assert_true(s.text && s.absent);
	text = json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN);
	assert_non_null(strstr(text, "\"providedReason\":\"null\""));
	assert_non_null(strstr(text, "\"user\":{}"));
	(void)json_object_put(list);
}

static void
test_audit_events_are_kept_for_90_days(void **state)
{
	struct json_object *list;
	struct client c;
	struct reply r;

	(void)state;
	client_start(&c, "--skew=0s", NULL);
	client_expect(&c, 200, "POST /_sim/add?stream=audit&time=-89d");
	client_expect(&c, 200, "POST /_sim/add?stream=audit&time=-91d");
	list = client_json(&c, "/v1/auditlogs");
	assert_int_equal(
	    json_object_array_length(json_get(list, "auditLogs")), 1);
	(void)json_object_put(list);
	client_ask(
	    &c, &r, "/v1/auditlogs?filter=timestamp+gte+2020-01-01T00:00:00Z");
	assert_int_equal(r.code, 400);
	reply_clear(&r);
	client_expect(
	    &c, 400, "/v1/auditlogs?filter=timestamp+lte+2099-01-01T00:00:00Z");
	client_stop(&c);
}

static size_t
not_analyzed(struct client *c, const char *query)
{
	struct json_object *list;
	size_t count;

	list = client_json(c, "/v1/abuse_mailbox/not_analyzed%s", query);
	assert_int_equal(json_object_object_length(list), 1);
	count = json_object_array_length(json_get(list, "results"));
	(void)json_object_put(list);
	return count;
}

static void
test_reports_are_picked_from_start_to_before_end(void **state)
{
	struct client c;
	struct reply r;

	(void)state;
	client_start(&c, NULL);
	client_expect(&c, 200,
	    "POST /_sim/add?stream=abuse-not-analyzed&"
	    "time=2026-03-01T10:00:05.700Z");
#define T(s) "2026-03-01T10:00:" s
#define R(a, b) "?start=" T(a) "&end=" T(b)
	assert_int_equal(not_analyzed(&c, R("05.700Z", "06Z")), 1);
	assert_int_equal(not_analyzed(&c, R("05Z", "05.700Z")), 0);
	assert_int_equal(not_analyzed(&c, R("05Z", "05.701Z")), 1);
	assert_int_equal(not_analyzed(&c, R("05.701Z", "06Z")), 0);
	assert_int_equal(
	    not_analyzed(
	        &c, "?start=2026-03-01T12:00:05%2B02:00&end=" T("06-00:00")),
	    1);
	/* The default start is 90 days before the end. */
	assert_int_equal(not_analyzed(&c, "?end=2026-05-30T00:00:00Z"), 1);
	assert_int_equal(not_analyzed(&c, "?end=2026-05-31T00:00:00Z"), 0);
	client_ask(&c, &r,
	    "/v1/abuse_mailbox/not_analyzed?start=2026-01-01T00:00:00Z&"
	    "end=2026-04-02T00:00:00Z");
	assert_int_equal(r.code, 400);
	assert_non_null(
	    memmem(r.body.data, r.body.len, "InvalidDateError", 16));
	reply_clear(&r);
#define NOT_ANALYZED "/v1/abuse_mailbox/not_analyzed"
	client_expect(&c, 400, NOT_ANALYZED R("06Z", "05Z"));
	client_expect(&c, 400, NOT_ANALYZED "?start=yesterday");
	client_expect(&c, 400, NOT_ANALYZED "?end=2026-03-01T10:00:00");
	client_expect(&c, 200, "POST /_sim/set?range-max=1s");
	client_expect(&c, 400, NOT_ANALYZED R("05Z", "06.001Z"));
	assert_int_equal(not_analyzed(&c, R("05Z", "06Z")), 1);
#undef T
#undef R
	client_stop(&c);
}

static void
test_reports_have_numbers_of_64_bits_and_people_without_names(void **state)
{
	struct json_object *list;
	struct json_object *all;
	struct json_object *one;
	struct oracle truth;
	struct seen names;
	struct seen s;
	size_t i;

	(void)state;
	oracle_ask(&truth, &sim, "abuse-not-analyzed");
	list = client_json(&sim, NOT_ANALYZED);
	all = json_get(list, "results");
	memset(&names, 0, sizeof(names));
	for (i = 0; i < json_object_array_length(all); i++) {
		one = json_object_array_get_idx(all, i);
		assert_non_null(
		    oracle_now(&truth, json_text(one, "abx_message_id")));
		if (json_get(one, "reporter") != NULL)
			look(json_get(one, "reporter"), "name", &names);
	}
	assert_true(names.text && names.null && names.absent);
	look_at_all(all, "abx_message_id", &s);
	assert_int_equal(s.number, 200);
	look_at_all(all, "reporter", &s);
	assert_true(s.null);
	(void)json_object_put(list);
	oracle_clear(&truth);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        test_cases_have_ids_and_summaries_of_several_types),
	    cmocka_unit_test(
	        test_a_case_is_observed_created_visible_modified_in_order),
	    cmocka_unit_test(test_an_analysis_has_events_of_all_categories),
	    cmocka_unit_test(test_vendor_cases_have_times_with_a_zone),
	    cmocka_unit_test(test_a_change_of_a_vendor_case_is_one_more_event),
	    cmocka_unit_test(test_a_campaign_has_no_type_until_it_is_judged),
	    cmocka_unit_test(test_campaigns_of_the_last_day_without_a_filter),
	    cmocka_unit_test(
	        test_audit_events_are_newest_first_with_a_blank_in_their_times),
	    cmocka_unit_test(test_audit_events_are_kept_for_90_days),
	    cmocka_unit_test(test_reports_are_picked_from_start_to_before_end),
	    cmocka_unit_test(
	        test_reports_have_numbers_of_64_bits_and_people_without_names),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
