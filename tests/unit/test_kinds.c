/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of every kind is known by its members, and whatever a sender puts
 * into it, its record fits into the smallest max-size and is one that
 * the strict reader of its format reads.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/record.h"
#include "intake/decode.h"
#include "intake/json_members.h"
#include "intake/stream.h"
#include "normalise_kit.h"
#include "strict_record.h"

#define SMALLEST 2048
#define FILL_BYTES 3000

/* `@` stands for much text that is hard to write. */
static const char *const documents[][2] = {
    {"threat",
        "{'messages':[{'abxMessageIdStr':'@','attackType':'x','subject':'@',"
        "'fromAddress':'@','recipientAddress':'@','urls':['@','@'],"
        "'attachmentNames':['@'],'remediationStatus':'@'}]}"},
    {"case",
        "{'caseId':'@','severity':'@','case_status':'@','affectedEmployee':"
        "'@','severity_level':'@','confidence':'@','remediation_status':'@',"
        "'analysis':'@','tenant':'@','genai_summary':['@','@'],"
        "'customerVisibleTime':'2026-03-01T10:20:30Z',"
        "'firstObserved':'2026-03-01T10:20:30Z',"
        "'last_modified':'2026-03-01T10:20:30Z','threatIds':['@','@']}"},
    {"vendor-case",
        "{'vendorCaseId':'@','vendorDomain':'@',"
        "'firstObservedTime':'2026-03-01T10:20:30Z',"
        "'lastModifiedTime':'2026-03-01T10:20:30Z',"
        "'insights':[{'highlight':'@','description':'@'}],"
        "'timeline':[{'eventTimestamp':'2026-03-01T10:20:30Z',"
        "'senderAddress':'@','recipientAddress':'@','subject':'@',"
        "'markedAs':'@','threatId':'@'}]}"},
    {"abuse-campaign",
        "{'campaignId':'@','firstReported':'2026-03-01T10:20:30Z',"
        "'lastReported':'2026-03-01T10:20:30Z','messageId':'@',"
        "'subject':'@','fromName':'@','fromAddress':'@','recipientName':'@',"
        "'recipientAddress':'@','judgementStatus':'@','overallStatus':'@',"
        "'attackType':'@'}"},
    {"abuse-not-analyzed",
        "{'results':[{'abx_message_id':'@','subject':'@',"
        "'reported_datetime':'2026-03-01T10:20:30Z',"
        "'recipient':{'name':'@','email':'@'},"
        "'reporter':{'name':'@','email':'@'},'not_analyzed_reason':'@'}]}"},
    {"abuse-not-analyzed", "{'abx_message_id':-7,'subject':'@'}"},
    {"audit",
        "{'auditLogs':[{'category':'@','action':'@','status':'@',"
        "'sourceIp':'2001:db8:1111:2222:3333:4444:5555:6666',"
        "'tenantName':'@','timestamp':'2026-03-01 10:20:30.141000+00:00',"
        "'user':{'email':'@'},'actionDetails':{'messageId':'@',"
        "'providedReason':'@','requestUrl':'@'}}]}"},
    {"audit", "{'category':'c','status':'@','sourceIp':null,'action':'@'}"},
    {"threat",
        "{'receivedTime':'2026-03-01T10:20:30Z','threatId':'t',"
        "'recipientAddress':'a@x'}"},
    {"threat", "{'abxMessageId':-7,'subject':'@'}"},
};

/* As JSON has them: a backslash, an equals sign, a bar, what turns text
 * round, and a lone surrogate. */
static const char *const fills[] = {
    "\\\\", "=", "|", "\\u202e;", "\\ud800", "\\r\\nx", "x,"};

struct made {
	const char *kind;
	unsigned count;
	struct arena *arena;
};

/* The document with every `@` filled. The caller frees it. */
static char *
filled(const char *document, const char *fill)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	for (const char *p = document; *p != '\0'; p++) {
		if (*p != '@')
			(void)buf_putc(&out, *p);
		for (size_t n = 0; *p == '@' && n < FILL_BYTES;)
			n += buf_puts(&out, fill) == 0 ? strlen(fill) : 1;
	}
	assert_false(out.overflow);
	return buf_take(&out);
}

static void
check_fits_as(
    const struct event *event, enum style_format format, enum strict_body body)
{
	const struct style style = {
	    .format = format,
	    .facility = 16,
	    .hostname =
	        "a-rather-long-name-of-a-host.siem-gateways.corp.example",
	    .app_name = "cefd",
	    .enterprise_number = 32473,
	    .vendor = "Abnormal Security",
	    .product = "Inbound Email Security",
	    .max_size = SMALLEST,
	};
	char why[STRICT_WHY_MAX];
	struct buf out;
	struct err err;

	buf_init(&out, 1 << 16);
	if (record_put(&out, event, &style, 0, 0, &err) == -1)
		fail_msg("%s: %s", event->schema->kind, err.text);
	assert_in_range(out.len, 1, SMALLEST);
	if (strict_record_check(body, out.data, out.len, why) == -1)
		fail_msg("%s: %.*s", why, (int)out.len, out.data);
	buf_clear(&out);
}

static void
check_fits(const struct item *item, const struct err *failure, void *arg)
{
	struct made *made = arg;
	struct event event;

	assert_null(failure);
	assert_string_equal(item->event.schema->kind, made->kind);
	made->count++;
	event = item->event;
	members_fill(&event, item->value, made->arena);
	check_fits_as(&event, FORMAT_CEF, STRICT_CEF);
	check_fits_as(&event, FORMAT_JSON, STRICT_JSON);
	check_fits_as(&event, FORMAT_LEEF, STRICT_LEEF);
	check_fits_as(&event, FORMAT_SD, STRICT_SD);
}

static void
any_text_fits_into_the_smallest_record(void **state)
{
	struct normalise_kit *kit = *state;
	struct err err;

	kit->context.api_host = TEXT("api.abnormalplatform.com");
	kit->context.source_name = TEXT("a-tenant-with-a-long-name");
	for (size_t f = 0; f < sizeof(fills) / sizeof(fills[0]); f++) {
		for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]);
		     i++) {
			struct made made = {documents[i][0], 0, &kit->arena};
			char *json = filled(documents[i][1], fills[f]);

			kit_extra(kit, 0, json);
			free(json);
			assert_int_equal(
			    normalise_document(kit->context.extras[0],
			        &kit->context, &kit->arena, check_fits, &made,
			        &err),
			    0);
			assert_int_equal(made.count, 1);
		}
	}
}

static void
count_all(const struct item *item, const struct err *failure, void *arg)
{
	unsigned *count = arg;

	count[0] += item != NULL;
	count[1] += failure != NULL;
}

static void
what_is_of_no_kind_is_refused(void **state)
{
	static const char *const bad[] = {"{}", "[]", "7",
	    "{'threats':[{'threatId':'t'}]}", "{'cases':[]}",
	    "{'campaignId':null}", "{'auditLogs':{}}", "{'results':'x'}",
	    "{'messages':7,'receivedTime':'x'}", "{'category':'c'}"};
	struct normalise_kit *kit = *state;
	unsigned counts[2] = {0, 0};
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		kit_extra(kit, 0, bad[i]);
		assert_int_equal(
		    normalise_document(kit->context.extras[0], &kit->context,
		        &kit->arena, count_all, counts, &err),
		    -1);
		assert_int_equal(err.code, ERR_BAD);
	}
	assert_int_equal(counts[0] + counts[1], 0);
}

static void
a_bad_record_of_a_list_is_told_and_the_others_go_on(void **state)
{
	struct normalise_kit *kit = *state;
	unsigned counts[2] = {0, 0};

	kit_extra(kit, 0,
	    "{'results':[{'abx_message_id':1},{},7,{'abx_message_id':2}]}");
	assert_int_equal(
	    normalise_document(kit->context.extras[0], &kit->context,
	        &kit->arena, count_all, counts, NULL),
	    0);
	assert_int_equal(counts[0], 2);
	assert_int_equal(counts[1], 2);
}

static void
every_stream_has_what_it_needs(void **state)
{
	unsigned bits = 0;

	(void)state;
	assert_int_equal(stream_count, 6);
	for (size_t i = 0; i < stream_count; i++) {
		const struct stream *s = stream_table[i];

		assert_int_equal(s->bit, 1U << i);
		assert_int_equal(bits & s->bit, 0);
		bits |= s->bit;
		assert_non_null(s->name);
		assert_non_null(s->noun);
		assert_non_null(s->path);
		assert_non_null(s->list);
		assert_non_null(s->filter_keys[WINDOW_NEW]);
		assert_non_null(s->filter_keys[WINDOW_LATE]);
		assert_non_null(s->normalise);
		assert_true(s->id != NULL || s->extras[0].path == NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_text_fits_into_the_smallest_record),
	    cmocka_unit_test(what_is_of_no_kind_is_refused),
	    cmocka_unit_test(
	        a_bad_record_of_a_list_is_told_and_the_others_go_on),
	    cmocka_unit_test(every_stream_has_what_it_needs),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
