/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CEF line of each row of the record's table: what stands in it, in which
 * order, how it is escaped and where it is cut.
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
#include "format/schema_case.h"
#include "format/schema_report.h"
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

static void
check_line(const struct event *event, const char *want)
{
	assert_string_equal(line_of(event, PLENTY), want);
}

/* The bare event with one more text: what stands before the externalId? */
static void
check_text(enum threat_field field, const char *text, const char *want)
{
	char line[8192] = BARE;
	struct event event;

	sample_bare(&event);
	sample_set_text(&event, field, text_of(text));
	(void)snprintf(line, sizeof(line), BARE "%s%sexternalId=1", want,
	    *want != '\0' ? " " : "");
	check_line(&event, line);
}

static void
every_row_in_order(void **state)
{
	struct event event;

	(void)state;
	sample_full(&event);
	check_line(&event,
	    BARE
	    "rt=1772360430123 start=1772360428000 end=1772360490123 "
	    "cat=Phishing: Credential act=Auto-Remediated outcome=success "
	    "suser=billing@secure-reply.example.org duser=dana@example.com "
	    "src=192.0.2.17 sourceDnsDomain=secure-reply.example.org "
	    "msg=Your mailbox is full "
	    "reason=Unusual Sender; Suspicious Link "
	    "request=https://login.example.net/a?b\\=c "
	    "fname=a.pdf;b_c.xlsx "
	    "cs1Label=AttackStrategy cs1=Name Impersonation "
	    "cs2Label=AttackVector cs2=Link "
	    "cs3Label=AttackedParty cs3=Employee (Other) "
	    "cs4Label=ImpersonatedParty cs4=Brand "
	    "cs5Label=InternetMessageId cs5=<a1@mx.example.org> "
	    "cs6Label=PortalLink "
	    "cs6=https://portal.example.com/t/4551618356913732 "
	    "flexString1Label=ThreatId "
	    "flexString1=184712ab-0000-47b3-89d3-a314efef79e2 "
	    "flexString2Label=FromName flexString2=Billing "
	    "AbnormalEmailReturnPath=bounce@secure-reply.example.org "
	    "AbnormalEmailToAddresses=dana@example.com;eve@example.com "
	    "AbnormalEmailCcEmails=carl@example.com "
	    "AbnormalEmailReplyToEmails=r@example.org "
	    "AbnormalEmailAutoRemediated=true "
	    "AbnormalEmailPostRemediated=false AbnormalEmailIsRead=false "
	    "cn1Label=UrlCount cn1=2 cn2Label=AttachmentCount cn2=2 "
	    "AbnormalEmailUrls=https://login.example.net/a?b\\=c;"
	    "https://x.example/%3By "
	    "AbnormalEmailJudgement=Advanced "
	    "dvchost=api.abnormalplatform.com deviceExternalId=acme "
	    "AbnormalEmailAttachments=a.pdf;b_c.xlsx "
	    "AbnormalEmailLinkUrls=https://a.example/%3Bz "
	    "AbnormalEmailLinkDomains=a.example;login.example.net "
	    "AbnormalEmailLinkTexts="
	    "Your mailbox is full_ click here to keep all of it "
	    "externalId=-9223372036854775808");
}

static void
a_status_record_has_its_own_rows(void **state)
{
	struct event event;
	size_t i;

	(void)state;
	memset(&event, 0, sizeof(event));
	event.schema = &schema_status;
	event.name = TEXT("Records given up");
	event.severity = 6;
	sample_set_number(&event, STATUS_RT, VALUE_TIME, SAMPLE_MS);
	for (i = STATUS_CAT; i < STATUS_FIELDS; i++)
		sample_set_text(&event, i, TEXT("x"));
	sample_set_number(&event, STATUS_CN1_COUNT, VALUE_INT, -3);
	check_line(&event,
	    "CEF:0|Abnormal Security|Inbound Email Security|1|"
	    "forwarder-status|Records given up|6|"
	    "rt=1772360430123 cat=x act=x msg=x cs1Label=Stream cs1=x "
	    "cs2Label=Error cs2=x flexString1Label=ParentId flexString1=x "
	    "cn1Label=Count cn1=-3 dvchost=x deviceExternalId=x "
	    "AbnormalEmailUptime=x AbnormalEmailSequence=x "
	    "AbnormalEmailQueued=x AbnormalEmailConfirmed=x "
	    "AbnormalEmailResent=x AbnormalEmailFetched=x "
	    "AbnormalEmailGivenUp=x AbnormalEmailBehind=x "
	    "AbnormalEmailSpoolPercent=x AbnormalEmailSources=x externalId=x");
}

static void
nothing_is_left_out_with_its_label(void **state)
{
	static const struct text blanks[] = {{"", 0}, {" \t ", 3}, {NULL, 0}};
	struct event event;
	size_t i;

	(void)state;
	for (i = 0; i < THREAT_EXTERNAL_ID; i++) {
		sample_bare(&event);
		if (i == THREAT_TRUNCATED)
			continue;
		sample_set_text(&event, i, TEXT(""));
		check_line(&event, BARE "externalId=1");
		sample_set_text(&event, i, TEXT(" \t\x01 "));
		check_line(&event, BARE "externalId=1");
		if (schema_threat.fields[i].kind != FIELD_LIST)
			continue;
		sample_set_list(&event, i, blanks, COUNT(blanks));
		check_line(&event, BARE "externalId=1");
		sample_set_list(&event, i, NULL, 0);
		check_line(&event, BARE "externalId=1");
	}
}

static void
values_escape_three_things_and_no_more(void **state)
{
	(void)state;
	check_text(THREAT_MSG, "a|b", "msg=a|b");
	check_text(THREAT_MSG, "|", "msg=|");
	check_text(THREAT_MSG, "a=b", "msg=a\\=b");
	check_text(THREAT_MSG, "=", "msg=\\=");
	check_text(THREAT_MSG, "end\\", "msg=end\\\\");
	check_text(THREAT_MSG, "\\=", "msg=\\\\\\=");
	check_text(THREAT_MSG, "\\n", "msg=\\\\n");
	check_text(THREAT_MSG, "a\r\nb", "msg=a\\nb");
	check_text(THREAT_MSG, "a\rb\nc", "msg=a\\nb\\nc");
	check_text(THREAT_MSG, "a\n\rb", "msg=a\\n\\nb");
	check_text(THREAT_MSG, "a\r\r\nb", "msg=a\\n\\nb");
	check_text(THREAT_MSG, "\n", "msg=\\n");
	check_text(THREAT_MSG, "a\r", "msg=a\\n");
	check_text(THREAT_MSG, "\"'/;,#", "msg=\"'/;,#");
	check_text(THREAT_MSG, "a\tb", "msg=a b");
	check_text(THREAT_MSG, "x externalId=2", "msg=x externalId\\=2");
	check_text(
	    THREAT_MSG, "\xd0\xb0\xe2\x80\x8b=", "msg=\xd0\xb0\xe2\x80\x8b\\=");
	check_text(THREAT_CS2_ATTACK_VECTOR, "a=b\\c",
	    "cs2Label=AttackVector cs2=a\\=b\\\\c");
}

/* At each offset within a word of eight, and in tails of each length. */
static void
an_escape_is_found_wherever_it_is(void **state)
{
	char text[40];
	char want[64];
	size_t len;
	size_t at;

	(void)state;
	for (len = 1; len < 30; len++) {
		for (at = 0; at < len; at++) {
			memset(text, 'a', len);
			text[len] = '\0';
			text[at] = at % 2 == 0 ? '=' : '\\';
			(void)snprintf(want, sizeof(want), "msg=%.*s\\%s",
			    (int)at, text, text + at);
			check_text(THREAT_MSG, text, want);
		}
	}
}

static void
addresses_go_where_they_belong(void **state)
{
	(void)state;
	check_text(THREAT_SRC, "192.0.2.1", "src=192.0.2.1");
	check_text(THREAT_SRC, " 192.0.2.1 ", "src=192.0.2.1");
	check_text(THREAT_SRC, "2001:db8::1",
	    "c6a2Label=SourceIPv6Address c6a2=2001:db8::1");
	check_text(THREAT_SRC, "::ffff:192.0.2.1",
	    "c6a2Label=SourceIPv6Address c6a2=::ffff:192.0.2.1");
	check_text(THREAT_SRC, "192.0.2.256", "");
	check_text(THREAT_SRC, "192.0.2", "");
	check_text(THREAT_SRC, "192.0.2.1, 192.0.2.2", "");
	check_text(THREAT_SRC, "2001:db8::1%eth0", "");
	check_text(THREAT_SRC, "mail.example.com", "");
	check_text(THREAT_SRC, "2001:db8:0:0:0:0:0:0:0:0:0:0:0:0:0:0:1", "");
	check_text(THREAT_SRC, "192.0.2.1\xff", "");
}

static void
an_address_with_a_nul_is_none(void **state)
{
	struct event event;

	(void)state;
	sample_bare(&event);
	sample_set_text(&event, THREAT_SRC, TEXT("192.0.2.1\0x"));
	check_line(&event, BARE "externalId=1");
}

static void
header_fields_escape_their_own_two(void **state)
{
	struct style style = sample_style();
	struct event event;

	(void)state;
	sample_bare(&event);
	style.vendor = "V|\\=";
	style.product = " P\tQ ";
	event.class_id = TEXT("a|b");
	event.name = TEXT("one\r\ntwo\nthree|\\=\xff");
	event.severity = 10;
	buf_reset(&out);
	assert_int_equal(cef_put(&out, &event, &style, PLENTY), 0);
	(void)buf_putc(&out, '\0');
	assert_string_equal(out.data,
	    "CEF:0|V\\|\\\\=|P Q|1|a\\|b|one two three\\|\\\\=\xef\xbf\xbd|10|"
	    "externalId=1");
}

static void
an_empty_name_and_class_have_a_stand_in(void **state)
{
	struct event event;

	(void)state;
	sample_bare(&event);
	event.name = TEXT(" \t");
	event.class_id = TEXT("");
	check_line(&event,
	    "CEF:0|Abnormal Security|Inbound Email Security|1|threat|Other|8|"
	    "externalId=1");
}

static void
header_fields_have_their_limits(void **state)
{
	static char large[2000];
	struct style style = sample_style();
	struct strict_cef cef;
	struct event event;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	sample_bare(&event);
	style.vendor = large;
	style.product = large;
	event.class_id = text_of(large);
	event.name = text_of(large);
	buf_reset(&out);
	assert_int_equal(cef_put(&out, &event, &style, PLENTY), 0);
	assert_int_equal(strict_cef_parse(&cef, out.data, out.len), 0);
	assert_int_equal(cef.header[STRICT_CEF_VENDOR].len, 63);
	assert_int_equal(cef.header[STRICT_CEF_PRODUCT].len, 63);
	assert_int_equal(cef.header[STRICT_CEF_CLASS].len, 1023);
	assert_int_equal(cef.header[STRICT_CEF_NAME].len, 512);
	strict_cef_clear(&cef);
}

static void
joints_and_stand_ins(void **state)
{
	static const struct text items[] = {
	    {"a;b", 3}, {"", 0}, {" c=\\ ", 5}, {";", 1}};
	struct event event;

	(void)state;
	sample_bare(&event);
	sample_set_list(&event, THREAT_REASON, items, COUNT(items));
	sample_set_list(&event, THREAT_FNAME, items, COUNT(items));
	sample_set_list(&event, THREAT_CC_EMAILS, items, COUNT(items));
	sample_set_list(&event, THREAT_URLS, items, COUNT(items));
	check_line(&event,
	    BARE "reason=a;b; c\\=\\\\; ; fname=a_b;c\\=\\\\;_ "
	         "AbnormalEmailCcEmails=a;b;c\\=\\\\;; "
	         "AbnormalEmailUrls=a%3Bb;c\\=\\\\;%3B externalId=1");
}

static void
one_url_is_no_list_of_urls(void **state)
{
	static const struct text items[] = {
	    {"https://a.example", 17}, {" ", 1}, {"https://b.example", 17}};
	struct event event;

	(void)state;
	sample_bare(&event);
	sample_set_list(&event, THREAT_URLS, items, 2);
	check_line(&event, BARE "externalId=1");
	sample_set_list(&event, THREAT_URLS, items, 3);
	check_line(&event,
	    BARE "AbnormalEmailUrls=https://a.example;https://b.example "
	         "externalId=1");
}

static void
numbers_are_exact(void **state)
{
	struct event event;

	(void)state;
	sample_bare(&event);
	sample_set_number(&event, THREAT_RT, VALUE_TIME, 0);
	sample_set_number(&event, THREAT_CN1_URL_COUNT, VALUE_INT, INT64_MAX);
	sample_set_number(
	    &event, THREAT_CN2_ATTACHMENT_COUNT, VALUE_INT, INT64_MIN);
	sample_set_text(
	    &event, THREAT_EXTERNAL_ID, TEXT("-9223372036854775807"));
	check_line(&event,
	    BARE "rt=0 cn1Label=UrlCount cn1=9223372036854775807 "
	         "cn2Label=AttachmentCount cn2=-9223372036854775808 "
	         "externalId=-9223372036854775807");
}

static void
keys_and_leads_agree(void **state)
{
	const struct schema *schemas[] = {&schema_threat, &schema_status,
	    &schema_case, &schema_vendor_case, &schema_campaign,
	    &schema_not_analyzed, &schema_audit};
	const size_t counts[] = {THREAT_FIELDS, STATUS_FIELDS, CASE_FIELDS,
	    VENDOR_CASE_FIELDS, CAMPAIGN_FIELDS, NOT_ANALYZED_FIELDS,
	    AUDIT_FIELDS};
	char want[100];
	size_t s;
	size_t i;

	(void)state;
	for (s = 0; s < COUNT(schemas); s++) {
		assert_int_equal(schemas[s]->count, counts[s]);
		assert_string_equal(
		    schemas[s]->fields[counts[s] - 1].key, "externalId");
		assert_true(schemas[s]->count <= SCHEMA_FIELDS_MAX);
		for (i = 0; i < schemas[s]->count; i++) {
			const struct field *f = &schemas[s]->fields[i];

			if (f->label != NULL)
				(void)snprintf(want, sizeof(want),
				    " %sLabel=%s %s=", f->key, f->label,
				    f->key);
			else
				(void)snprintf(
				    want, sizeof(want), " %s=", f->key);
			assert_string_equal(f->lead, want);
			assert_int_equal(f->lead_len, strlen(want));
		}
	}
}

static void
a_failure_leaves_the_buffer_alone(void **state)
{
	struct style style = sample_style();
	struct event event;
	struct buf small;

	(void)state;
	sample_full(&event);
	buf_init(&small, 200);
	(void)buf_puts(&small, "before");
	assert_int_equal(cef_put(&small, &event, &style, PLENTY), -1);
	assert_int_equal(small.len, 6);
	assert_false(small.overflow);
	assert_memory_equal(small.data, "before", 6);
	assert_int_equal(cef_put(&small, &event, &style, 0), -1);
	buf_clear(&small);
	buf_init(&small, PEN_SLACK - 1);
	assert_int_equal(cef_put(&small, &event, &style, PLENTY), -1);
	buf_clear(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_in_order),
	    cmocka_unit_test(a_status_record_has_its_own_rows),
	    cmocka_unit_test(nothing_is_left_out_with_its_label),
	    cmocka_unit_test(values_escape_three_things_and_no_more),
	    cmocka_unit_test(an_escape_is_found_wherever_it_is),
	    cmocka_unit_test(addresses_go_where_they_belong),
	    cmocka_unit_test(an_address_with_a_nul_is_none),
	    cmocka_unit_test(header_fields_escape_their_own_two),
	    cmocka_unit_test(an_empty_name_and_class_have_a_stand_in),
	    cmocka_unit_test(header_fields_have_their_limits),
	    cmocka_unit_test(joints_and_stand_ins),
	    cmocka_unit_test(one_url_is_no_list_of_urls),
	    cmocka_unit_test(numbers_are_exact),
	    cmocka_unit_test(keys_and_leads_agree),
	    cmocka_unit_test(a_failure_leaves_the_buffer_alone),
	};
	int failed;

	buf_init(&out, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&out);
	return failed;
}
