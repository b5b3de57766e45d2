/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What threats have beside their messages: attachments, links, late
 * recipients; and the tokens.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sim_client.h"
#include "sim_time.h"

#define DAY_MS INT64_C(86400000)

/* "id value" for each element of `member` in each message. */
static void
put_lines(struct buf *out, struct json_object *messages, const char *member)
{
	struct json_object *m;
	struct json_object *all;
	char *id;
	size_t i;
	size_t k;

	for (i = json_object_array_length(messages); i-- != 0;) {
		m = json_object_array_get_idx(messages, i);
		all = json_get(m, member);
		id = message_id(m);
		for (k = 0; k < json_object_array_length(all); k++)
			(void)buf_printf(out, "%s %s\n", id,
			    json_object_get_string(
			        json_object_array_get_idx(all, k)));
		free(id);
	}
}

/* The same from the endpoint of the parts. */
static void
put_parts(struct buf *out, struct json_object *parts, const char *member)
{
	struct json_object *part;
	size_t i;

	for (i = 0; i < json_object_array_length(parts); i++) {
		part = json_object_array_get_idx(parts, i);
		(void)buf_printf(out, "%s %s\n",
		    json_text(part, "abxMessageIdStr"),
		    json_text(part, member));
	}
}

/* How many parts the threat has; they must be those of its messages. */
static size_t
compare(struct client *c, const char *id, const char *what, const char *member,
    const char *of_message)
{
	struct json_object *detail;
	struct json_object *parts;
	struct buf expected;
	struct buf got;
	size_t count;

	buf_init(&expected, 1 << 24);
	buf_init(&got, 1 << 24);
	detail = client_json(c, "/v1/threats/%s?pageSize=1000", id);
	parts = client_json(c, "/v1/threats/%s/%s", id, what);
	put_lines(&expected, json_get(detail, "messages"), of_message);
	put_parts(&got, json_get(parts, what), member);
	assert_true(json_object_object_get_ex(parts, "tenantName", NULL));
	assert_int_equal(got.len, expected.len);
	assert_true(got.len == 0 || !memcmp(got.data, expected.data, got.len));
	count = json_object_array_length(json_get(parts, what));
	(void)json_object_put(detail);
	(void)json_object_put(parts);
	buf_clear(&expected);
	buf_clear(&got);
	return count;
}

static void
test_attachments_and_links_are_those_of_the_messages(void **state)
{
	struct json_object *list;
	struct json_object *all;
	struct client c;
	const char *id;
	size_t files;
	size_t links;
	size_t i;

	(void)state;
	client_start(&c, "--threats=80", "--recipients=1-4", NULL);
	list = client_json(&c, "/v1/threats");
	all = json_get(list, "threats");
	files = 0;
	links = 0;
	for (i = 0; i < json_object_array_length(all); i++) {
		id = json_text(json_object_array_get_idx(all, i), "threatId");
		files += compare(
		    &c, id, "attachments", "attachmentName", "attachmentNames");
		links += compare(&c, id, "links", "linkUrl", "urls");
	}
	assert_true(files > 80);
	assert_true(links > 80);
	assert_int_equal(client_stat(&c, "requests.attachments"), 80);
	assert_int_equal(client_stat(&c, "requests.links"), 80);
	(void)json_object_put(list);
	client_expect(&c, 404, "/v1/threats/x/links");
	client_expect(&c, 404, "/v1/threats/x/attachments/y");
	client_stop(&c);
}

static void
test_parts_have_faults_of_their_own(void **state)
{
	struct client c;
	char *id;

	(void)state;
	client_start(&c, "--threats=0", NULL);
	id = client_text(&c, "POST /_sim/add");
	id[36] = '\0';
	client_expect(&c, 200, "POST /_sim/fault?on=links&kind=502");
	client_expect(&c, 200, "POST /_sim/fault?on=attachments&kind=404");
	client_expect(&c, 200, "/v1/threats/%s", id);
	client_expect(&c, 502, "/v1/threats/%s/links", id);
	client_expect(&c, 404, "/v1/threats/%s/attachments", id);
	client_expect(&c, 200, "/v1/threats/%s/links", id);
	client_expect(&c, 200, "/v1/threats/%s/attachments", id);
	free(id);
	client_stop(&c);
}

/* Columns of the truth's last line: set at, and received at. */
static void
last_times(char *truth, int64_t *set_ms, int64_t *received_ms)
{
	char *field;
	char *line;
	int i;

	line = truth;
	while (strchr(line, '\n')[1] != '\0')
		line = strchr(line, '\n') + 1;
	for (i = 1; i <= 12; i++) {
		field = strsep(&line, "\t");
		assert_non_null(field);
		if (i == 6)
			*set_ms = strtoll(field, NULL, 10);
		if (i == 12)
			*received_ms = strtoll(field, NULL, 10);
	}
}

static void
test_what_was_received_long_ago_is_shown_from_now_on(void **state)
{
	struct json_object *list;
	int64_t received_ms;
	int64_t set_ms;
	struct client c;
	char *truth;
	char *id;

	(void)state;
	client_start(&c, "--threats=0", "--recipients=1", NULL);
	id = client_text(&c, "POST /_sim/add?received=-48h");
	id[36] = '\0';
	truth = client_text(&c, "/_sim/truth?threat=%s", id);
	last_times(truth, &set_ms, &received_ms);
	assert_int_equal(set_ms - received_ms, 2 * DAY_MS);
	free(truth);
	list = client_json(
	    &c, "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z");
	assert_int_equal(
	    json_object_array_length(json_get(list, "threats")), 1);
	(void)json_object_put(list);
	/* A recipient of it, from longer ago still. */
	truth =
	    client_text(&c, "POST /_sim/recipient?threat=%s&received=-72h", id);
	last_times(truth, &set_ms, &received_ms);
	assert_int_equal(set_ms - received_ms, 3 * DAY_MS);
	free(truth);
	client_expect(&c, 400, "POST /_sim/recipient?received=x");
	free(id);
	client_stop(&c);
}

/* Tokens of this status, of all that are there. */
static size_t
count_tokens(struct client *c, const char *status)
{
	struct json_object *list;
	struct json_object *data;
	size_t count;
	size_t i;

	list = client_json(c, "/v1/soar/tokens");
	assert_string_equal(json_text(list, "status"), "success");
	assert_int_equal(
	    json_object_get_int(json_get(list, "status_code")), 200);
	data = json_get(list, "data");
	count = 0;
	for (i = 0; i < json_object_array_length(data); i++)
		count += !strcmp(
		    json_text(json_object_array_get_idx(data, i), "status"),
		    status);
	(void)json_object_put(list);
	return count;
}

static void
test_tokens_expire_when_they_should(void **state)
{
	struct json_object *list;
	struct json_object *one;
	int64_t expires_ms;
	struct client c;

	(void)state;
	client_start(&c, "--tokens=3", "--token-expires=+5d", NULL);
	list = client_json(&c, "/v1/soar/tokens");
	one = json_object_array_get_idx(json_get(list, "data"), 0);
	assert_int_equal(
	    sim_time_parse_any(json_text(one, "expires_at"), &expires_ms), 0);
	expires_ms -= sim_time_now_ms() + 5 * DAY_MS;
	assert_true(expires_ms <= 0 && expires_ms > -CLIENT_LIMIT_MS);
	assert_true(json_object_array_length(json_get(one, "permissions")) > 0);
	(void)json_object_put(list);
	assert_int_equal(count_tokens(&c, "active"), 3);
	assert_int_equal(count_tokens(&c, "expired"), 1);
	assert_int_equal(count_tokens(&c, "revoked"), 1);
	client_expect(
	    &c, 200, "POST /_sim/set?token-expires=2020-01-01T00:00:00Z");
	assert_int_equal(count_tokens(&c, "expired"), 4);
	client_expect(&c, 200, "POST /_sim/set?tokens-denied=1");
	client_expect(&c, 403, "/v1/soar/tokens");
	client_expect(&c, 200, "/v1/threats");
	client_stop(&c);
}

static void
test_tokens_come_in_slices(void **state)
{
	struct json_object *list;
	struct json_object *page;
	struct client c;

	(void)state;
	client_start(&c, "--tokens=7", NULL);
	list = client_json(&c, "/v1/soar/tokens?limit=4&offset=8");
	assert_int_equal(json_object_array_length(json_get(list, "data")), 1);
	page = json_get(list, "pagination");
	assert_int_equal(json_object_get_int(json_get(page, "total")), 9);
	assert_int_equal(json_object_get_int(json_get(page, "limit")), 4);
	assert_int_equal(json_object_get_int(json_get(page, "offset")), 8);
	(void)json_object_put(list);
	client_expect(&c, 400, "/v1/soar/tokens?limit=0");
	client_expect(&c, 400, "/v1/soar/tokens?limit=201");
	client_expect(&c, 400, "/v1/soar/tokens?offset=-1");
	client_expect(&c, 200, "POST /_sim/fault?on=tokens&kind=500");
	client_expect(&c, 500, "/v1/soar/tokens");
	assert_int_equal(client_stat(&c, "requests.tokens"), 5);
	client_stop(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        test_attachments_and_links_are_those_of_the_messages),
	    cmocka_unit_test(test_parts_have_faults_of_their_own),
	    cmocka_unit_test(
	        test_what_was_received_long_ago_is_shown_from_now_on),
	    cmocka_unit_test(test_tokens_expire_when_they_should),
	    cmocka_unit_test(test_tokens_come_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
