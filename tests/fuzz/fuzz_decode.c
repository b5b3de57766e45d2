/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets for a document of any stream: they are refused, or each record of
 * them fits even the smallest max-size and is one that the strict parsers
 * read. The document is also given to every normaliser there is, and stands
 * for the documents that would lie beside it.
 */
#include "config.h"

#include <stdlib.h>

#include "../unit/strict_record.h"
#include "base/arena.h"
#include "base/buf.h"
#include "format/record.h"
#include "fuzz.h"
#include "intake/decode.h"
#include "intake/json_members.h"
#include "intake/normalise.h"
#include "intake/stream.h"

/* The smallest that the configuration takes. */
#define SMALLEST 2048
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	enum style_format format;
	enum strict_body body;
} formats[] = {
    {FORMAT_CEF, STRICT_CEF},
    {FORMAT_JSON, STRICT_JSON},
    {FORMAT_LEEF, STRICT_LEEF},
    {FORMAT_SD, STRICT_SD},
};

struct sink {
	struct buf out;
	struct arena *arena;
};

/* Only a threat may be more than the smallest record holds. */
static void
check_record(struct sink *sink, const struct event *event, size_t i, size_t max)
{
	const struct style style = {
	    .format = formats[i].format,
	    .facility = 16,
	    .hostname = "h",
	    .app_name = "cefd",
	    .enterprise_number = 32473,
	    .vendor = "Abnormal Security",
	    .product = "Inbound Email Security",
	    .max_size = max,
	};
	char why[STRICT_WHY_MAX];

	buf_reset(&sink->out);
	if (record_put(&sink->out, event, &style, 0, 0, NULL) == -1) {
		if (event->schema != &schema_threat || max != SMALLEST)
			abort();
		return;
	}
	if (sink->out.len > max ||
	    strict_record_check(
	        formats[i].body, sink->out.data, sink->out.len, why) == -1)
		abort();
}

static void
check(const struct item *item, const struct err *failure, void *arg)
{
	struct sink *sink = arg;
	struct event event;

	(void)failure;
	if (item == NULL)
		return;
	event = item->event;
	members_fill(&event, item->value, sink->arena);
	for (size_t i = 0; i < COUNT(formats); i++) {
		check_record(sink, &event, i, RECORD_MAX_DEFAULT);
		check_record(sink, &event, i, SMALLEST);
	}
}

static void
check_all(const struct val *root, const struct normalise_context *context,
    struct arena *arena, struct sink *sink)
{
	struct item item;

	(void)normalise_document(root, context, arena, check, sink, NULL);
	for (size_t i = 0; i < stream_count; i++) {
		arena_reset(arena);
		if (stream_table[i]->normalise(root, TEXT("parent"), context,
		        arena, &item, NULL) == 0) {
			item.value = root;
			check(&item, NULL, sink);
		}
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
	struct sink sink = {.arena = &arena};

	arena_init(&arena);
	buf_init(&sink.out, 1 << 16);
	if (doc != NULL) {
		for (size_t i = 0; i < NORMALISE_EXTRAS; i++)
			context.extras[i] = doc_root(doc);
		check_all(doc_root(doc), &context, &arena, &sink);
	}
	doc_free(doc);
	decoder_free(decoder);
	arena_clear(&arena);
	buf_clear(&sink.out);
	return 0;
}
