/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden lines: each tests/golden/NAME.json, a threat detail, becomes exactly
 * the lines of NAME.cef. A difference is a change of what SIEM parsers were
 * written against.
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

static const struct style style = {
    .header = HEADER_RFC5424,
    .facility = 16,
    .hostname = "siem-gw.corp.example",
    .app_name = "cefd",
    .vendor = "Abnormal Security",
    .product = "Inbound Email Security",
    .max_size = RECORD_MAX_DEFAULT,
};

static void
put_line(const struct item *item, const struct err *failure, void *arg)
{
	struct err err;

	assert_null(failure);
	assert_int_equal(record_put(arg, &item->event, &style, 0, 0, &err), 0);
	(void)buf_putc(arg, '\n');
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
	const struct normalise_context context = {
	    .api_host = TEXT("api.abnormalplatform.com"),
	    .source_name = TEXT("acme"),
	};
	struct decoder *decoder = decoder_new();
	struct buf json, wanted, got;
	struct arena arena;
	struct err err;
	struct doc *doc;

	read_golden(name, ".json", &json);
	read_golden(name, ".cef", &wanted);
	buf_init(&got, 1U << 20);
	arena_init(&arena);
	doc = decode(decoder, (struct text){json.data, json.len}, &err);
	assert_non_null(doc);
	assert_int_equal(normalise_document(doc_root(doc), &context, &arena,
	                     put_line, &got, &err),
	    0);
	(void)buf_putc(&got, '\0');
	(void)buf_putc(&wanted, '\0');
	assert_string_equal(got.data, wanted.data);
	doc_free(doc);
	decoder_free(decoder);
	arena_clear(&arena);
	buf_clear(&json);
	buf_clear(&wanted);
	buf_clear(&got);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
