/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole record and its one ceiling: what leaves, in which order, what is
 * said about it, and what never leaves.
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
#include "base/err.h"
#include "format_sample.h"
#include "strict_cef.h"
#include "strict_rfc5424.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW INT64_C(1800000000456)

static struct buf out;

/* A record of `max` octets at most; parsed where it fits. */
static int
put(const struct event *event, size_t max, struct strict_cef *cef)
{
	struct style style = sample_style();
	struct strict_rfc5424 record;
	struct err err;

	style.max_size = max;
	buf_reset(&out);
	if (record_put(&out, event, &style, NOW, 0, &err) == -1) {
		assert_int_equal(err.code, ERR_FULL);
		assert_int_equal(out.len, 0);
		return -1;
	}
	assert_in_range(out.len, 1, max);
	if (strict_rfc5424_parse(&record, out.data, out.len) == -1)
		fail_msg("%s: %.*s", record.why, (int)out.len, out.data);
	if (strict_cef_parse(cef, record.msg.ptr, record.msg.len) == -1)
		fail_msg("%s: %s", cef->why, record.msg.ptr);
	assert_false(record.has_bom);
	strict_rfc5424_clear(&record);
	return 0;
}

static void
golden_line(void **state)
{
	struct style style = sample_style();
	struct event event;

	(void)state;
	sample_bare(&event);
	sample_set_number(&event, THREAT_RT, VALUE_TIME, SAMPLE_MS);
	sample_set_text(
	    &event, THREAT_MSG, TEXT("a=b|c\\\r\n\xe2\x80\xae\xff"));
	buf_reset(&out);
	assert_int_equal(record_put(&out, &event, &style, NOW, 7, NULL), 0);
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data,
	    "<132>1 2026-03-01T10:20:30.123Z cefd.example.com cefd - threat - "
	    "CEF:0|Abnormal Security|Inbound Email Security|1|"
	    "phishing-credential|Phishing: Credential|8|rt=1772360430123 "
	    "msg=a\\=b|c\\\\\\n \xef\xbf\xbd externalId=1");
}

static void
the_other_headers_with_the_same_body(void **state)
{
	struct style style = sample_style();
	struct event event;

	(void)state;
	sample_bare(&event);
	style.header = HEADER_NONE;
	buf_reset(&out);
	assert_int_equal(record_put(&out, &event, &style, NOW, 0, NULL), 0);
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data,
	    "CEF:0|Abnormal Security|Inbound Email Security|1|"
	    "phishing-credential|Phishing: Credential|8|externalId=1");
	style.header = HEADER_RFC3164;
	buf_reset(&out);
	assert_int_equal(record_put(&out, &event, &style, NOW, 0, NULL), 0);
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data,
	    "<132>Mar  1 10:20:30 cefd.example.com cefd: "
	    "CEF:0|Abnormal Security|Inbound Email Security|1|"
	    "phishing-credential|Phishing: Credential|8|externalId=1");
}

static void
the_same_arguments_give_the_same_octets(void **state)
{
	struct style style = sample_style();
	struct event event;
	struct buf again;

	(void)state;
	sample_full(&event);
	buf_reset(&out);
	buf_init(&again, 1 << 16);
	(void)buf_puts(&again, "before");
	assert_int_equal(record_put(&out, &event, &style, NOW, 3, NULL), 0);
	assert_int_equal(record_put(&again, &event, &style, NOW, 3, NULL), 0);
	assert_int_equal(again.len, out.len + 6);
	assert_memory_equal(again.data + 6, out.data, out.len);
	buf_clear(&again);
}

/* What a shed record must say: the keys of `all` that `got` has not. */
static void
missing_keys(const struct strict_cef *all, const struct strict_cef *got,
    char *ret, size_t size)
{
	size_t len = 0;
	size_t i;

	ret[0] = '\0';
	for (i = 0; i < all->count; i++) {
		const char *key = all->pairs[i].key.ptr;

		if (strict_cef_get(got, key) != NULL ||
		    strstr(key, "Label") != NULL)
			continue;
		len += (size_t)snprintf(
		    ret + len, size - len, "%s%s", len != 0 ? "," : "", key);
	}
}

/* What enriches a threat leaves first, */
#define LINKS "AbnormalEmailLinkUrls,AbnormalEmailLinkTexts"
#define ENRICHED                                          \
	"AbnormalEmailAttachments,AbnormalEmailLinkUrls," \
	"AbnormalEmailLinkDomains,AbnormalEmailLinkTexts"
/* and then the lists. */
#define LISTS                                             \
	"AbnormalEmailToAddresses,AbnormalEmailCcEmails," \
	"AbnormalEmailReplyToEmails,AbnormalEmailUrls," ENRICHED

/*
 * Squeezed octet by octet from the whole record down to nothing, this is all
 * that is ever missing, in this order. The steps up to msg are the contract's;
 * the rest is for records that are too long even then.
 */
static const char *const steps[] = {"", "AbnormalEmailLinkTexts", LINKS,
    ENRICHED, "AbnormalEmailUrls," ENRICHED, LISTS, "fname," LISTS,
    "reason,fname," LISTS, "reason,request,fname," LISTS,
    "msg,reason,request,fname," LISTS,
    "msg,reason,request,fname,AbnormalEmailReturnPath,"
    "AbnormalEmailToAddresses,AbnormalEmailCcEmails,"
    "AbnormalEmailReplyToEmails,AbnormalEmailUrls,"
    "AbnormalEmailJudgement," ENRICHED};

static void
fields_leave_in_the_contracts_order(void **state)
{
	struct strict_cef all;
	struct strict_cef got;
	static char large[100];
	struct event event;
	char missing[1000];
	size_t step = 0;
	size_t max;

	(void)state;
	/* Each field longer than what saying so costs, so no step is skipped. */
	memset(large, 'x', sizeof(large));
	sample_full(&event);
	for (size_t i = 0; i < THREAT_FIELDS; i++) {
		static const struct text items[] = {{large, 50}, {large, 50}};

		if (event.values[i].type == VALUE_LIST)
			sample_set_list(&event, i, items, 2);
	}
	sample_set_text(&event, THREAT_MSG, (struct text){large, 100});
	sample_set_text(&event, THREAT_REQUEST, (struct text){large, 100});
	sample_set_text(&event, THREAT_RETURN_PATH, (struct text){large, 100});
	assert_int_equal(put(&event, 8000, &all), 0);
	for (max = out.len; put(&event, max, &got) == 0; max--) {
		const struct strict_text *said =
		    strict_cef_get(&got, "AbnormalEmailTruncated");

		missing_keys(&all, &got, missing, sizeof(missing));
		assert_string_equal(said != NULL ? said->ptr : "", missing);
		assert_string_equal(strict_cef_get(&got, "externalId")->ptr,
		    "-9223372036854775808");
		if (step < COUNT(steps) && strcmp(missing, steps[step]) != 0) {
			step++;
			if (step < COUNT(steps))
				assert_string_equal(missing, steps[step]);
		}
		strict_cef_clear(&got);
	}
	strict_cef_clear(&got);
	strict_cef_clear(&all);
	assert_true(step >= COUNT(steps));
	assert_in_range(max, 300, 1100);
}

/* With `max` the record's own length nothing leaves, one less and it does. */
static void
the_ceiling_is_exact(void **state)
{
	struct event event;
	struct strict_cef cef;
	size_t len;

	(void)state;
	sample_full(&event);
	assert_int_equal(put(&event, 8000, &cef), 0);
	strict_cef_clear(&cef);
	len = out.len;
	assert_int_equal(put(&event, len + 1, &cef), 0);
	assert_int_equal(out.len, len);
	strict_cef_clear(&cef);
	assert_int_equal(put(&event, len, &cef), 0);
	assert_int_equal(out.len, len);
	assert_null(strict_cef_get(&cef, "AbnormalEmailTruncated"));
	strict_cef_clear(&cef);
	assert_int_equal(put(&event, len - 1, &cef), 0);
	assert_string_equal(strict_cef_get(&cef, "AbnormalEmailTruncated")->ptr,
	    "AbnormalEmailLinkTexts");
	strict_cef_clear(&cef);
}

static void
what_is_not_there_is_not_said_to_be_cut(void **state)
{
	static char large[9000];
	static const struct text blanks[] = {{" ", 1}, {"\t", 1}};
	static const struct text one[] = {{"x", 1}, {" ", 1}};
	struct strict_cef cef;
	struct event event;

	(void)state;
	memset(large, 'x', sizeof(large));
	sample_bare(&event);
	sample_set_list(&event, THREAT_URLS, one, 2);
	sample_set_list(&event, THREAT_FNAME, blanks, 2);
	sample_set_text(&event, THREAT_REQUEST, TEXT(" \t "));
	sample_set_text(&event, THREAT_RETURN_PATH, (struct text){large, 9000});
	assert_int_equal(put(&event, 8000, &cef), 0);
	assert_string_equal(strict_cef_get(&cef, "AbnormalEmailTruncated")->ptr,
	    "AbnormalEmailReturnPath");
	strict_cef_clear(&cef);
}

/* Every field as long as it may be, and all of it to be escaped. */
static void
the_largest_threat_fits_into_8000_octets(void **state)
{
	static char large[70000];
	static struct text items[70];
	struct strict_cef cef;
	struct event event;
	size_t i;

	(void)state;
	memset(large, '=', sizeof(large));
	for (i = 0; i < COUNT(items); i++)
		items[i] = (struct text){large, 1000};
	sample_full(&event);
	event.name = (struct text){large, sizeof(large)};
	event.class_id = (struct text){large, sizeof(large)};
	memset(large, '|', 2000);
	for (i = 0; i < THREAT_FIELDS; i++) {
		if (i == THREAT_SRC)
			continue;
		if (event.values[i].type == VALUE_TEXT)
			sample_set_text(&event, i,
			    (struct text){large + 3000, sizeof(large) - 3000});
		if (event.values[i].type == VALUE_LIST)
			sample_set_list(&event, i, items, COUNT(items));
	}
	assert_int_equal(put(&event, 8000, &cef), 0);
	assert_int_equal(strict_cef_get(&cef, "externalId")->len, 255);
	assert_int_equal(strict_cef_get(&cef, "act")->len, 63);
	strict_cef_clear(&cef);
}

static void
too_small_a_ceiling_is_told(void **state)
{
	struct style style = sample_style();
	struct event event;
	struct err err;

	(void)state;
	sample_full(&event);
	buf_reset(&out);
	(void)buf_puts(&out, "before");
	for (style.max_size = 0; style.max_size < 300; style.max_size++) {
		assert_int_equal(
		    record_put(&out, &event, &style, NOW, 0, &err), -1);
		assert_int_equal(err.code, ERR_FULL);
		assert_int_equal(out.len, 6);
		assert_false(out.overflow);
	}
	assert_string_equal(err.text,
	    "the record cannot be made to fit into 299 octets: raise max-size");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(golden_line),
	    cmocka_unit_test(the_other_headers_with_the_same_body),
	    cmocka_unit_test(the_same_arguments_give_the_same_octets),
	    cmocka_unit_test(fields_leave_in_the_contracts_order),
	    cmocka_unit_test(the_ceiling_is_exact),
	    cmocka_unit_test(what_is_not_there_is_not_said_to_be_cut),
	    cmocka_unit_test(the_largest_threat_fits_into_8000_octets),
	    cmocka_unit_test(too_small_a_ceiling_is_told),
	};
	int failed;

	buf_init(&out, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&out);
	return failed;
}
