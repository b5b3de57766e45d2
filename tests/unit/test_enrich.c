/* SPDX-License-Identifier: Apache-2.0 */
/* A threat's attachments and links go to the message that they are of. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/record.h"
#include "normalise_kit.h"

#define take(kit, json) \
	assert_int_equal(kit_take(kit, normalise_threat, json), 0)

static void
entries_are_joined_by_the_messages_id(void **state)
{
	static const char *const names[] = {"a.pdf", "b.pdf"};
	static const char *const urls[] = {"https://x.example/1"};
	static const char *const domains[] = {"x.example"};
	struct normalise_kit *kit = *state;

	kit_extra(kit, 0,
	    "{'attachments':["
	    "{'abxMessageIdStr':'-4711223344556677889',"
	    "'abxMessageId':1,'attachmentName':'a.pdf'},"
	    "{'abxMessageIdStr':'-4711223344556677888',"
	    "'attachmentName':'other.pdf'},"
	    "{'abxMessageIdStr':'','abxMessageId':-4711223344556677889,"
	    "'attachmentName':'b.pdf'},"
	    "{'abxMessageId':-4711223344556677888,'attachmentName':'no.pdf'},"
	    "{'abxMessageIdStr':'-4711223344556677889','attachmentName':''},"
	    "{'attachmentName':'whose.pdf'},null,'x']}");
	kit_extra(kit, 1,
	    "{'links':[{'abxMessageIdStr':'-4711223344556677889',"
	    "'linkUrl':'https://x.example/1','domainLink':'x.example',"
	    "'displayText':' '}]}");
	take(kit, "{'abxMessageId':-4711223344556677889}");
	kit_list(kit, THREAT_ATTACHMENTS, names, 2);
	kit_list(kit, THREAT_LINK_URLS, urls, 1);
	kit_list(kit, THREAT_LINK_DOMAINS, domains, 1);
	kit_text(kit, THREAT_LINK_TEXTS, NULL);
	/* What the message says of itself stays the message's. */
	kit_text(kit, THREAT_FNAME, NULL);
	kit_text(kit, THREAT_REQUEST, NULL);
	kit_text(kit, THREAT_URLS, NULL);
	kit_text(kit, THREAT_CN1_URL_COUNT, NULL);
	kit_text(kit, THREAT_CN2_ATTACHMENT_COUNT, NULL);
	take(kit, "{'abxMessageIdStr':'5'}");
	kit_text(kit, THREAT_ATTACHMENTS, NULL);
	kit_text(kit, THREAT_LINK_URLS, NULL);
}

static void
enrichment_is_no_change(void **state)
{
	static const char json[] = "{'abxMessageIdStr':'5'}";
	struct normalise_kit *kit = *state;
	struct item before;

	kit_extra(kit, 0, NULL);
	kit_extra(kit, 1, NULL);
	take(kit, json);
	before = kit->item;
	kit_extra(kit, 0,
	    "{'attachments':[{'abxMessageIdStr':'5',"
	    "'attachmentName':'late.pdf'}]}");
	take(kit, json);
	assert_int_equal(
	    kit->item.event.values[THREAT_ATTACHMENTS].type, VALUE_LIST);
	for (size_t i = 0; i < ITEM_STATE_PARTS; i++)
		assert_int_equal(kit->item.state[i].len, before.state[i].len);
}

static void
other_documents_are_let_be(void **state)
{
	static const char *const odd[] = {"{}", "[]", "'x'", "7",
	    "{'attachments':{},'links':{}}", "{'attachments':[],'links':[]}",
	    "{'attachments':[[]],'links':[7]}"};
	struct normalise_kit *kit = *state;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		kit_extra(kit, 0, odd[i]);
		kit_extra(kit, 1, odd[i]);
		take(kit, "{'abxMessageIdStr':'5'}");
		for (unsigned f = THREAT_ATTACHMENTS; f <= THREAT_LINK_TEXTS;
		     f++)
			kit_text(kit, f, NULL);
	}
}

/* A campaign's links in one document: message 0, 1, 2 ..., 0, 1, 2 ... */
static void
set_links(struct normalise_kit *kit, unsigned messages, unsigned links)
{
	struct buf json;

	buf_init(&json, 16U << 20);
	(void)buf_puts(&json, "{'links':[null");
	for (unsigned i = 0; i < messages * links; i++)
		(void)buf_printf(&json,
		    ",{'abxMessageIdStr':'%u','linkUrl':'%u'}", i % messages,
		    i / messages % 10);
	(void)buf_puts(&json, "]}");
	assert_int_equal(buf_putc(&json, '\0'), 0);
	kit_extra(kit, 1, json.data);
	buf_clear(&json);
}

static void
the_last_message_of_a_campaign_has_its_links(void **state)
{
	static const char *const urls[] = {
	    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
	struct normalise_kit *kit = *state;
	char json[64];

	set_links(kit, 2000, 10);
	for (unsigned i = 0; i < 2000; i++) {
		(void)snprintf(
		    json, sizeof(json), "{'abxMessageIdStr':'%u'}", i);
		take(kit, json);
		kit_list(kit, THREAT_LINK_URLS, urls, 10);
	}
}

static void
what_is_too_much_for_a_message_is_told_as_cut(void **state)
{
	static const struct style style = {.format = FORMAT_CEF,
	    .hostname = "host",
	    .app_name = "cefd",
	    .vendor = "v",
	    .product = "p",
	    .max_size = 1U << 20};
	struct normalise_kit *kit = *state;
	struct buf line;

	buf_init(&line, 1U << 20);
	for (unsigned more = 0; more < 2; more++) {
		set_links(kit, 1, FIELD_MAX_CS / 2 + more * 20000);
		take(kit, "{'abxMessageIdStr':'0'}");
		buf_reset(&line);
		assert_int_equal(
		    record_put(&line, &kit->item.event, &style, 0, 1, NULL), 0);
		assert_int_equal(
		    memmem(line.data, line.len,
		        "AbnormalEmailTruncated=AbnormalEmailLinkUrls",
		        44) != NULL,
		    more == 1);
		buf_reset(&line);
	}
	buf_clear(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries_are_joined_by_the_messages_id),
	    cmocka_unit_test(the_last_message_of_a_campaign_has_its_links),
	    cmocka_unit_test(what_is_too_much_for_a_message_is_told_as_cut),
	    cmocka_unit_test(enrichment_is_no_change),
	    cmocka_unit_test(other_documents_are_let_be),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
