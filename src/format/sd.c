/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SD-ID is a name and the enterprise number of who gives it its meaning.
 */
#include "config.h"

#include "format/event.h"
#include "format/field_name.h"
#include "format/record.h"
#include "format/sd.h"
#include "format/walk.h"

#define CLASS_MAX_BYTES 255
#define NAME_MAX_BYTES 512

static void put_record(struct walk *walk);

int
sd_put(struct buf *out, const struct event *event, const struct style *style,
    size_t max)
{
	return walk_run(out, DIALECT_SD, event, style, put_record, max);
}

static void
put_record(struct walk *walk)
{
	const struct event *event = walk->event;
	struct pen *pen = &walk->pen;

	pen_put(pen, TEXT("[abnormal@"));
	pen_put_int(pen, (int64_t)walk->style->enterprise_number);
	pen_put(pen, TEXT(" class=\""));
	walk_put_escaped(walk,
	    walk_clean(walk, event->class_id, CLASS_MAX_BYTES,
	        text_of(event->schema->kind)));
	pen_put(pen, TEXT("\" severity=\""));
	pen_put_int(pen, event->severity);
	pen_putc(pen, '"');
	walk_fields(walk);
	pen_put(pen, TEXT("] "));
	pen_put_escaped(pen,
	    walk_clean(walk, event->name, NAME_MAX_BYTES, TEXT("Other")),
	    TEXT(""), TEXT(" "));
}
