/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden lines: each tests/golden/NAME.json becomes exactly the lines of
 * NAME.cef, NAME.leef, NAME.sd and, for the format json, NAME.jsonl. A
 * difference is a change of what SIEM parsers were written against.
 *
 * The file is a document, or an array of them. One that needs documents beside
 * it is an object of two members, `document` and the array `extras`.
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

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "format/record.h"
#include "intake/decode.h"
#include "intake/entries.h"
#include "intake/fill_event.h"
#include "intake/json_members.h"
#include "intake/normalise.h"
#include "io/file.h"
#include "strict_record.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *suffix;
	enum style_format format;
	enum strict_body body;
} formats[] = {
    {".cef", FORMAT_CEF, STRICT_CEF},
    {".jsonl", FORMAT_JSON, STRICT_JSON},
    {".leef", FORMAT_LEEF, STRICT_LEEF},
    {".sd", FORMAT_SD, STRICT_SD},
};

static const struct style golden_style = {
    .header = HEADER_RFC5424,
    .facility = 16,
    .hostname = "siem-gw.corp.example",
    .app_name = "cefd",
    .vendor = "Abnormal Security",
    .product = "Inbound Email Security",
    .enterprise_number = 32473,
    .max_size = RECORD_MAX_DEFAULT,
};

/* What one file becomes. */
struct golden {
	struct normalise_context context;
	struct arena arena;
	struct style style;
	enum strict_body body;
	struct buf lines;
};

static void
put_event(struct golden *golden, const struct event *event)
{
	struct buf *lines = &golden->lines;
	size_t before = lines->len;
	char why[STRICT_WHY_MAX];
	struct err err;

	assert_int_equal(
	    record_put(lines, event, &golden->style, 0, 0, &err), 0);
	if (strict_record_check(golden->body, lines->data + before,
	        lines->len - before, why) == -1)
		fail_msg("%.*s: %s", (int)(lines->len - before),
		    lines->data + before, why);
	(void)buf_putc(lines, '\n');
}

static void
put_line(const struct item *item, const struct err *failure, void *arg)
{
	struct golden *golden = arg;
	struct event event;

	assert_null(failure);
	event = item->event;
	members_fill(&event, item->value, &golden->arena);
	put_event(golden, &event);
}

static void
put_document(struct golden *golden, const struct val *v)
{
	const struct val *document = val_member(v, "document");
	const struct val *extras = val_member(v, "extras");
	static const char *const lists[] = {"attachments", "links"};
	struct entries *entries[NORMALISE_EXTRAS];
	struct err err;

	for (size_t i = 0; i < NORMALISE_EXTRAS; i++) {
		golden->context.extras[i] = val_item(extras, i);
		entries[i] = entries_new(
		    val_member(golden->context.extras[i], lists[i]));
		golden->context.entries[i] = entries[i];
	}
	assert_int_equal(
	    normalise_document(document != NULL ? document : v,
	        &golden->context, &golden->arena, put_line, golden, &err),
	    0);
	for (size_t i = 0; i < NORMALISE_EXTRAS; i++)
		entries_free(entries[i]);
}

static void
read_golden(const char *name, const char *suffix, struct buf *out)
{
	char path[512];
	struct err err;

	(void)snprintf(
	    path, sizeof(path), "%s/%s%s", GOLDEN_FOLDER, name, suffix);
	buf_init(out, 1U << 20);
	if (file_read(path, out, &err) == -1)
		fail_msg("%s", err.text);
}

/* What a notice of cefd's own looks like. */
static void
put_status(struct golden *golden)
{
	struct event event = {.schema = &schema_status,
	    .class_id = TEXT("forwarder-status"),
	    .name = TEXT("Gap"),
	    .severity = 6,
	    .time_ms = INT64_C(1772360430123)};
	const struct {
		enum status_field field;
		struct text text;
	} texts[] = {{STATUS_CAT, TEXT("gap")},
	    {STATUS_ACT, TEXT("stepped over")},
	    {STATUS_MSG, TEXT("The API keeps \"nothing\" [any] more = \\")},
	    {STATUS_CS1_STREAM, TEXT("threats")},
	    {STATUS_CS2_ERROR, TEXT("410 Gone\r\n\tsorry")},
	    {STATUS_DVCHOST, TEXT("api.abnormalplatform.com")},
	    {STATUS_DEVICE_EXTERNAL_ID, TEXT("acme")},
	    {STATUS_EXTERNAL_ID, TEXT("gap-threats-2026-03-01T00:00:00Z")}};

	for (size_t i = 0; i < COUNT(texts); i++) {
		event.values[texts[i].field].type = VALUE_TEXT;
		event.values[texts[i].field].u.text = texts[i].text;
	}
	event.values[STATUS_RT].type = VALUE_TIME;
	event.values[STATUS_RT].u.time_ms = event.time_ms;
	event.values[STATUS_CN1_COUNT].type = VALUE_INT;
	event.values[STATUS_CN1_COUNT].u.number = 3;
	put_event(golden, &event);
}

/* And a heartbeat. */
static void
put_heartbeat(struct golden *golden)
{
	const struct text sources[] = {TEXT("acme ok"), TEXT("b denied")};
	struct event event = {.schema = &schema_status,
	    .class_id = TEXT("forwarder-status"),
	    .name = TEXT("Heartbeat"),
	    .severity = 5,
	    .time_ms = INT64_C(1772360430123)};

	fill_text(&event, STATUS_CAT, TEXT("heartbeat"));
	fill_text(&event, STATUS_ACT, TEXT("trouble"));
	fill_text(&event, STATUS_MSG,
	    TEXT("cefd is up, but a source needs attention"));
	fill_text(&event, STATUS_CS2_ERROR, TEXT("HTTP 401"));
	fill_text(&event, STATUS_EXTERNAL_ID, TEXT("heartbeat-siem-1700"));
	for (unsigned i = STATUS_UPTIME; i <= STATUS_SPOOL_PERCENT; i++)
		fill_int(&event, i, (int64_t)i);
	fill_items(&event, STATUS_SOURCES, sources, COUNT(sources));
	event.values[STATUS_RT].type = VALUE_TIME;
	event.values[STATUS_RT].u.time_ms = event.time_ms;
	event.values[STATUS_START].type = VALUE_TIME;
	event.values[STATUS_START].u.time_ms = event.time_ms - 86400000;
	put_event(golden, &event);
}

static void
put_file(struct golden *golden, const char *name)
{
	struct decoder *decoder = decoder_new();
	const struct val *root;
	struct buf json;
	struct err err;
	struct doc *doc;

	read_golden(name, ".json", &json);
	doc = decode(decoder, (struct text){json.data, json.len}, &err);
	assert_non_null(doc);
	root = doc_root(doc);
	if (!val_is_array(root))
		put_document(golden, root);
	for (size_t i = 0; i < val_count(root); i++)
		put_document(golden, val_item(root, i));
	doc_free(doc);
	decoder_free(decoder);
	buf_clear(&json);
}

/* With a folder in GOLDEN_OUT the lines are written there, to be looked at. */
static void
compare(struct golden *golden, const char *name, const char *suffix)
{
	const char *folder = getenv("GOLDEN_OUT");
	struct buf wanted;
	char path[512];
	FILE *out;

	if (folder != NULL) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s%s", folder, name, suffix);
		out = fopen(path, "w");
		assert_non_null(out);
		(void)fwrite(golden->lines.data, 1, golden->lines.len, out);
		assert_int_equal(fclose(out), 0);
		return;
	}
	read_golden(name, suffix, &wanted);
	(void)buf_putc(&golden->lines, '\0');
	(void)buf_putc(&wanted, '\0');
	assert_string_equal(golden->lines.data, wanted.data);
	buf_clear(&wanted);
}

static void
lines_are_golden(void **state)
{
	const char *name = *state;

	for (size_t i = 0; i < COUNT(formats); i++) {
		struct golden golden = {
		    .context = {.api_host = TEXT("api.abnormalplatform.com"),
		        .source_name = TEXT("acme")},
		    .style = golden_style,
		    .body = formats[i].body,
		};

		golden.style.format = formats[i].format;
		buf_init(&golden.lines, 1U << 20);
		arena_init(&golden.arena);
		if (strcmp(name, "status") == 0) {
			put_status(&golden);
			put_heartbeat(&golden);
		} else {
			put_file(&golden, name);
		}
		compare(&golden, name, formats[i].suffix);
		arena_clear(&golden.arena);
		buf_clear(&golden.lines);
	}
}

#define GOLDEN(name)                                                   \
	{                                                              \
		"golden lines of " name, lines_are_golden, NULL, NULL, \
		    (void *)(uintptr_t)(name)                          \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    GOLDEN("full"),
	    GOLDEN("odd"),
	    GOLDEN("hostile"),
	    GOLDEN("long"),
	    GOLDEN("samples"),
	    GOLDEN("severity"),
	    GOLDEN("enriched"),
	    GOLDEN("case"),
	    GOLDEN("vendor-case"),
	    GOLDEN("abuse-campaign"),
	    GOLDEN("abuse-not-analyzed"),
	    GOLDEN("audit"),
	    GOLDEN("status"),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
