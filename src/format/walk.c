/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk itself, and the hygiene of texts that are no fields.
 */
#include "config.h"

#include "format/clean.h"
#include "format/event.h"
#include "format/walk.h"
#include "format/walk_field.h"

/* Of one value that had to be repaired. */
#define SCRATCH_MAX_BYTES (1U << 20)

static unsigned last_rank(const struct schema *schema);

int
walk_run(struct buf *out, enum dialect dialect, const struct event *event,
    const struct style *style, walk_fn *fn, size_t max)
{
	unsigned last = last_rank(event->schema);
	struct walk walk;
	struct pen start;

	if (pen_open(&start, out, max) == -1)
		return -1;
	walk.dialect = dialect;
	walk.event = event;
	walk.style = style;
	buf_init(&walk.scratch, SCRATCH_MAX_BYTES);
	for (walk.shed = 0; walk.shed <= last; walk.shed++) {
		walk.pen = start;
		memset(walk.cut, 0, sizeof(walk.cut));
		fn(&walk);
		if (!walk.pen.full)
			break;
	}
	buf_clear(&walk.scratch);
	return pen_close(&walk.pen, out);
}

void
walk_fields(struct walk *walk)
{
	const struct schema *schema = walk->event->schema;
	size_t i;

	for (i = 0; i < schema->count && !walk->pen.full; i++) {
		const struct field *field = &schema->fields[i];

		if (field->shed != 0 && field->shed <= walk->shed)
			walk_field_shed(walk, i);
		else
			walk_field_put(walk, i);
	}
}

struct text
walk_clean(struct walk *walk, struct text t, size_t max, struct text otherwise)
{
	bool cut = false;

	t = clean(t, max, &walk->scratch, &cut);
	return text_is_empty(t) ? otherwise : t;
}

void
walk_put_escaped(struct walk *walk, struct text t)
{
	switch (walk->dialect) {
	case DIALECT_CEF:
		pen_put_value(&walk->pen, t);
		return;
	case DIALECT_LEEF:
		/* It has no escapes, and its values no line ends. */
		pen_put_escaped(&walk->pen, t, TEXT(""), TEXT(" "));
		return;
	case DIALECT_SD:
		/* RFC 5424 section 6.3.3. */
		pen_put_escaped(&walk->pen, t, TEXT("\\\"]"), TEXT(" "));
		return;
	case DIALECT_JSON:
		pen_put_escaped(&walk->pen, t, TEXT("\\\""), TEXT("\\n"));
		return;
	}
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
