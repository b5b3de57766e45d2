/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LEEF has no escapes: a value has no TAB and no line end, a field of the
 * header no bar either; blanks stand for them.
 */
#include "config.h"

#include "format/event.h"
#include "format/leef.h"
#include "format/record.h"
#include "format/walk.h"

#define HEADER_MAX_BYTES 255
#define NAME_MAX_BYTES 512
/* LEEF's sev goes from 1 to 10. */
#define SEVERITY_MIN 1

static void put_record(struct walk *walk);
static void put_header_field(
    struct walk *walk, struct text t, struct text otherwise);

int
leef_put(struct buf *out, const struct event *event, const struct style *style,
    size_t max)
{
	return walk_run(out, DIALECT_LEEF, event, style, put_record, max);
}

static void
put_record(struct walk *walk)
{
	const struct event *event = walk->event;
	struct pen *pen = &walk->pen;

	pen_put(pen, TEXT("LEEF:2.0|"));
	put_header_field(
	    walk, text_of(walk->style->vendor), TEXT("Abnormal Security"));
	put_header_field(walk, text_of(walk->style->product),
	    TEXT("Inbound Email Security"));
	pen_put(pen, TEXT(SCHEMA_VERSION "|"));
	put_header_field(walk, event->class_id, text_of(event->schema->kind));
	pen_put(pen, TEXT("x09|sev="));
	pen_put_int(pen,
	    event->severity > SEVERITY_MIN ? event->severity : SEVERITY_MIN);
	pen_put(pen, TEXT("\tname="));
	walk_put_escaped(
	    walk, walk_clean(walk, event->name, NAME_MAX_BYTES, TEXT("Other")));
	/* Otherwise the first field is it. */
	if (event->time_ms != EVENT_NO_TIME &&
	    event->values[0].type == VALUE_NONE) {
		pen_put(pen, TEXT("\tdevTime="));
		pen_put_int(pen, event->time_ms);
	}
	walk_fields(walk);
}

static void
put_header_field(struct walk *walk, struct text t, struct text otherwise)
{
	t = walk_clean(walk, t, HEADER_MAX_BYTES, otherwise);
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];

		pen_putc(
		    &walk->pen, c == '|' || c == '\r' || c == '\n' ? ' ' : c);
	}
	pen_putc(&walk->pen, '|');
}
