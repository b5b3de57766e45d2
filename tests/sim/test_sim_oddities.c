/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every oddity that the API has been seen to have turns up in cefsim's data,
 * and its documents are JSON all the same.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_client.h"

#define SINCE "/v1/threats?filter=receivedTime+gte+2000-01-01T00:00:00Z"

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
look_at_ids(struct json_object *m, struct seen *s)
{
	struct json_object *number;
	struct json_object *text;
	bool has_number;
	bool has_text;
	char *id;

	has_number = json_object_object_get_ex(m, "abxMessageId", &number);
	has_text = json_object_object_get_ex(m, "abxMessageIdStr", &text);
	id = message_id(m);
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
	ip = json_text(m, "senderIpAddress");
	s->ip_null += value == NULL;
	s->ip_empty += value != NULL && *ip == '\0';
	s->ip_v4 += strchr(ip, '.') != NULL;
	s->ip_v6 += strchr(ip, ':') != NULL;
	s->long_addresses += strlen(json_text(m, "fromAddress")) == 256;
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
	time = json_text(m, "receivedTime");
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
		    json_text(
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
	    cmocka_unit_test(test_every_oddity_turns_up_in_1000_threats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
