/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cefsim serves is what its truth says, state by state.
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
#include "sim_time.h"

#define SINCE "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z"
#define COLUMNS 12

/* Lines of text, sorted and joined, so that two sets can be compared. */
struct lines {
	char **line;
	size_t count;
};

static void
lines_add(struct lines *l, char *line)
{
	l->line = xrealloc(l->line, l->count + 1, sizeof(*l->line));
	l->line[l->count++] = line;
}

static void
lines_clear(struct lines *l)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		free(l->line[i]);
	free(l->line);
	memset(l, 0, sizeof(*l));
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
lines_assert_equal(struct lines *a, struct lines *b)
{
	size_t i;

	qsort(a->line, a->count, sizeof(*a->line), compare);
	qsort(b->line, b->count, sizeof(*b->line), compare);
	for (i = 0; i < a->count && i < b->count; i++)
		assert_string_equal(a->line[i], b->line[i]);
	assert_int_equal(a->count, b->count);
}

/* All messages of a threat, page by page. */
static void
crawl_threat(struct client *c, const char *id, struct lines *l)
{
	struct json_object *messages;
	struct json_object *detail;
	struct json_object *m;
	struct json_object *next;
	char *number;
	size_t i;
	int page;

	for (page = 1; page != 0;) {
		detail =
		    client_json(c, "/v1/threats/%s?pageNumber=%d", id, page);
		messages = json_get(detail, "messages");
		for (i = 0; i < json_object_array_length(messages); i++) {
			m = json_object_array_get_idx(messages, i);
			number = message_id(m);
			lines_add(l,
			    xasprintf("%s %s %s %s %s %s %d", number,
			        json_text(m, "recipientAddress"),
			        json_text(m, "remediationStatus"), id,
			        json_text(m, "remediationTimestamp"),
			        json_text(m, "source"),
			        *json_text(m, "customerOverride") != 0));
			free(number);
		}
		page =
		    json_object_object_get_ex(detail, "nextPageNumber", &next)
		    ? json_object_get_int(next)
		    : 0;
		(void)json_object_put(detail);
	}
}

static void
crawl(struct client *c, struct lines *l)
{
	struct json_object *threats;
	struct json_object *list;
	struct json_object *next;
	size_t i;
	int page;

	for (page = 1; page != 0;) {
		list = client_json(c, SINCE "&pageNumber=%d", page);
		threats = json_get(list, "threats");
		for (i = 0; i < json_object_array_length(threats); i++)
			crawl_threat(c,
			    json_text(json_object_array_get_idx(threats, i),
			        "threatId"),
			    l);
		page = json_object_object_get_ex(list, "nextPageNumber", &next)
		    ? json_object_get_int(next)
		    : 0;
		(void)json_object_put(list);
	}
}

/* The truth's lines of this fate, in the words of crawl. */
static void
truth(struct client *c, const char *fate, struct lines *l)
{
	char *field[COLUMNS];
	char *text;
	char *rest;
	char *line;
	int i;

	text = client_text(c, "/_sim/truth");
	rest = text;
	for (;;) {
		line = strsep(&rest, "\n");
		if (line == NULL || *line == '\0')
			break;
		for (i = 0; i < COLUMNS; i++) {
			field[i] = strsep(&line, "\t");
			assert_non_null(field[i]);
		}
		assert_null(line);
		if (strstr(field[2], "\\\\") != NULL)
			memmove(strchr(field[2], '\\'),
			    strchr(field[2], '\\') + 1,
			    strlen(strchr(field[2], '\\')));
		if (!strcmp(field[6], fate))
			lines_add(l,
			    xasprintf("%s %s %s %s %s %s %s", field[0],
			        field[1], field[2], field[3], field[8],
			        field[9], field[10]));
	}
	free(text);
}

static void
assert_truth_is_served(struct client *c)
{
	struct lines served = {NULL, 0};
	struct lines expected = {NULL, 0};

	crawl(c, &served);
	truth(c, "now", &expected);
	lines_assert_equal(&served, &expected);
	lines_clear(&served);
	lines_clear(&expected);
}

static size_t
count_fate(struct client *c, const char *fate)
{
	struct lines l = {NULL, 0};
	size_t count;

	truth(c, fate, &l);
	count = l.count;
	lines_clear(&l);
	return count;
}

static void
test_truth_is_what_the_api_serves_through_all_changes(void **state)
{
	struct client c;

	(void)state;
	client_start(&c, "--threats=250", "--recipients=1-9",
	    "--detail-page-size=4", NULL);
	assert_truth_is_served(&c);
	client_expect(&c, 200, "POST /_sim/add?threats=60&received=-2h");
	client_expect(&c, 200, "POST /_sim/recipient?count=5");
	client_expect(
	    &c, 200, "POST /_sim/status?count=300&status=Post+Remediated");
	client_expect(&c, 200,
	    "POST /_sim/status?count=70&source=Safe&override=1&"
	    "remediated=keep");
	assert_truth_is_served(&c);
	client_stop(&c);
}

static void
test_states_between_two_looks_are_told_apart(void **state)
{
	struct lines l = {NULL, 0};
	struct client c;
	char *id;

	(void)state;
	client_start(
	    &c, "--threats=0", "--recipients=1", "--old-style=0", NULL);
	id = client_text(&c, "POST /_sim/add");
	id[36] = '\0';
#define SET "POST /_sim/status?threat=%s&status="
	crawl_threat(&c, id, &l);
	client_expect(&c, 200, SET "A%%09%%0AB", id); /* TAB and LF */
	client_expect(&c, 200, SET "Marked+Safe", id);
	assert_int_equal(count_fate(&c, "was"), 1);
	assert_int_equal(count_fate(&c, "missed"), 1);
	assert_int_equal(count_fate(&c, "now"), 1);
	/* The same again is no new state. */
	client_expect(&c, 200, SET "Marked+Safe&remediated=keep", id);
	assert_int_equal(client_stat(&c, "states"), 3);
#undef SET
	lines_clear(&l);
	free(id);
	client_stop(&c);
}

static void
test_a_detail_has_a_cap_and_the_whole_recipient_count(void **state)
{
	struct lines l = {NULL, 0};
	struct json_object *detail;
	struct client c;
	char *id;

	(void)state;
	client_start(&c, "--threats=0", "--old-style=0", NULL);
	id = client_text(&c, "POST /_sim/add?recipients=2300");
	id[36] = '\0';
	crawl_threat(&c, id, &l);
	assert_int_equal(l.count, 2000);
	assert_int_equal(count_fate(&c, "capped"), 300);
	detail = client_json(&c, "/v1/threats/%s?pageSize=7", id);
	assert_int_equal(
	    json_object_get_int(json_get(detail, "recipientCount")), 2300);
	assert_int_equal(
	    json_object_array_length(json_get(detail, "messages")), 7);
	(void)json_object_put(detail);
	lines_clear(&l);
	free(id);
	client_stop(&c);
}

static void
test_one_page_quirk_shows_ten_whatever_the_page(void **state)
{
	struct json_object *first;
	struct json_object *third;
	struct client c;
	char *id;

	(void)state;
	client_start(&c, "--threats=0", "--one-page", NULL);
	id = client_text(&c, "POST /_sim/add?recipients=25");
	id[36] = '\0';
	first = client_json(&c, "/v1/threats/%s", id);
	third = client_json(&c, "/v1/threats/%s?pageNumber=3", id);
	assert_int_equal(
	    json_object_array_length(json_get(first, "messages")), 10);
	assert_true(json_object_equal(
	    json_get(first, "messages"), json_get(third, "messages")));
	/* The trap: it names a further page for ever. */
	assert_int_equal(
	    json_object_get_int(json_get(third, "nextPageNumber")), 4);
	assert_int_equal(count_fate(&c, "capped"), 15);
	(void)json_object_put(first);
	(void)json_object_put(third);
	free(id);
	client_stop(&c);
}

/* What a filter should do, from the messages alone. */
static bool
is_picked(
    struct json_object *detail, bool received, int64_t from_ms, int64_t to_ms)
{
	struct json_object *messages;
	const char *text;
	int64_t latest_ms;
	int64_t ms;
	size_t i;

	latest_ms = INT64_MIN;
	messages = json_get(detail, "messages");
	for (i = 0; i < json_object_array_length(messages); i++) {
		text = json_text(json_object_array_get_idx(messages, i),
		    received ? "receivedTime" : "remediationTimestamp");
		if (*text == '\0')
			continue;
		assert_int_equal(sim_time_parse(text, &ms), 0);
		if (received && ms >= from_ms && ms < to_ms)
			return true;
		if (ms > latest_ms)
			latest_ms = ms;
	}
	return !received && latest_ms >= from_ms && latest_ms < to_ms;
}

static size_t
count_where(struct client *c, bool (*what)(struct json_object *))
{
	struct json_object *threats;
	struct json_object *detail;
	struct json_object *list;
	size_t count;
	size_t i;

	list = client_json(c, SINCE "&pageSize=1000");
	threats = json_get(list, "threats");
	count = 0;
	for (i = 0; i < json_object_array_length(threats); i++) {
		detail = client_json(c, "/v1/threats/%s",
		    json_text(
		        json_object_array_get_idx(threats, i), "threatId"));
		count += what(detail) ? 1 : 0;
		(void)json_object_put(detail);
	}
	(void)json_object_put(list);
	return count;
}

#define FROM "2026-05-05T06:00:00Z"
#define TO "2026-05-05T12:00:00Z"

static bool
is_picked_by(struct json_object *detail, bool received)
{
	int64_t from_ms;
	int64_t to_ms;

	assert_int_equal(sim_time_parse(FROM, &from_ms), 0);
	assert_int_equal(sim_time_parse(TO, &to_ms), 0);
	return is_picked(detail, received, from_ms, to_ms);
}

static bool
is_received_then(struct json_object *detail)
{
	return is_picked_by(detail, true);
}

static bool
is_remediated_then(struct json_object *detail)
{
	return is_picked_by(detail, false);
}

static size_t
count_listed(struct client *c, const char *key)
{
	struct json_object *list;
	size_t count;

	list = client_json(
	    c, "/v1/threats?pageSize=1000&filter=%s+gte+" FROM "+lte+" TO, key);
	count = json_object_array_length(json_get(list, "threats"));
	(void)json_object_put(list);
	return count;
}

static void
test_filters_agree_with_the_times_in_the_documents(void **state)
{
	struct client c;
	size_t count;

	(void)state;
	client_start(&c, "--threats=400", "--recipients=1-5",
	    "--base=2026-05-05T18:00:00Z", NULL);
	count = count_listed(&c, "receivedTime");
	assert_in_range(count, 60, 140);
	assert_int_equal(count, count_where(&c, is_received_then));
	count = count_listed(&c, "latestTimeRemediated");
	assert_in_range(count, 40, 140);
	assert_int_equal(count, count_where(&c, is_remediated_then));
	client_stop(&c);
}

static char *
first_detail(const char *seed)
{
	struct json_object *list;
	struct client c;
	char *text;

	client_start(&c, seed, "--base=2026-01-01T00:00:00Z", NULL);
	list = client_json(&c, SINCE);
	text = client_text(&c, "/v1/threats/%s",
	    json_text(json_object_array_get_idx(json_get(list, "threats"), 0),
	        "threatId"));
	(void)json_object_put(list);
	client_stop(&c);
	return text;
}

static void
test_the_same_seed_gives_the_same_octets(void **state)
{
	char *other;
	char *again;
	char *one;

	(void)state;
	one = first_detail("--seed=7");
	again = first_detail("--seed=7");
	other = first_detail("--seed=8");
	assert_string_equal(one, again);
	assert_string_not_equal(one, other);
	free(one);
	free(again);
	free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        test_truth_is_what_the_api_serves_through_all_changes),
	    cmocka_unit_test(test_states_between_two_looks_are_told_apart),
	    cmocka_unit_test(
	        test_a_detail_has_a_cap_and_the_whole_recipient_count),
	    cmocka_unit_test(test_one_page_quirk_shows_ten_whatever_the_page),
	    cmocka_unit_test(
	        test_filters_agree_with_the_times_in_the_documents),
	    cmocka_unit_test(test_the_same_seed_gives_the_same_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
