/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets for a threat detail: they are refused, or each message of them
 * becomes a record that the strict parsers read.
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

static const struct style style = {.facility = 16,
    .hostname = "h",
    .app_name = "cefd",
    .vendor = "Abnormal Security",
    .product = "Inbound Email Security",
    .max_size = RECORD_MAX_DEFAULT};

static void
check(const struct item *item, const struct err *failure, void *arg)
{
	struct buf *out = arg;
	struct strict_rfc5424 record;
	struct strict_cef cef;

	(void)failure;
	buf_reset(out);
	if (item == NULL ||
	    record_put(out, &item->event, &style, 0, 0, NULL) == -1)
		return;
	if (strict_rfc5424_parse(&record, out->data, out->len) == -1 ||
	    strict_cef_parse(&cef, record.msg.ptr, record.msg.len) == -1)
		abort();
	strict_cef_clear(&cef);
	strict_rfc5424_clear(&record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct normalise_context context = {
	    .api_host = TEXT("api.example"), .source_name = TEXT("acme")};
	struct decoder *decoder = decoder_new();
	struct doc *doc =
	    decode(decoder, (struct text){(const char *)data, size}, NULL);
	struct arena arena;
	struct buf out;

	arena_init(&arena);
	buf_init(&out, 1 << 16);
	if (doc != NULL)
		(void)normalise_document(
		    doc_root(doc), &context, &arena, check, &out, NULL);
	doc_free(doc);
	decoder_free(decoder);
	arena_clear(&arena);
	buf_clear(&out);
	return 0;
}
