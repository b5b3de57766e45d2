/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cefsim serves is what its truth says, state by state, and holds every
 * oddity that the API has been seen to have.
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

#define SINCE "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z"
#define COLUMNS 12

/* Lines of text, sorted and joined, so that two sets can be compared. */
struct lines {
	char **line;
	size_t count;
};

/* What has been seen in messages. */
struct seen {
	size_t messages;
	size_t octets;
	size_t negative_ids;
	size_t lossy_ids;
	size_t without_text_id;
	size_t without_any_id;
	size_t without_recipient;
	size_t to_string;
	size_t to_array;
	size_t to_empty;
	size_t to_absent;
	size_t ip_null;
	size_t ip_empty;
	size_t ip_v4;
	size_t ip_v6;
	size_t remediated_null;
	size_t remediated_empty;
	size_t remediated_absent;
	size_t digits[10]; /* of receivedTime */
	size_t long_lists;
	size_t long_addresses;
	size_t more_urls_than_listed;
	size_t return_path_null;
	size_t unknown_members;
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

static const char *
text_or_empty(struct json_object *o, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, name, &value) || value == NULL)
		return "";
	return json_object_get_string(value);
}

/* The id as a good client reads it. */
static char *
id_of(struct json_object *message)
{
	struct json_object *value;
	const char *url;

	if (json_object_object_get_ex(message, "abxMessageIdStr", &value) ||
	    json_object_object_get_ex(message, "abxMessageId", &value))
		return xstrdup(json_object_get_string(value));
	url = text_or_empty(message, "abxPortalUrl");
	assert_non_null(strrchr(url, '/'));
	return xstrdup(strrchr(url, '/') + 1);
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
			number = id_of(m);
			lines_add(l,
			    xasprintf("%s %s %s %s %s %s %d", number,
			        text_or_empty(m, "recipientAddress"),
			        text_or_empty(m, "remediationStatus"), id,
			        text_or_empty(m, "remediationTimestamp"),
			        text_or_empty(m, "source"),
			        *text_or_empty(m, "customerOverride") != 0));
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
			    text_or_empty(json_object_array_get_idx(threats, i),
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

static char *
first_detail(const char *seed)
{
	struct json_object *list;
	struct client c;
	char *text;

	client_start(&c, seed, "--base=2026-01-01T00:00:00Z", NULL);
	list = client_json(&c, SINCE);
	text = client_text(&c, "/v1/threats/%s",
	    text_or_empty(
	        json_object_array_get_idx(json_get(list, "threats"), 0),
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

static void
look_at_ids(struct json_object *m, struct seen *s)
{
	struct json_object *number;
	struct json_object *text;
	bool has_number;
	bool has_text;
	char *id;

	has_number = json_object_object_get_ex(m, "abxMessageId", &number);
	has_text = json_object_object_get_ex(m, "abxMessageIdStr", &text);
	id = id_of(m);
	s->negative_ids += id[0] == '-';
	s->without_text_id += !has_text;
	s->without_any_id += !has_text && !has_number;
	s->lossy_ids += has_text && has_number &&
	    strcmp(json_object_get_string(number), id) != 0;
	free(id);
}

static void
look_at_people(struct json_object *m, struct seen *s)
{
	struct json_object *value;
	const char *ip;

	s->without_recipient +=
	    !json_object_object_get_ex(m, "recipientAddress", NULL);
	if (!json_object_object_get_ex(m, "toAddresses", &value))
		s->to_absent++;
	else if (json_object_is_type(value, json_type_array))
		s->to_array++;
	else if (*json_object_get_string(value) == '\0')
		s->to_empty++;
	else
		s->to_string++;
	assert_true(json_object_object_get_ex(m, "senderIpAddress", &value));
	ip = text_or_empty(m, "senderIpAddress");
	s->ip_null += value == NULL;
	s->ip_empty += value != NULL && *ip == '\0';
	s->ip_v4 += strchr(ip, '.') != NULL;
	s->ip_v6 += strchr(ip, ':') != NULL;
	s->long_addresses += strlen(text_or_empty(m, "fromAddress")) == 256;
	s->return_path_null +=
	    json_object_object_get_ex(m, "returnPath", &value) && value == NULL;
}

static void
look_at_rest(struct json_object *m, struct seen *s)
{
	struct json_object *value;
	const char *time;
	size_t urls;

	if (!json_object_object_get_ex(m, "remediationTimestamp", &value))
		s->remediated_absent++;
	else if (value == NULL)
		s->remediated_null++;
	else
		s->remediated_empty += *json_object_get_string(value) == '\0';
	time = text_or_empty(m, "receivedTime");
	assert_true(
	    strlen(time) == 20 || (strlen(time) >= 22 && strlen(time) <= 30));
	s->digits[strlen(time) == 20 ? 0 : strlen(time) - 21]++;
	urls = json_object_array_length(json_get(m, "urls"));
	s->long_lists += urls >= 40;
	s->more_urls_than_listed +=
	    json_object_object_get_ex(m, "urlCount", &value) &&
	    json_object_get_int(value) > (int)urls;
	if (json_object_object_get_ex(m, "deliveryTrace", &value))
		s->unknown_members++;
}

static void
look(struct client *c, const char *id, struct seen *s)
{
	struct json_object *messages;
	struct json_object *detail;
	struct json_object *m;
	char *text;
	size_t i;

	text = client_text(c, "/v1/threats/%s", id);
	s->octets += strlen(text);
	detail = json_tokener_parse(text);
	free(text);
	messages = json_get(detail, "messages");
	for (i = 0; i < json_object_array_length(messages); i++) {
		m = json_object_array_get_idx(messages, i);
		s->messages++;
		look_at_ids(m, s);
		look_at_people(m, s);
		look_at_rest(m, s);
	}
	(void)json_object_put(detail);
}

static void
test_every_oddity_turns_up_in_1000_threats(void **state)
{
	struct json_object *threats;
	struct json_object *list;
	struct seen s = {0};
	struct client c;
	size_t i;

	(void)state;
	client_start(&c, "--threats=1000", "--invalid-utf8", NULL);
	list = client_json(&c, SINCE "&pageSize=1000");
	threats = json_get(list, "threats");
	assert_int_equal(json_object_array_length(threats), 1000);
	for (i = 0; i < 1000; i++)
		look(&c,
		    text_or_empty(
		        json_object_array_get_idx(threats, i), "threatId"),
		    &s);
	(void)json_object_put(list);
	client_stop(&c);
	assert_int_equal(s.messages, 3000);
	assert_in_range(s.octets / s.messages, 1200, 2000);
	assert_in_range(s.negative_ids, 1000, 2000);
	assert_in_range(s.without_text_id, 100, 600);
	assert_true(s.lossy_ids > 0 && s.without_any_id > 0);
	assert_true(s.without_recipient > 0);
	assert_true(s.to_string > 0 && s.to_array > 0);
	assert_true(s.to_empty > 0 && s.to_absent > 0);
	assert_true(s.ip_null > 0 && s.ip_empty > 0);
	assert_true(s.ip_v4 > 0 && s.ip_v6 > 0);
	assert_true(s.remediated_null > 0 && s.remediated_empty > 0);
	assert_true(s.remediated_absent > 0);
	assert_true(s.long_lists > 0 && s.long_addresses > 0);
	assert_true(s.more_urls_than_listed > 0 && s.return_path_null > 0);
	assert_true(s.unknown_members > 0);
	for (i = 0; i < 10; i++)
		assert_true(s.digits[i] > 0);
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
	    cmocka_unit_test(test_the_same_seed_gives_the_same_octets),
	    cmocka_unit_test(test_every_oddity_turns_up_in_1000_threats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
