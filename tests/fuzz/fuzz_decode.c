/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets for a document of any stream: they are refused, or each record of
 * them fits even the smallest max-size and is one that the strict parsers
 * read. The document is also given to every normaliser there is, and stands
 * for the documents that would lie beside it.
 */
#include "config.h"

#include <stdlib.h>

#include "../unit/strict_cef.h"
#include "../unit/strict_rfc5424.h"
#include "base/arena.h"
#include "base/buf.h"
#include "format/record.h"
#include "fuzz.h"
#include "intake/decode.h"
#include "intake/normalise.h"
#include "intake/stream.h"

/* The smallest that the configuration takes. */
#define SMALLEST 2048

static const struct style styles[] = {
    {.facility = 16,
        .hostname = "h",
        .app_name = "cefd",
        .vendor = "Abnormal Security",
        .product = "Inbound Email Security",
        .max_size = RECORD_MAX_DEFAULT},
    {.facility = 16,
        .hostname = "h",
        .app_name = "cefd",
        .vendor = "Abnormal Security",
        .product = "Inbound Email Security",
        .max_size = SMALLEST},
};

static void
check_record(const struct buf *out)
{
	struct strict_rfc5424 record;
	struct strict_cef cef;

	if (strict_rfc5424_parse(&record, out->data, out->len) == -1 ||
	    strict_cef_parse(&cef, record.msg.ptr, record.msg.len) == -1)
		abort();
	strict_cef_clear(&cef);
	strict_rfc5424_clear(&record);
}

static void
check(const struct item *item, const struct err *failure, void *arg)
{
	struct buf *out = arg;

	(void)failure;
	for (size_t i = 0; item != NULL && i < 2; i++) {
		buf_reset(out);
		if (record_put(out, &item->event, &styles[i], 0, 0, NULL) == 0)
			check_record(out);
		else if (item->event.schema != &schema_threat || i == 0)
			abort();
	}
}

static void
check_all(const struct val *root, const struct normalise_context *context,
    struct arena *arena, struct buf *out)
{
	struct item item;

	(void)normalise_document(root, context, arena, check, out, NULL);
	for (size_t i = 0; i < stream_count; i++) {
		arena_reset(arena);
		if (stream_table[i]->normalise(
		        root, TEXT("parent"), context, arena, &item, NULL) == 0)
			check(&item, NULL, out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct normalise_context context = {
	    .api_host = TEXT("api.example"), .source_name = TEXT("acme")};
	struct decoder *decoder = decoder_new();
	struct doc *doc =
	    decode(decoder, (struct text){(const char *)data, size}, NULL);
	struct arena arena;
	struct buf out;

	arena_init(&arena);
	buf_init(&out, 1 << 16);
	if (doc != NULL) {
		for (size_t i = 0; i < NORMALISE_EXTRAS; i++)
			context.extras[i] = doc_root(doc);
		check_all(doc_root(doc), &context, &arena, &out);
	}
	doc_free(doc);
	decoder_free(decoder);
	arena_clear(&arena);
	buf_clear(&out);
	return 0;
}
