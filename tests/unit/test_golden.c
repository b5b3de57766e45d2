/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden lines: each tests/golden/NAME.json becomes exactly the lines of
 * NAME.cef. A difference is a change of what SIEM parsers were written against.
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
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "format/record.h"
#include "intake/decode.h"
#include "intake/normalise.h"
#include "io/file.h"
#include "strict_cef.h"
#include "strict_rfc5424.h"

static const struct style style = {
    .header = HEADER_RFC5424,
    .facility = 16,
    .hostname = "siem-gw.corp.example",
    .app_name = "cefd",
    .vendor = "Abnormal Security",
    .product = "Inbound Email Security",
    .max_size = RECORD_MAX_DEFAULT,
};

/* What one file becomes. */
struct golden {
	struct normalise_context context;
	struct arena arena;
	struct buf lines;
};

static void
check_strict(const char *line, size_t len)
{
	struct strict_rfc5424 record;
	struct strict_cef cef;

	if (strict_rfc5424_parse(&record, line, len) == -1)
		fail_msg("%.*s: %s", (int)len, line, record.why);
	if (strict_cef_parse(&cef, record.msg.ptr, record.msg.len) == -1)
		fail_msg("%.*s: %s", (int)len, line, cef.why);
	strict_cef_clear(&cef);
	strict_rfc5424_clear(&record);
}

static void
put_line(const struct item *item, const struct err *failure, void *arg)
{
	struct golden *golden = arg;
	struct buf *lines = &golden->lines;
	size_t before = lines->len;
	struct err err;

	assert_null(failure);
	assert_int_equal(
	    record_put(lines, &item->event, &style, 0, 0, &err), 0);
	check_strict(lines->data + before, lines->len - before);
	(void)buf_putc(lines, '\n');
}

static void
put_document(struct golden *golden, const struct val *v)
{
	const struct val *document = val_member(v, "document");
	const struct val *extras = val_member(v, "extras");
	struct err err;

	for (size_t i = 0; i < NORMALISE_EXTRAS; i++)
		golden->context.extras[i] = val_item(extras, i);
	assert_int_equal(
	    normalise_document(document != NULL ? document : v,
	        &golden->context, &golden->arena, put_line, golden, &err),
	    0);
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

static void
lines_are_golden(void **state)
{
	const char *name = *state;
	struct golden golden = {
	    .context = {.api_host = TEXT("api.abnormalplatform.com"),
	        .source_name = TEXT("acme")},
	};
	struct decoder *decoder = decoder_new();
	struct buf json, wanted;
	const struct val *root;
	struct err err;
	struct doc *doc;

	read_golden(name, ".json", &json);
	read_golden(name, ".cef", &wanted);
	buf_init(&golden.lines, 1U << 20);
	arena_init(&golden.arena);
	doc = decode(decoder, (struct text){json.data, json.len}, &err);
	assert_non_null(doc);
	root = doc_root(doc);
	if (!val_is_array(root))
		put_document(&golden, root);
	for (size_t i = 0; i < val_count(root); i++)
		put_document(&golden, val_item(root, i));
	(void)buf_putc(&golden.lines, '\0');
	(void)buf_putc(&wanted, '\0');
	assert_string_equal(golden.lines.data, wanted.data);
	doc_free(doc);
	decoder_free(decoder);
	arena_clear(&golden.arena);
	buf_clear(&json);
	buf_clear(&wanted);
	buf_clear(&golden.lines);
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
	    GOLDEN("severity"),
	    GOLDEN("enriched"),
	    GOLDEN("case"),
	    GOLDEN("vendor-case"),
	    GOLDEN("abuse-campaign"),
	    GOLDEN("abuse-not-analyzed"),
	    GOLDEN("audit"),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
