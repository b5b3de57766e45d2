/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over the schema writes the extension. A record that comes out too
 * long, which is rare, is walked again with the next rank of fields left out.
 */
#include "config.h"

#include "format/cef.h"
#include "format/cef_field.h"
#include "format/clean.h"
#include "format/event.h"
#include "format/record.h"

/* Ceilings of the CEF dictionary, in octets before escaping. */
#define VENDOR_MAX_BYTES 63
#define PRODUCT_MAX_BYTES 63
#define CLASS_MAX_BYTES 1023
#define NAME_MAX_BYTES 512

/* Of one value that had to be repaired. */
#define SCRATCH_MAX_BYTES (1U << 20)

static unsigned last_rank(const struct schema *schema);
static void put_header(struct cef_walk *walk, const struct style *style);
static void put_header_field(
    struct cef_walk *walk, struct text t, size_t max, struct text otherwise);
static void put_extension(struct cef_walk *walk);

int
cef_put(struct buf *out, const struct event *event, const struct style *style,
    size_t max)
{
	unsigned last = last_rank(event->schema);
	size_t room = out->max - out->len;
	struct cef_walk walk;
	char *start;

	if (room < PEN_SLACK)
		return -1;
	if (max > room - PEN_SLACK)
		max = room - PEN_SLACK;
	(void)buf_reserve(out, max + PEN_SLACK);
	start = out->data + out->len;
	walk.event = event;
	buf_init(&walk.scratch, SCRATCH_MAX_BYTES);
	for (walk.shed = 0; walk.shed <= last; walk.shed++) {
		walk.pen = (struct pen){start, start + max, false};
		memset(walk.cut, 0, sizeof(walk.cut));
		put_header(&walk, style);
		put_extension(&walk);
		if (!walk.pen.full)
			break;
	}
	buf_clear(&walk.scratch);
	if (walk.pen.full)
		return -1;
	out->len += (size_t)(walk.pen.at - start);
	return 0;
}

static unsigned
last_rank(const struct schema *schema)
{
	unsigned last = 0;
	size_t i;

	for (i = 0; i < schema->count; i++) {
		if (schema->fields[i].shed > last)
			last = schema->fields[i].shed;
	}
	return last;
}

static void
put_header(struct cef_walk *walk, const struct style *style)
{
	const struct event *event = walk->event;

	pen_put(&walk->pen, TEXT("CEF:0|"));
	put_header_field(walk, text_of(style->vendor), VENDOR_MAX_BYTES,
	    TEXT("Abnormal Security"));
	put_header_field(walk, text_of(style->product), PRODUCT_MAX_BYTES,
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
    struct cef_walk *walk, struct text t, size_t max, struct text otherwise)
{
	bool cut = false;

	t = clean(t, max, &walk->scratch, &cut);
	if (text_is_empty(t))
		t = otherwise;
	if (!pen_put_plain_header(&walk->pen, t))
		pen_put_header(&walk->pen, t);
	pen_putc(&walk->pen, '|');
}

/* The fields bring a blank each. The first one's place is the header's last
 * bar, so that it is as long as it will be even when it is still missing. */
static void
put_extension(struct cef_walk *walk)
{
	const struct schema *schema = walk->event->schema;
	char *bar = walk->pen.at;
	size_t i;

	for (i = 0; i < schema->count && !walk->pen.full; i++) {
		const struct field *field = &schema->fields[i];

		if (field->shed != 0 && field->shed <= walk->shed)
			cef_field_shed(walk, i);
		else
			cef_field_put(walk, i);
	}
	if (walk->pen.at == bar)
		pen_putc(&walk->pen, '|');
	else
		*bar = '|';
}
