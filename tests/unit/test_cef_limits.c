/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where values are cut: at the octet, never within a code point, lists by whole
 * items; and that it is said.
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

#include "base/buf.h"
#include "format/cef.h"
#include "format/walk.h"
#include "format_sample.h"
#include "strict_cef.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PLENTY 100000
#define BARE                                                \
	"CEF:0|Abnormal Security|Inbound Email Security|1|" \
	"phishing-credential|Phishing: Credential|8|"

static struct buf out;

/* The line of an event, until the next one. */
static const char *
line_of(const struct event *event, size_t max)
{
	struct style style = sample_style();

	buf_reset(&out);
	if (cef_put(&out, event, &style, max) == -1)
		return NULL;
	assert_int_equal(buf_putc(&out, '\0'), 0);
	out.len--;
	return out.data;
}

/* Parse the line of an event, which must be right. */
static void
read_line(const struct event *event, struct strict_cef *cef)
{
	const char *line = line_of(event, PLENTY);

	assert_non_null(line);
	if (strict_cef_parse(cef, line, out.len) == -1)
		fail_msg("%s: %s", cef->why, line);
}

static void
check_cut(const struct event *event, const char *key, size_t len, bool cut)
{
	const struct strict_text *value;
	const struct strict_text *truncated;
	struct strict_cef cef;

	read_line(event, &cef);
	value = strict_cef_get(&cef, key);
	assert_non_null(value);
	assert_int_equal(value->len, len);
	truncated = strict_cef_get(&cef, "AbnormalEmailTruncated");
	assert_true(cut == (truncated != NULL));
	if (cut)
		assert_string_equal(truncated->ptr, key);
	strict_cef_clear(&cef);
}

static void
each_limit_is_exact(void **state)
{
	static const struct {
		enum threat_field field;
		size_t max;
	} rows[] = {{THREAT_CAT, 1023}, {THREAT_ACT, 63}, {THREAT_SUSER, 1023},
	    {THREAT_SOURCE_DNS_DOMAIN, 255}, {THREAT_MSG, 1023},
	    {THREAT_REQUEST, 1023}, {THREAT_CS1_ATTACK_STRATEGY, 4000},
	    {THREAT_CS2_ATTACK_VECTOR, 4000}, {THREAT_CS3_ATTACKED_PARTY, 4000},
	    {THREAT_CS4_IMPERSONATED_PARTY, 4000},
	    {THREAT_CS5_INTERNET_MESSAGE_ID, 4000},
	    {THREAT_CS6_PORTAL_LINK, 4000}, {THREAT_FLEX2_FROM_NAME, 1023}};
	static char text[4100];
	struct event event;
	size_t i;

	(void)state;
	/* Escapes do not count: each "=" is one octet of the value. */
	memset(text, '=', sizeof(text));
	for (i = 0; i < COUNT(rows); i++) {
		const char *key = schema_threat.fields[rows[i].field].key;
		struct text t = {text, rows[i].max - 1};

		sample_bare(&event);
		sample_set_text(&event, rows[i].field, t);
		check_cut(&event, key, rows[i].max - 1, false);
		t.len++;
		sample_set_text(&event, rows[i].field, t);
		check_cut(&event, key, rows[i].max, false);
		t.len++;
		sample_set_text(&event, rows[i].field, t);
		check_cut(&event, key, rows[i].max, true);
	}
}

static void
a_cut_never_splits_a_code_point(void **state)
{
	char text[1100];
	struct event event;
	size_t pad;

	(void)state;
	for (pad = 1018; pad <= 1023; pad++) {
		memset(text, 'a', pad);
		memcpy(text + pad, "\xf0\x9f\x98\x80", 4);
		sample_bare(&event);
		sample_set_text(
		    &event, THREAT_MSG, (struct text){text, pad + 4});
		if (pad + 4 <= 1023)
			check_cut(&event, "msg", pad + 4, false);
		else
			check_cut(&event, "msg", pad, true);
	}
}

static void
fields_without_a_limit_stay_whole(void **state)
{
	static const enum threat_field rows[] = {THREAT_DUSER,
	    THREAT_FLEX1_THREAT_ID, THREAT_RETURN_PATH, THREAT_JUDGEMENT};
	static char text[5000];
	struct event event;
	size_t i;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (i = 0; i < COUNT(rows); i++) {
		sample_bare(&event);
		sample_set_text(
		    &event, rows[i], (struct text){text, sizeof(text)});
		check_cut(&event, schema_threat.fields[rows[i]].key,
		    sizeof(text), false);
	}
}

static void
what_is_cut_behind_the_list_of_cuts_is_in_it(void **state)
{
	static char text[300];
	struct event event;
	struct strict_cef cef;

	(void)state;
	memset(text, 'x', sizeof(text));
	sample_bare(&event);
	sample_set_text(&event, THREAT_ACT, (struct text){text, 64});
	sample_set_text(&event, THREAT_DVCHOST, (struct text){text, 256});
	sample_set_text(&event, THREAT_EXTERNAL_ID, (struct text){text, 256});
	read_line(&event, &cef);
	assert_string_equal(strict_cef_get(&cef, "AbnormalEmailTruncated")->ptr,
	    "act,dvchost,externalId");
	assert_int_equal(strict_cef_get(&cef, "externalId")->len, 255);
	strict_cef_clear(&cef);
}

/* Two items: together 1023 octets with the joint, or one more. */
static void
lists_are_cut_by_whole_items(void **state)
{
	static char text[1100];
	struct text items[3] = {{text, 1000}, {text, 21}, {text, 1}};
	struct event event;

	(void)state;
	memset(text, 'x', sizeof(text));
	sample_bare(&event);
	sample_set_list(&event, THREAT_REASON, items, 2);
	check_cut(&event, "reason", 1023, false);
	items[1].len = 22;
	check_cut(&event, "reason", 1000, true);
	/* What comes later is not pulled forward. */
	sample_set_list(&event, THREAT_REASON, items, 3);
	check_cut(&event, "reason", 1000, true);
}

static void
a_list_whose_first_item_is_too_long_says_so(void **state)
{
	static char text[1100];
	struct text items[2] = {{text, 1024}, {text, 1}};
	struct event event;

	(void)state;
	memset(text, 'x', sizeof(text));
	sample_bare(&event);
	sample_set_list(&event, THREAT_REASON, items, 2);
	assert_string_equal(line_of(&event, PLENTY),
	    BARE "AbnormalEmailTruncated=reason externalId=1");
}

static void
what_stands_for_a_semicolon_counts(void **state)
{
	static char text[4000];
	struct text items[2] = {{text, 3997}, {"", 0}};
	struct event event;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = ';';
	items[1] = TEXT("y");
	sample_bare(&event);
	/* 3997 - 1 + 3 octets, a joint and one more would be 4001. */
	sample_set_list(&event, THREAT_URLS, items, 2);
	check_cut(&event, "AbnormalEmailUrls", 3999, true);
	items[0].len--;
	check_cut(&event, "AbnormalEmailUrls", 4000, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_limit_is_exact),
	    cmocka_unit_test(a_cut_never_splits_a_code_point),
	    cmocka_unit_test(fields_without_a_limit_stay_whole),
	    cmocka_unit_test(what_is_cut_behind_the_list_of_cuts_is_in_it),
	    cmocka_unit_test(lists_are_cut_by_whole_items),
	    cmocka_unit_test(a_list_whose_first_item_is_too_long_says_so),
	    cmocka_unit_test(what_stands_for_a_semicolon_counts),
	};
	int failed;

	buf_init(&out, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&out);
	return failed;
}
