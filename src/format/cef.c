/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header of CEF, and behind it the fields.
 */
#include "config.h"

#include "format/cef.h"
#include "format/event.h"
#include "format/record.h"
#include "format/walk.h"

/* Ceilings of the CEF dictionary, in octets before escaping. */
#define VENDOR_MAX_BYTES 63
#define PRODUCT_MAX_BYTES 63
#define CLASS_MAX_BYTES 1023
#define NAME_MAX_BYTES 512

static void put_record(struct walk *walk);
static void put_header(struct walk *walk);
static void put_header_field(
    struct walk *walk, struct text t, size_t max, struct text otherwise);
static void put_extension(struct walk *walk);

int
cef_put(struct buf *out, const struct event *event, const struct style *style,
    size_t max)
{
	return walk_run(out, DIALECT_CEF, event, style, put_record, max);
}

static void
put_record(struct walk *walk)
{
	put_header(walk);
	put_extension(walk);
}

static void
put_header(struct walk *walk)
{
	const struct event *event = walk->event;

	pen_put(&walk->pen, TEXT("CEF:0|"));
	put_header_field(walk, text_of(walk->style->vendor), VENDOR_MAX_BYTES,
	    TEXT("Abnormal Security"));
	put_header_field(walk, text_of(walk->style->product), PRODUCT_MAX_BYTES,
	    TEXT("Inbound Email Security"));
	pen_put(&walk->pen, TEXT(SCHEMA_VERSION "|"));
	put_header_field(walk, event->class_id, CLASS_MAX_BYTES,
	    text_of(event->schema->kind));
	put_header_field(walk, event->name, NAME_MAX_BYTES, TEXT("Other"));
	pen_put_int(&walk->pen, event->severity);
}

/* `otherwise` is for where there is nothing left of the text. */
static void
put_header_field(
    struct walk *walk, struct text t, size_t max, struct text otherwise)
{
	t = walk_clean(walk, t, max, otherwise);
	if (!pen_put_plain_header(&walk->pen, t))
		pen_put_header(&walk->pen, t);
	pen_putc(&walk->pen, '|');
}

/* The fields bring a blank each. The first one's place is the header's last
 * bar, so that it is as long as it will be even when it is still missing. */
static void
put_extension(struct walk *walk)
{
	char *bar = walk->pen.at;

	walk_fields(walk);
	if (walk->pen.at == bar)
		pen_putc(&walk->pen, '|');
	else
		*bar = '|';
}
